"""A newsroom: entries come in, stories are told, the process may be killed."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import store
from bot.clock import Clock
from bot.configuration.records import Configuration
from bot.delivery.batching import Batching
from bot.delivery.sender import Sender
from bot.messages.drafts import Messages
from bot.pipeline.ingest import Ingest
from store import Status, Store
from tests.bot.delivery.chat import Chat
from tests.making import entry, serving
from tests.opening import configured, open_database
from watchers import Poll, SourceState

MINUTE = timedelta(minutes=1)
EVENING = datetime(2023, 6, 12, 20, tzinfo=UTC)
CONFIG = """\
[watching]
flood_entries = 20
flood_stories = 5

[[channel]]
name = "talks"
chat = "@talks"
{channel}

[[watcher]]
name = "courier"
title = "Gulf Courier"
url = "https://courier.example/feed"

[[watcher]]
name = "wire"
title = "Wire"
url = "https://wire.example/feed"

[[rule]]
name = "talks"
title = "Talks"
when = "talks"
channels = ["talks"]

[[rule]]
name = "urgent"
title = "Urgent"
when = "urgent"
channels = ["talks"]
priority = true
"""


SYLLABLES = "ba ko ri mu te sa lo vi ne du ga po hi wu ze".split()


def said(number: int, word: str = "talks") -> str:
    """A headline that shares nothing with those of other numbers but the word of the rule."""
    choose = Random(number).choice
    words = ["".join(choose(SYLLABLES) for _ in range(4)) for _ in range(5)]
    return " ".join([words[0].title(), *words[1:3], word, *words[3:]])


class Newsroom:
    """Ingest and sender on one database and one clock, with a chat in memory."""

    def __init__(self, configuration: Configuration, stored: Store) -> None:
        self.now = EVENING
        self.chat = Chat()
        self.told: list[str] = []
        clock = Clock(lambda: self.now, self._sleep)
        self.ingest = Ingest(configuration, stored, clock, lambda _: None, self._tell)
        self._view = Messages(configuration).view("talks")
        self._channel = self._view.channel
        batching = Batching(self._view)
        self.sender = Sender(self._channel, self.chat, stored, clock, batching=batching)
        self.stored = stored
        self._watchers = {watcher.name: watcher for watcher in configuration.watchers}
        self._configuration = configuration

    async def _sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    async def _tell(self, text: str) -> None:
        self.told.append(text)

    async def comes(self, *titles: str, source: str = "courier") -> None:
        """A poll brings entries with these titles."""
        entries = (
            entry(
                title,
                source=source,
                link=f"https://{source}.example/{abs(hash(title))}",
                published=self.now,
                seen=self.now,
            )
            for title in titles
        )
        served = tuple(serving(one, one.title.encode()) for one in entries)
        await self.ingest(Poll(self._watchers[source], SourceState(source), served))

    async def drain(self) -> None:
        while await self.sender.send_next():
            pass

    async def is_killed(self, *, arrives: bool) -> None:
        """The process ends after the write-ahead; a message arrives all the same, or not."""
        address = self.chat.address(self._channel)
        async with self.stored.write() as db:
            await Batching(self._view).batch(db, address, self.now)
            letter = await store.next_row(db, "talks", self.now)
            if letter is None or letter.status is Status.SENDING:
                return
            is_new = await store.message_of(db, address, letter.story) is None
            await store.mark_sending(db, letter, address, self.now)
        if is_new and arrives:
            self.chat.post(letter.text)

    @property
    def messages(self) -> list[str]:
        return self.chat.ours

    async def statuses(self) -> dict[Status, int]:
        async with self.stored.read() as db:
            return await store.counts(db, ["talks"])


@asynccontextmanager
async def at_work(folder: Path, channel: str = "") -> AsyncIterator[Newsroom]:
    async with open_database(folder / "test.db") as stored:
        newsroom = Newsroom(configured(CONFIG.format(channel=channel)), stored)
        work = asyncio.create_task(newsroom.ingest.run())
        try:
            yield newsroom
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)


def told_in(messages: Iterable[str], title: str) -> int:
    """How many of the messages tell a headline."""
    return sum(title in message for message in messages)
