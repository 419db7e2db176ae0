"""The sender on a real database, with a chat that loses answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

import store
from bot.channels import (
    AmbiguousError,
    Channel,
    Edited,
    NotSentError,
    RefusedError,
    UnreadableError,
    WaitError,
)
from bot.clock import Clock
from bot.sending import Sender
from store import Status, Store, open_store, sqlite_url
from tests.making import NOON

CHANNEL = Channel("talks", "@talks")


@dataclass
class Chat:
    """A chat in memory: what it holds by id, None for somebody else's post."""

    posts: dict[int, str | None] = field(default_factory=dict)
    faults: list[Exception] = field(default_factory=list)
    arrives: bool = False
    last_id: int = 100
    slept: list[float] = field(default_factory=list)

    def address(self, channel: Channel) -> str:
        return channel.chat

    async def send(self, channel: Channel, text: str) -> int:
        fault = self.faults.pop(0) if self.faults else None
        if fault is None or (isinstance(fault, AmbiguousError) and self.arrives):
            self.post(text)
        if fault is not None:
            raise fault
        return self.last_id

    async def edit(self, channel: Channel, message_id: int, text: str) -> Edited:
        if message_id not in self.posts:
            return Edited.NOT_FOUND
        if self.posts[message_id] is None:
            return Edited.NOT_OURS
        if self.posts[message_id] == text:
            return Edited.NOT_MODIFIED
        self.posts[message_id] = text
        return Edited.CHANGED

    def post(self, text: str | None) -> None:
        self.last_id += 1
        self.posts[self.last_id] = text

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    @property
    def ours(self) -> list[str]:
        return [text for text in self.posts.values() if text is not None]


@asynccontextmanager
async def at_work(folder: Path, chat: Chat) -> AsyncIterator[tuple[Sender, Store]]:
    async with open_store(sqlite_url(folder / "test.db")) as stored:
        yield Sender(CHANNEL, chat, stored, Clock(lambda: NOON, chat.sleep)), stored


async def put(stored: Store, story: str, text: str) -> None:
    async with stored.write() as db:
        await store.enqueue(db, CHANNEL.name, story, text, NOON)


async def drain(sender: Sender) -> None:
    while await sender.send_next():
        pass


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
        async with stored.write() as db:
            letter = await store.next_letter(db, CHANNEL.name)
            assert letter is not None
            await store.mark_sending(db, letter, "@talks", NOON)
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
