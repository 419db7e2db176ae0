"""A feed that turns into another site's, from the server to the outbox, over restarts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from rich.console import Console

import store
from bot.cli.feeds import table
from bot.clock import Clock
from bot.configuration.run_options import RunOptions
from bot.pipeline.ingest import Ingest
from bot.pipeline.reading.watching import Hubs, Watching
from store import Store
from tests.bot.delivery.newsroom import said
from tests.bot.pipeline.test_watching import ManualSchedule, nothing
from tests.making import NOON
from tests.opening import configured, open_database
from watchers import Entry, SourceState, open_fetcher

HOME, AWAY = "courier.example", "spam.example"
MINUTE = timedelta(minutes=1)
CONFIG = """
[[channel]]
name = "talks"
[[watcher]]
name = "courier"
title = "Gulf Courier"
url = "https://courier.example/feed"
allow_private = true
[[rule]]
name = "talks"
title = "Talks"
when = "talks"
channels = ["talks"]
"""


class Pushed:
    """Hubs that push every source."""

    async def polled(self, _: SourceState, __: int) -> bool:
        return True


@dataclass
class Town:
    """A server with a feed, and a folder for bots that watch it; each poll is a minute later."""

    folder: Path
    url: str = ""
    body: bytes = b""
    now: datetime = NOON
    told: list[str] = field(default_factory=list)

    async def answer(self, _: web.Request) -> web.Response:
        return web.Response(body=self.body)

    async def tell(self, text: str) -> None:
        self.told.append(text)

    def serves(self, site: str, *numbers: int, old: int = 0) -> None:
        """The feed has entries of these numbers now, each dated when its number was new."""
        items = [self._item(site, number, self.now) for number in reversed(numbers)]
        items += [self._item(site, 900 + n, NOON - timedelta(days=3)) for n in range(old)]
        self.body = f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>".encode()

    def _item(self, site: str, number: int, date: datetime) -> str:
        link = f"https://{site}/{number}"
        title = said(number if site == HOME else number + 100)
        return (
            f"<item><title>{title}</title><link>{link}</link>"
            f"<guid>{link}</guid><pubDate>{format_datetime(date)}</pubDate></item>"
        )

    @asynccontextmanager
    async def bot(self, *sites: str, hubs: Hubs | None = None) -> AsyncIterator["Bot"]:
        """A bot from its start to its end, whose watcher allows these sites."""
        (watcher,) = configured(CONFIG).watchers
        watcher = replace(watcher, url=self.url, sites=sites)
        configuration = replace(configured(CONFIG), watchers=(watcher,))
        clock = Clock(lambda: self.now)
        async with (
            open_database(self.folder / "test.db") as stored,
            open_fetcher(user_agent="tests/1", pause=0) as fetcher,
        ):
            async with stored.read() as db:
                states = await store.source_states(db)
            ingest = Ingest(configuration, stored, clock, lambda _: None, self.tell)
            watching = Watching(
                {watcher.name: watcher},
                states,
                fetcher,
                ingest,
                RunOptions(self.folder, clock=clock, random=Random(1)),
                recent=nothing,
                tell=self.tell,
                hubs=hubs,
            )
            work = asyncio.create_task(ingest.run())
            try:
                yield Bot(self, watching, stored)
            finally:
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)


@dataclass
class Bot:
    """What of a bot watches and stores."""

    town: Town
    watching: Watching
    stored: Store
    schedule: ManualSchedule = field(default_factory=ManualSchedule)

    async def poll(self, times: int = 1) -> None:
        for _ in range(times):
            self.town.now += MINUTE
            await self.watching._poll("courier", self.schedule)

    async def push(self) -> None:
        self.town.now += MINUTE
        await self.watching.push("courier", self.town.body, "application/rss+xml")

    async def sites(self) -> list[str]:
        """The site of each entry that the channel is told, in its order."""
        async with self.stored.read() as db:
            stories = await store.recent_stories(db, NOON - timedelta(days=9))
            rows = sum((await store.counts(db, ["talks"])).values())
        documents = [report.document for story in stories for report in story.reports]
        entries = [document for document in documents if isinstance(document, Entry)]
        assert rows == len(documents) == len(entries)
        return [one.link.split("/")[2] for one in sorted(entries, key=lambda one: one.seen)]

    async def state(self) -> SourceState:
        async with self.stored.read() as db:
            return (await store.source_states(db))["courier"]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    made = Town(tmp_path)
    application = web.Application()
    application.router.add_get("/feed", made.answer)
    async with TestServer(application) as server:
        made.url = str(server.make_url("/feed"))
        made.serves(HOME, 1, 2, 3)
        yield made


async def test_nothing_of_another_site_is_sent_and_it_is_told_once(town: Town) -> None:
    async with town.bot() as bot:
        await bot.poll()
        town.serves(AWAY, 1, 2, 3)
        await bot.poll(3)
        town.serves(AWAY, 4, 5, 6)
        await bot.poll(3)
        assert await bot.sites() == [HOME] * 3
        state = await bot.state()
        assert (state.owner_changed, state.entries, state.home) == (True, 3, HOME)
        assert all(when - town.now <= timedelta(hours=2) for when in bot.schedule.whens["courier"])
    (notice,) = town.told
    assert notice.startswith("Gulf Courier (courier): it serves another site now (spam.example, ")
    assert notice.endswith(
        'if spam.example is right, write sites = ["spam.example"] under its [[watcher]]'
    )


async def test_status_says_what_is_the_matter(town: Town) -> None:

    async with town.bot() as bot:
        await bot.poll()
        town.serves(AWAY, 1, 2, 3)
        await bot.poll()
        console = Console(width=200, record=True, file=StringIO())
        console.print(table(configured(CONFIG).watchers, {"courier": await bot.state()}, town.now))
    shown = console.export_text()
    assert "it serves another site now (spam.example, not courier.example)\n" in shown
    assert 'write sites = ["spam.example"] under its [[watcher]]: courier' in shown


async def test_when_it_is_back_its_news_go_on(town: Town) -> None:
    async with town.bot() as bot:
        await bot.poll()
        town.serves(AWAY, 1, 2, 3)
        await bot.poll(3)
        town.serves(HOME, 2, 3, 4)
        await bot.poll(2)
        assert await bot.sites() == [HOME] * 4
        assert len(town.told) == 1
        town.serves(AWAY, 7, 8, 9)
        await bot.poll(2)
        assert await bot.sites() == [HOME] * 4
        assert len(town.told) == 2


async def test_a_restart_neither_forgets_nor_repeats_it(town: Town) -> None:
    async with town.bot() as bot:
        await bot.poll()
    town.serves(AWAY, 1, 2, 3)
    for _ in range(3):
        async with town.bot() as bot:
            await bot.poll()
            assert await bot.sites() == [HOME] * 3
    assert len(town.told) == 1
    town.serves(HOME, 3, 4)
    async with town.bot() as bot:
        await bot.poll()
        assert await bot.sites() == [HOME] * 4


async def test_what_fails_in_between_is_no_turn_of_its_own(town: Town) -> None:
    async with town.bot() as bot:
        await bot.poll()
        for _ in range(3):
            town.serves(AWAY, 1, 2, 3)
            await bot.poll()
            town.body = b""
            await bot.poll()
        assert await bot.sites() == [HOME] * 3
    assert len(town.told) == 1


async def test_a_site_that_is_allowed_is_taken_without_its_archive(town: Town) -> None:
    async with town.bot() as bot:
        await bot.poll()
        town.serves(AWAY, 1, 2, old=20)
        await bot.poll(2)
    async with town.bot(AWAY) as bot:
        await bot.poll()
        assert await bot.sites() == [HOME] * 3 + [AWAY] * 2
        town.serves(AWAY, 1, 2, 3, old=20)
        await bot.poll(2)
        assert await bot.sites() == [HOME] * 3 + [AWAY] * 3
        assert (await bot.state()).home == AWAY


async def test_what_a_hub_sends_of_another_site_is_left_to_the_next_poll(town: Town) -> None:
    async with town.bot() as bot:
        await bot.poll()
        town.serves(HOME, 4)
        await bot.push()
        town.serves(AWAY, 1)
        await bot.push()
        assert await bot.sites() == [HOME] * 4
        town.serves(AWAY, 1, 2, 3)
        await bot.push()
        await bot.poll()
        assert await bot.sites() == [HOME] * 4
        assert len(town.told) == 1
        # One that is the publisher's comes with what is known, or with links home.
        town.serves(HOME, 3, 4, 5)
        await bot.push()
        assert await bot.sites() == [HOME] * 5


async def test_one_that_is_pushed_is_polled_as_others_are_until_it_is_back(town: Town) -> None:
    async with town.bot(hubs=Pushed()) as bot:
        await bot.poll()
        seldom = bot.schedule.whens["courier"][-1] - town.now
        town.serves(AWAY, 1, 2, 3)
        await bot.poll()
        assert bot.schedule.whens["courier"][-1] - town.now < seldom / 2
