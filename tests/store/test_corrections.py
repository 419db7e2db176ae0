"""Corrections by hand, what they leave behind, and what they take out of the outbox."""

from datetime import timedelta

import store
from store import CorrectionKind, CorrectionOutcome, Store
from stories import Report, Story
from tests.making import NOON, entry

HOUR = timedelta(hours=1)
HERE = "telegram:@talks"


async def _story(stored: Store, title: str) -> Story:
    one = entry(title)
    report = Report(store.entry_id(one), one, "Gulf Courier", ())
    story = Story(report.entry, NOON, NOON, (report,))
    async with stored.write() as db:
        await store.save_entries(db, [(one, ())])
        await store.save_story(db, story)
    return story


async def _merge(
    stored: Store, story: str, into: str, outcome: CorrectionOutcome = CorrectionOutcome.DONE
) -> None:
    async with stored.write() as db:
        number = await store.add_correction(db, CorrectionKind.MERGE, story, [into], NOON)
        correction = await store.find_correction(db, number)
        assert correction is not None
        await store.mark_applied(db, correction, outcome, NOON)


async def _send(stored: Store, key: str, *, message: int = 7) -> None:
    async with stored.write() as db:
        letter = await store.next_row(db, "talks")
        assert letter is not None
        assert letter.story == key
        await store.mark_sent(db, letter, HERE, message, NOON)


async def _enqueue(stored: Store, key: str, text: str = "text", reply_to: str = "") -> None:
    async with stored.write() as db:
        await store.enqueue(db, "talks", key, text, NOON, reply_to=reply_to)


async def _withdraw(stored: Store, story: str) -> tuple[set[str], str | None]:
    """Who has the story's message, and what waits next after it was withdrawn."""
    async with stored.write() as db:
        told = await store.withdraw(db, story)
        letter = await store.next_row(db, "talks")
    return told, letter.story if letter else None


async def test_a_correction_waits_until_it_is_made(stored: Store) -> None:
    async with stored.write() as db:
        first = await store.add_correction(db, CorrectionKind.MERGE, "a", ["b"], NOON)
        second = await store.add_correction(db, CorrectionKind.SPLIT, "b", ["c", "d"], NOON)
        waiting = await store.waiting_corrections(db)
        assert [(one.id, one.others) for one in waiting] == [(first, ("b",)), (second, ("c", "d"))]
        await store.mark_applied(db, waiting[0], CorrectionOutcome.GONE, NOON)
        assert [one.id for one in await store.waiting_corrections(db)] == [second]
        made = await store.find_correction(db, first)
        assert made is not None
        assert made.outcome is CorrectionOutcome.GONE
        assert await store.forget_corrections(db, NOON + HOUR) == 1
        assert await store.find_correction(db, first) is None
        assert [one.id for one in await store.waiting_corrections(db)] == [second]


async def test_an_id_leads_to_the_story_that_it_became(stored: Store) -> None:
    last = await _story(stored, "last")
    await _merge(stored, "a", "b")
    await _merge(stored, "b", last.id)
    await _merge(stored, "x", "forgotten")
    await _merge(stored, "y", last.id, CorrectionOutcome.GONE)
    async with stored.read() as db:
        assert await store.current_story(db, "a") == last
        assert await store.current_story(db, last.id) == last
        for none in ("x", "y", "never"):
            assert await store.current_story(db, none) is None
        assert await store.story_ids(db, "a") == ["a", *[i for i in [last.id] if i[0] == "a"]]
        assert await store.story_ids(db, "%") == []


async def test_a_circle_of_merges_leads_nowhere(stored: Store) -> None:
    await _merge(stored, "a", "b")
    await _merge(stored, "b", "a")
    async with stored.read() as db:
        assert await store.current_story(db, "a") is None


async def test_what_was_never_sent_is_taken_back_with_what_stands_below(stored: Store) -> None:
    await _enqueue(stored, "a")
    await _enqueue(stored, "a/denied", reply_to="a")
    await _enqueue(stored, "b")
    assert await _withdraw(stored, "a") == (set(), "b")


async def test_of_what_was_sent_only_the_newer_text_is_taken_back(stored: Store) -> None:
    await _enqueue(stored, "a")
    await _send(stored, "a")
    await _enqueue(stored, "a", "newer")
    await _enqueue(stored, "a/denied", reply_to="a")
    assert await _withdraw(stored, "a") == ({"talks"}, "a/denied")


async def test_what_may_have_been_sent_counts_as_sent(stored: Store) -> None:
    await _enqueue(stored, "a")
    async with stored.write() as db:
        letter = await store.next_row(db, "talks")
        assert letter is not None
        await store.mark_sending(db, letter, HERE, NOON)
    assert await _withdraw(stored, "a") == ({"talks"}, "a")


async def test_what_waits_to_be_told_with_others_is_not_told_alone_later(stored: Store) -> None:
    for key in ("a", "b"):
        await _enqueue(stored, key)
    async with stored.write() as db:
        await store.put_batch(db, "talks", "both", ["a", "b"], NOON, silent=False)
    assert (await _withdraw(stored, "a"))[0] == set()
    async with stored.write() as db:
        assert await store.dissolve_batches(db, "talks")
        letter = await store.next_row(db, "talks")
        assert letter is not None
        assert letter.story == "b"
        await store.mark_sent(db, letter, HERE, 7, NOON)
        assert await store.next_row(db, "talks") is None


async def test_what_was_told_with_others_was_told(stored: Store) -> None:
    for key in ("a", "b"):
        await _enqueue(stored, key)
    async with stored.write() as db:
        await store.put_batch(db, "talks", "both", ["a", "b"], NOON, silent=False)
        letter = await store.next_row(db, "talks")
        assert letter is not None
    await _send(stored, letter.story)
    assert await _withdraw(stored, "a") == ({"talks"}, None)
