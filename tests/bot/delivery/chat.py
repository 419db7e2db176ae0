"""A chat in memory whose clock goes on when somebody sleeps, and a sender to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import store
from bot.clock import Clock
from bot.configuration.channels import Channel
from bot.delivery.in_memory import InMemoryDestination
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
