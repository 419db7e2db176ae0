"""The sender on a real database, with a chat that loses answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

import store
from bot.clock import Clock
from bot.configuration.channels import Channel
from bot.delivery.destination import (
    AmbiguousError,
    DoubtfulError,
    Edited,
    MessageSearch,
    NotSentError,
    RefusedError,
    UnreadableError,
    WaitError,
)
from bot.delivery.in_memory import InMemoryDestination
from bot.delivery.reconciliation import same
from bot.delivery.sender import Sender
from store import Status, Store
from tests.making import NOON
from tests.opening import open_database

CHANNEL = Channel("talks", "@talks")


@dataclass
class Chat(InMemoryDestination):
    """A chat in memory with a clock that goes on when somebody sleeps."""

    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def now(self) -> datetime:
        return NOON + timedelta(seconds=sum(self.slept))

    @property
    def ours(self) -> list[str]:
        return [text for text in self.posts.values() if text is not None]


@asynccontextmanager
async def at_work(folder: Path, chat: Chat) -> AsyncIterator[tuple[Sender, Store]]:
    async with open_database(folder / "test.db") as stored:
        yield Sender(CHANNEL, chat, stored, Clock(chat.now, chat.sleep)), stored


async def put(stored: Store, story: str, text: str) -> None:
    async with stored.write() as db:
        await store.enqueue(db, CHANNEL.name, story, text, NOON)


async def drain(sender: Sender) -> None:
    while await sender.send_next():
        pass


async def left_in_sending(stored: Store, address: str = "@talks") -> None:
    """Leave the next letter as a kill would, after it was written ahead."""
    async with stored.write() as db:
        letter = await store.next_row(db, CHANNEL.name)
        assert letter is not None
        await store.mark_sending(db, letter, address, NOON)


async def statuses(stored: Store) -> dict[Status, int]:
    async with stored.read() as db:
        return await store.counts(db, [CHANNEL.name])


async def test_messages_go_out_in_order_and_then_are_edited(tmp_path: Path) -> None:
    chat = Chat()
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await put(stored, "b", "second")
        await drain(sender)
        await put(stored, "a", "first, grown")
        await drain(sender)
        assert chat.ours == ["first, grown", "second"]
        assert await statuses(stored) == {Status.SENT: 3}


async def test_a_change_that_waits_is_folded_and_an_unchanged_text_is_not_sent(
    tmp_path: Path,
) -> None:
    chat = Chat()
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await put(stored, "a", "first, grown")
        await drain(sender)
        await put(stored, "a", "first, grown")
        assert not await sender.send_next()
        assert chat.ours == ["first, grown"]


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("others", [0, 3])
async def test_a_lost_answer_is_settled(tmp_path: Path, arrives: bool, others: int) -> None:
    chat = Chat(arrives=arrives)
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "z", "the one before")
        await drain(sender)
        for _ in range(others):
            chat.post(None)
        chat.faults.append(AmbiguousError("lost"))
        await put(stored, "a", "first")
        await put(stored, "b", "second")
        await drain(sender)
        assert chat.ours == ["the one before", "first", "second"]


async def test_a_row_that_a_kill_left_in_sending_is_settled_by_the_next_run(tmp_path: Path) -> None:
    chat = Chat()
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "z", "the one before")
        await drain(sender)
        await put(stored, "a", "first")
        await left_in_sending(stored)
        chat.post("first")
    async with at_work(tmp_path, chat) as (sender, stored):
        await drain(sender)
        assert chat.ours == ["the one before", "first"]
        assert await statuses(stored) == {Status.SENT: 2}


async def test_waiting_is_obeyed_and_nothing_overtakes(tmp_path: Path) -> None:
    chat = Chat(faults=[WaitError(17), NotSentError("no connection")])
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await put(stored, "b", "second")
        await drain(sender)
        assert chat.ours == ["first", "second"]
        assert chat.slept[0] == 17


async def test_a_bot_started_again_waits_as_long_as_the_one_before_was_told(
    tmp_path: Path,
) -> None:
    chat = Chat(faults=[WaitError(300)])
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await sender.send_next()
        chat.slept[:] = [100]
        again = Sender(CHANNEL, chat, stored, Clock(chat.now, chat.sleep))
        async with asyncio.timeout(60):
            work = asyncio.create_task(again.run())
            while not chat.ours:  # noqa: ASYNC110  it is another task's
                await asyncio.sleep(0.001)
        assert chat.slept == [100, 200]
        again.finish()
        await work


async def test_a_refusing_chat_is_asked_again_ever_later(tmp_path: Path) -> None:
    chat = Chat(faults=[RefusedError("no rights")] * 9)
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await drain(sender)
        assert chat.ours == ["first"]
        assert chat.slept == sorted(chat.slept)
        assert (chat.slept[0], chat.slept[-1]) == (60, 3600)


async def test_what_telegram_cannot_read_is_sent_plain(tmp_path: Path) -> None:
    chat = Chat(faults=[UnreadableError("can't parse entities")])
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "<b>fish &amp; chips</b>")
        await drain(sender)
        async with stored.read() as db:
            assert await store.count_changed(db, [CHANNEL.name]) == 1
        assert chat.ours == ["fish &amp; chips"]


async def test_one_bad_message_does_not_hold_up_the_next(tmp_path: Path) -> None:
    chat = Chat(faults=[UnreadableError("bad"), UnreadableError("still bad")])
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "bad")
        await put(stored, "b", "good")
        await drain(sender)
        assert chat.ours == ["good"]
        assert await statuses(stored) == {Status.FAILED: 1, Status.SENT: 1}


async def test_a_message_that_was_deleted_is_not_sent_anew(tmp_path: Path) -> None:
    chat = Chat()
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await drain(sender)
        chat.posts.clear()
        await put(stored, "a", "first, grown")
        await drain(sender)
        assert chat.ours == []


async def test_a_hundred_messages_through_a_bad_line(tmp_path: Path) -> None:
    random = Random(7)
    chat = Chat(last_id=0)
    async with at_work(tmp_path, chat) as (sender, stored):
        texts = [f"message {number}" for number in range(100)]
        for number, text in enumerate(texts):
            await put(stored, str(number), text)
        more = True
        while more:
            chat.arrives = random.random() < 0.5
            if random.random() < 0.5:
                chat.faults = [
                    random.choice([AmbiguousError("?"), NotSentError("!"), WaitError(1)])
                ]
            if random.random() < 0.3:
                chat.post(None)
            more = await sender.send_next()
        assert chat.ours == texts


# What could go wrong with the settling of a send whose answer was lost.


@asynccontextmanager
async def after_one_message(folder: Path, chat: Chat) -> AsyncIterator[tuple[Sender, Store]]:
    """At work, with one message sent: an id is known."""
    async with at_work(folder, chat) as (sender, stored):
        await put(stored, "z", "the one before")
        await drain(sender)
        yield sender, stored


def test_the_chat_of_these_tests_can_be_looked_at() -> None:
    assert isinstance(Chat(), MessageSearch)


async def test_a_message_that_is_found_late_is_not_sent_again(tmp_path: Path) -> None:
    chat = Chat(arrives=True)
    async with after_one_message(tmp_path, chat) as (sender, stored):
        chat.faults, chat.late = [AmbiguousError("lost")], 1
        await put(stored, "a", "first")
        await drain(sender)
        assert chat.ours == ["the one before", "first"]


@pytest.mark.parametrize("arrives", [True, False])
async def test_deleted_messages_leave_gaps_that_are_looked_over(
    tmp_path: Path, arrives: bool
) -> None:
    chat = Chat(arrives=arrives)
    async with after_one_message(tmp_path, chat) as (sender, stored):
        for _ in range(4):
            chat.post(None)
            del chat.posts[chat.last_id]
        chat.faults.append(AmbiguousError("lost"))
        await put(stored, "a", "first")
        await drain(sender)
        assert chat.ours == ["the one before", "first"]


async def test_the_last_message_known_may_have_been_deleted(tmp_path: Path) -> None:
    chat = Chat(arrives=True)
    async with after_one_message(tmp_path, chat) as (sender, stored):
        chat.posts.clear()
        chat.faults.append(AmbiguousError("lost"))
        await put(stored, "a", "first")
        await drain(sender)
        assert chat.ours == ["first"]


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("arrives", [True, False])
async def test_others_posted_hundreds_since_our_last_message(
    tmp_path: Path, alone: bool, arrives: bool
) -> None:
    chat = Chat(arrives=arrives, alone=alone)
    async with after_one_message(tmp_path, chat) as (sender, stored):
        for _ in range(500):
            chat.post(None)
        chat.faults.append(AmbiguousError("lost"))
        await put(stored, "a", "first")
        await put(stored, "b", "second")
        await drain(sender)
        assert chat.ours == ["the one before", "first", "second"]
        assert chat.overwritten == 0


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("others", [0, 3])
async def test_where_a_bot_may_edit_all_posts_none_of_others_is_changed(
    tmp_path: Path, arrives: bool, others: int
) -> None:
    chat = Chat(arrives=arrives, alone=False)
    async with after_one_message(tmp_path, chat) as (sender, stored):
        for _ in range(others):
            chat.post(None)
        chat.faults.append(AmbiguousError("lost"))
        await put(stored, "a", "first")
        await drain(sender)
        assert chat.ours == ["the one before", "first"]
        assert chat.overwritten == 0


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("history", ["", "ours", "others"])
async def test_the_first_message_to_a_chat_with_a_history(
    tmp_path: Path, arrives: bool, history: str
) -> None:
    chat = Chat(arrives=arrives, last_id=0)
    for number in range(120 if history else 0):
        chat.post(f"old {number}" if history == "ours" else None)
    old = chat.ours
    chat.faults.append(AmbiguousError("lost"))
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await put(stored, "b", "second")
        await drain(sender)
    assert chat.ours == [*old, "first", "second"]


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_private_chat_shares_its_count_with_others(tmp_path: Path, arrives: bool) -> None:
    chat = Chat(arrives=arrives, own_count=False)
    async with after_one_message(tmp_path, chat) as (sender, stored):
        chat.last_id += 1000
        chat.faults.append(AmbiguousError("lost"))
        await put(stored, "a", "first")
        await drain(sender)
        assert chat.ours == ["the one before", "first"]


@pytest.mark.parametrize("arrived", [(True, True), (True, False), (False, True), (False, False)])
async def test_two_ambiguous_rows(tmp_path: Path, arrived: tuple[bool, bool]) -> None:
    chat = Chat()
    async with after_one_message(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await put(stored, "b", "second")
        async with stored.write() as db:
            letter = await store.next_row(db, CHANNEL.name)
            assert letter is not None
            for number in (letter.id, letter.id + 1):
                await store.mark_sending(db, replace(letter, id=number), "@talks", NOON)
        for text, came in zip(("first", "second"), arrived, strict=True):
            if came:
                chat.post(text)
        await drain(sender)
        assert chat.ours == ["the one before", "first", "second"]


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_story_grows_while_its_first_message_is_ambiguous(
    tmp_path: Path, arrives: bool
) -> None:
    chat = Chat(arrives=arrives, faults=[AmbiguousError("lost")])
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await sender.send_next()
        await put(stored, "a", "first, grown")
        await put(stored, "a", "first, grown again")
        await put(stored, "b", "second")
        await drain(sender)
        assert chat.ours == ["first, grown again", "second"]


@pytest.mark.parametrize("arrives", [True, False])
async def test_waiting_is_obeyed_while_a_message_is_looked_for(
    tmp_path: Path, arrives: bool
) -> None:
    chat = Chat(arrives=arrives)
    async with after_one_message(tmp_path, chat) as (sender, stored):
        chat.faults.append(AmbiguousError("lost"))
        await put(stored, "a", "first")
        await put(stored, "b", "second")
        await sender.send_next()
        chat.edit_faults = [WaitError(33), AmbiguousError("again"), RefusedError("kicked")]
        await drain(sender)
        assert chat.ours == ["the one before", "first", "second"]
        assert 33 in chat.slept


async def test_ids_that_an_earlier_run_knew_are_known(tmp_path: Path) -> None:
    chat = Chat()
    async with after_one_message(tmp_path, chat):
        pass
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await left_in_sending(stored)
        await drain(sender)
        assert chat.ours == ["the one before", "first"]
        assert chat.last_id == 102


async def test_what_was_ambiguous_in_another_chat_is_sent_to_this_one(tmp_path: Path) -> None:
    chat = Chat()
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await left_in_sending(stored, "@the_chat_before")
        await drain(sender)
        assert chat.ours == ["first"]


async def test_a_message_sent_plain_is_found_again(tmp_path: Path) -> None:
    text = "<b>fish &amp; chips</b>"
    chat = Chat()
    async with after_one_message(tmp_path, chat) as (sender, stored):
        await put(stored, "a", text)
        await left_in_sending(stored)
        chat.post("fish &amp; chips")
        chat.edit_faults = [UnreadableError("can't parse entities")]
        await drain(sender)
        assert chat.ours == ["the one before", "fish &amp; chips"]


# Edits.


async def test_a_text_that_changes_while_it_is_on_its_way_is_not_lost(tmp_path: Path) -> None:
    chat = Chat()
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await drain(sender)
        on_its_way = chat.edit

        async def slowly(channel: Channel, message_id: int, text: str, **_: object) -> Edited:
            if text == "first, grown":
                await put(stored, "a", "first, grown again")
            return await on_its_way(channel, message_id, text)

        chat.edit = slowly  # type: ignore[method-assign]
        await put(stored, "a", "first, grown")
        await drain(sender)
        assert chat.ours == ["first, grown again"]


async def test_an_edit_whose_answer_was_lost_is_made_again(tmp_path: Path) -> None:
    chat = Chat()
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await drain(sender)
        chat.edit_faults = [AmbiguousError("lost"), NotSentError("no connection")]
        await put(stored, "a", "first, grown")
        await drain(sender)
        assert chat.ours == ["first, grown"]
        assert await statuses(stored) == {Status.SENT: 2}


async def test_an_edit_that_finds_its_message_late_is_made(tmp_path: Path) -> None:
    chat = Chat()
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await drain(sender)
        chat.late = 1
        await put(stored, "a", "first, grown")
        await drain(sender)
        assert chat.ours == ["first, grown"]


# Refusals.


async def test_a_refusal_nobody_knows_is_the_message_s_fault_where_plain_text_goes_through(
    tmp_path: Path,
) -> None:
    chat = Chat(faults=[DoubtfulError("BUTTON_URL_INVALID")])
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "<b>first</b>")
        await drain(sender)
        assert chat.ours == ["first"]
        assert chat.slept == []


async def test_a_refusal_nobody_knows_is_the_channel_s_fault_where_plain_text_is_refused(
    tmp_path: Path,
) -> None:
    chat = Chat(faults=[DoubtfulError("CHAT_ODD"), DoubtfulError("CHAT_ODD")])
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "<b>first</b>")
        await drain(sender)
        assert chat.ours == ["<b>first</b>"]
        assert chat.slept == [60]


async def test_each_reason_is_said_once_also_after_other_failures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faults: list[Exception] = [WaitError(1), NotSentError("no line"), RefusedError("no rights")] * 3
    chat = Chat(faults=faults)
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await drain(sender)
    said = capsys.readouterr().out
    assert said.count("no rights") == said.count("no line") == 1
    assert chat.slept == [1, 1, 60, 1, 2, 120, 1, 4, 240]


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ("fish & chips", "<b>fish &amp; chips</b>"),
        ("a link\nb", ' <a href="https://a.example/?b=1&amp;c=2">a  link</a>\n\nb '),
        ("مرحبا", "<i>مرحبا</i>"),
    ],
)
def test_what_a_message_shows_is_compared_with_its_text(shown: str, text: str) -> None:
    assert same(shown, text)
    assert not same(f"{shown} and more", text)
