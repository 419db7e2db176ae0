"""Stories told in a channel, and corrections asked for as people ask for them."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

import store
from bot.clock import Clock
from bot.configuration.channels import Channel
from bot.configuration.records import Configuration
from bot.delivery.sender import Sender
from bot.pipeline.corrections import Corrector
from bot.pipeline.ingest import Ingest
from store import (
    CorrectionKind,
    CorrectionOutcome,
    Store,
)
from stories import Story
from tests.bot.delivery import chat as delivery_chat
from tests.making import NOON, entry, serving
from tests.opening import open_database
from watchers import Poll, SourceState

HOUR = timedelta(hours=1)
CONFIG = """\
[[channel]]
name = "talks"
chat = "@talks"

[[rule]]
name = "talks"
title = "Talks"
when = "talks OR deny OR denies"
channels = ["talks"]
""" + "".join(
    f"""
[[watcher]]
name = "{name}"
title = "{name.title()}"
url = "https://{name}.example/feed"
"""
    for name in ("courier", "wire", "ledger", "herald")
)


MUSCAT = "Muscat talks adjourn after hearing Busaidi"
DOHA = "Prisoner swap talks begin at Doha airport"
ROME = "Vatican hosts Gaza hostage talks with bishops"
MORE = "Hostage talks with bishops continue at Vatican over Gaza"


class Chat(delivery_chat.Chat):
    """One whose messages have links."""

    def address(self, channel: Channel) -> str:
        return f"telegram:{channel.chat}"


class Newsroom:
    """Ingest, corrector and sender on one database and one clock, with a chat in memory."""

    def __init__(self, configuration: Configuration, stored: Store, chat: Chat) -> None:
        self.now = NOON
        self.stored = stored
        self.chat = chat
        self.told: list[str] = []
        self.clock = Clock(lambda: self.now, self._sleep)
        self.ingest = Ingest(configuration, stored, self.clock, lambda _: None)
        (channel,) = configuration.channels
        self.corrector = Corrector(
            stored,
            self.ingest,
            self.clock,
            channels=configuration.channels,
            address=chat.address,
            tell=self._tell,
        )
        self._sender = Sender(channel, chat, stored, self.clock)
        self._watchers = {watcher.name: watcher for watcher in configuration.watchers}

    async def report(self, title: str, source: str = "courier", words: str = "") -> Story:
        """An entry that comes in; returns the story that it is in."""
        self.now += HOUR
        one = entry(
            title,
            words,
            source=source,
            uid=title,
            link=f"https://{source}.example/{len(title)}{title[:3]}",
            published=self.now,
            seen=self.now,
        )
        state = SourceState(source, last_poll=self.now)
        served = serving(one, f"{source}{title}".encode())
        await self.ingest(Poll(self._watchers[source], state, (served,)))
        id_ = store.entry_id(one)
        return next(
            s for s in await self.stories() if id_ in {report.entry for report in s.reports}
        )

    async def send(self) -> None:
        """Send what is due now."""
        self.now += HOUR
        while await self._sender.send_next():
            pass

    async def merge(self, gone: Story, into: Story) -> CorrectionOutcome:
        return await self.correct(CorrectionKind.MERGE, gone, [into.id])

    async def split(self, story: Story, *titles: str) -> CorrectionOutcome:
        entries = [r.entry for r in story.reports if r.document.title in titles]
        return await self.correct(CorrectionKind.SPLIT, story, entries)

    async def correct(
        self, kind: CorrectionKind, story: Story, others: Sequence[str]
    ) -> CorrectionOutcome:
        number = await self.ask(kind, story, others)
        await self.corrector.look()
        return await self.outcome(number)

    async def ask(self, kind: CorrectionKind, story: Story, others: Sequence[str]) -> int:
        async with self.stored.write() as db:
            return await store.add_correction(db, kind, story.id, others, self.now)

    async def outcome(self, number: int) -> CorrectionOutcome:
        async with self.stored.read() as db:
            correction = await store.find_correction(db, number)
        assert correction is not None
        assert correction.outcome is not None
        return correction.outcome

    async def stories(self) -> list[Story]:
        async with self.stored.read() as db:
            return await store.recent_stories(db, NOON - HOUR)

    async def waiting(self) -> dict[str, str]:
        """What is to be sent, by the stories."""
        async with self.stored.read() as db:
            rows = await db.execute(
                text("SELECT story, text FROM outbox WHERE status = 'pending' ORDER BY id")
            )
            return {row.story: row.text for row in rows}

    async def _sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    async def _tell(self, told: str) -> None:
        self.told.append(told)


def titles(story: Story) -> list[str]:
    return [report.document.title for report in story.reports]


def headline(told: str) -> str:
    return re.sub(r"<[^>]*>", "", told.partition("\n")[0])


@asynccontextmanager
async def at_work(configuration: Configuration, file: Path, chat: Chat) -> AsyncIterator[Newsroom]:
    """A newsroom that works as long as the block runs; the next one is the same after a restart."""
    async with open_database(file) as stored:
        newsroom = Newsroom(configuration, stored, chat)
        work = asyncio.create_task(newsroom.ingest.run())
        try:
            yield newsroom
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
