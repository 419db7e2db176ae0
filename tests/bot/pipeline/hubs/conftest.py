"""What of the bot has to do with hubs, on a real database, a strict hub and a clock by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

import store
from bot.clock import Clock
from bot.configuration.records import Configuration, HubCallbackAddress
from bot.configuration.run_options import RunOptions
from bot.pipeline.hubs.callback import Callback
from bot.pipeline.hubs.subscriptions import HubSubscriptions
from bot.pipeline.ingest import Ingest
from bot.pipeline.reading.watching import Watching
from store import Store, Subscription
from tests.bot.pipeline.test_watching import ManualSchedule, nothing
from tests.fakehub import FakeHub, Newspaper, Subscribed, free_port, listens
from tests.opening import configured, open_database
from watchers import Fetcher, SourceState, open_fetcher

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CONFIG = """\
[watching]
every = "10m"
at_most = "2h"

[[channel]]
name = "talks"

[[watcher]]
name = "courier"
title = "Gulf Courier"
url = "https://courier.example/feed"

[[rule]]
name = "talks"
title = "Talks"
when = "talks"
channels = ["talks"]
"""


@dataclass
class Time:
    """A clock that the test turns; who waits for a time is woken when it has come."""

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))
    turned: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def sleep(self, seconds: float) -> None:
        until = self.moment + timedelta(seconds=seconds)
        async with self.turned:
            await self.turned.wait_for(lambda: self.moment >= until)

    async def pass_(self, time: timedelta) -> None:
        # Whoever is about to wait has to wait from now.
        for _ in range(50):
            await asyncio.sleep(0)
        async with self.turned:
            self.moment += time
            self.turned.notify_all()

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.moment, self.sleep)


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110  what others do on sockets sets no event
            await asyncio.sleep(0.001)


@dataclass
class Bot:
    """What of the bot has to do with hubs, at work."""

    subscribing: HubSubscriptions
    watching: Watching
    schedule: ManualSchedule
    stored: Store
    configuration: Configuration

    async def poll(self) -> datetime:
        """Poll the source; returns when it is polled next."""
        (watcher,) = self.configuration.watchers
        await self.watching._poll(watcher.name, self.schedule)
        return self.schedule.whens[watcher.name][-1]

    async def told(self) -> list[str]:
        """The titles of all reports in stories, each as often as it is there."""
        async with self.stored.read() as db:
            stories = await store.recent_stories(db, datetime(2000, 1, 1, tzinfo=UTC))
        return sorted(report.document.title for story in stories for report in story.reports)

    async def state(self) -> SourceState:
        async with self.stored.read() as db:
            (state,) = (await store.source_states(db)).values()
        return state

    async def kept(self) -> list[Subscription]:
        async with self.stored.read() as db:
            return await store.all_subscriptions(db)


@dataclass
class Town:
    """A hub, a newspaper, and a folder for bots."""

    hub: FakeHub
    paper: Newspaper
    folder: Path
    time: Time = field(default_factory=Time)
    port: int = field(default_factory=free_port)
    private: bool = True
    guarded: bool = True
    watcher: str = "courier"

    @property
    def subscription(self) -> Subscribed:
        (one,) = self.hub.subscriptions.values()
        return one

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[Bot]:
        async with (
            open_database(self.folder / "test.db") as stored,
            open_fetcher(user_agent="tests/1", pause=0) as fetcher,
        ):
            if not self.guarded:
                fetcher._public = fetcher._anywhere
            async with self._working(self._configuration(), stored, fetcher) as bot:
                yield bot

    def _configuration(self) -> Configuration:
        (watcher,) = configured(CONFIG).watchers
        watcher = replace(
            watcher, name=self.watcher, url=self.paper.topic, allow_private=self.private
        )
        public = HubCallbackAddress(f"http://127.0.0.1:{self.port}/hooks", "127.0.0.1", self.port)
        return replace(configured(CONFIG), watchers=(watcher,), websub=public)

    @asynccontextmanager
    async def _working(
        self, configuration: Configuration, stored: Store, fetcher: Fetcher
    ) -> AsyncIterator[Bot]:
        assert configuration.websub is not None
        watchers = {watcher.name: watcher for watcher in configuration.watchers}
        clock, rng, schedule = self.time.clock, Random(1), ManualSchedule()
        async with stored.read() as db:
            states = await store.source_states(db)
        ingest = Ingest(configuration, stored, clock, lambda _: None)
        subscribing = HubSubscriptions(
            configuration.websub,
            watchers,
            stored,
            fetcher,
            clock=clock,
            rng=rng,
            hasten=schedule.at,
        )
        options = RunOptions(self.folder, clock=clock, random=rng)
        watching = Watching(
            watchers, states, fetcher, ingest, options, recent=nothing, hubs=subscribing
        )
        await subscribing.start(states)
        callback = Callback(configuration.websub, subscribing, watching.push, clock, _tell)
        works = [
            asyncio.create_task(work) for work in (ingest.run(), subscribing.run(), callback.run())
        ]
        await until(lambda: listens(self.port))
        try:
            yield Bot(subscribing, watching, schedule, stored, configuration)
        finally:
            for work in works:
                work.cancel()
            for work in works:
                with suppress(asyncio.CancelledError):
                    await work

    @asynccontextmanager
    async def subscribed(self) -> AsyncIterator[Bot]:
        """A bot that has polled the newspaper and is subscribed."""
        async with self.bot() as bot:
            await bot.poll()
            await until(lambda: self.hub.subscriptions)
            await self.hub.settled()
            yield bot

    async def push(self, *titles: str, method: str = "sha256", **headers: str | None) -> list[int]:
        body = self.paper.feed(*titles)
        return await self.hub.push(self.paper.topic, body, method, **headers)

    async def asked(self, times: int) -> None:
        """Wait until the hub was asked so many times."""
        await until(lambda: len(self.hub.requests) == times)


async def _tell(_: str) -> None:
    raise AssertionError


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with FakeHub() as hub, Newspaper(hub.address) as paper:
        paper.titles += ["Old talks end", "Weather"]
        yield Town(hub, paper, tmp_path)
        assert hub.violations == []
