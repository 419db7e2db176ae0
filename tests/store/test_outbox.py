"""The outbox: what is queued, folded, written ahead, and forgotten."""

from datetime import timedelta

import store
from store import OutboxRow, Status, Store
from tests.making import NOON

CHANNEL = "talks"
DAY = timedelta(days=1)


async def _enqueue(stored: Store, story: str, text: str, channel: str = CHANNEL) -> bool:
    async with stored.write() as db:
        return await store.enqueue(db, channel, story, text, NOON)


async def _next(stored: Store, channel: str = CHANNEL) -> OutboxRow:
    async with stored.read() as db:
        letter = await store.next_row(db, channel)
    assert letter is not None
    return letter


async def _nothing_waits(stored: Store, channel: str = CHANNEL) -> bool:
    async with stored.read() as db:
        return await store.next_row(db, channel) is None


async def _sending(stored: Store, letter: OutboxRow) -> None:
    async with stored.write() as db:
        await store.mark_sending(db, letter, "@talks", NOON)


async def _sent(stored: Store, letter: OutboxRow, message_id: int, days: int = 0) -> None:
    async with stored.write() as db:
        await store.mark_sent(db, letter, "@talks", message_id, NOON + days * DAY)


async def _counts(stored: Store) -> dict[Status, int]:
    async with stored.read() as db:
        return await store.counts(db, [CHANNEL])


async def _message(stored: Store, story: str, address: str = "@talks") -> int | None:
    async with stored.read() as db:
        return await store.message_of(db, address, story)


async def _last_id(stored: Store, address: str = "@talks") -> int:
    async with stored.read() as db:
        return await store.last_message_id(db, address)


async def test_letters_come_in_the_order_in_which_they_were_queued(stored: Store) -> None:
    for story in "abc":
        assert await _enqueue(stored, story, f"text of {story}")
    stories = []
    for number in range(3):
        letter = await _next(stored)
        stories.append(letter.story)
        await _sent(stored, letter, number)
    assert stories == ["a", "b", "c"]
    assert await _nothing_waits(stored)


async def test_a_letter_is_as_it_was_queued(stored: Store) -> None:
    await _enqueue(stored, "a", "<b>کاظم غریب‌آبادی</b>")
    letter = await _next(stored)
    expected = (CHANNEL, "a", "<b>کاظم غریب‌آبادی</b>", Status.PENDING, "", 0)
    assert (
        letter.channel,
        letter.story,
        letter.text,
        letter.status,
        letter.address,
        letter.attempts,
    ) == expected


async def test_channels_are_apart(stored: Store) -> None:
    await _enqueue(stored, "a", "one")
    await _enqueue(stored, "a", "other", channel="other")
    assert (await _next(stored)).text == "one"
    assert (await _next(stored, "other")).text == "other"
    assert await _counts(stored) == {Status.PENDING: 1}


async def test_an_edit_that_waits_takes_the_newer_text_and_keeps_its_place(stored: Store) -> None:
    await _enqueue(stored, "a", "first")
    await _enqueue(stored, "b", "second")
    assert await _enqueue(stored, "a", "first, grown")
    assert (await _next(stored)).text == "first, grown"
    assert await _counts(stored) == {Status.PENDING: 2}


async def test_a_text_that_is_there_already_is_not_queued_again(stored: Store) -> None:
    await _enqueue(stored, "a", "first")
    assert not await _enqueue(stored, "a", "first")
    await _sending(stored, await _next(stored))
    assert not await _enqueue(stored, "a", "first")
    await _sent(stored, await _next(stored), 1)
    assert not await _enqueue(stored, "a", "first")
    assert await _nothing_waits(stored)


async def test_a_text_that_is_on_its_way_is_not_changed(stored: Store) -> None:
    await _enqueue(stored, "a", "first")
    await _sending(stored, await _next(stored))
    assert await _enqueue(stored, "a", "first, grown")
    letter = await _next(stored)
    assert (letter.status, letter.text) == (Status.SENDING, "first")
    await _sent(stored, letter, 1)
    assert (await _next(stored)).text == "first, grown"


async def test_an_ambiguous_letter_comes_before_all(stored: Store) -> None:
    await _enqueue(stored, "a", "first")
    await _enqueue(stored, "b", "second")
    first = await _next(stored)
    await _sent(stored, first, 1)
    await _sending(stored, await _next(stored))
    await _enqueue(stored, "a", "first, grown")
    letter = await _next(stored)
    assert (letter.story, letter.status, letter.address) == ("b", Status.SENDING, "@talks")
    assert letter.attempts == 1


async def test_what_did_not_arrive_waits_again_and_counts_its_attempts(stored: Store) -> None:
    await _enqueue(stored, "a", "first")
    for attempts in range(3):
        letter = await _next(stored)
        assert (letter.status, letter.attempts) == (Status.PENDING, attempts)
        await _sending(stored, letter)
        async with stored.write() as db:
            await store.mark_pending(db, letter, "no connection", NOON)


async def test_what_was_given_up_does_not_come_again(stored: Store) -> None:
    await _enqueue(stored, "a", "bad")
    async with stored.write() as db:
        await store.mark_failed(db, await _next(stored), "can't parse", NOON)
    assert await _nothing_waits(stored)
    assert await _counts(stored) == {Status.FAILED: 1}
    assert await _message(stored, "a") is None


async def test_a_message_is_found_by_its_story_and_address(stored: Store) -> None:
    await _enqueue(stored, "a", "first")
    await _sent(stored, await _next(stored), 17)
    assert await _message(stored, "a") == 17
    assert await _message(stored, "b") is None
    assert await _message(stored, "a", "@elsewhere") is None


async def test_ids_only_grow(stored: Store) -> None:
    assert await _last_id(stored) == 0
    for seen in (17, 5, 18, 18):
        async with stored.write() as db:
            await store.note_message_id(db, "@talks", seen)
    assert await _last_id(stored) == 18
    assert await _last_id(stored, "@elsewhere") == 0


async def test_what_is_done_is_forgotten_and_what_waits_is_kept(stored: Store) -> None:
    for story in ("old", "new", "waits"):
        await _enqueue(stored, story, story)
    await _sent(stored, await _next(stored), 1)
    await _sent(stored, await _next(stored), 2, days=100)
    async with stored.write() as db:
        assert await store.forget_outbox_rows(db, NOON + 50 * DAY) == 1
    assert await _counts(stored) == {Status.SENT: 1, Status.PENDING: 1}
    assert await _message(stored, "old") is None
    assert await _message(stored, "new") == 2
    assert await _last_id(stored) == 2
