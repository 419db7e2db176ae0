"""What came and went between two polls: it is gone back for, or it is told that it is missing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import partial
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer
from rich.console import Console

import store
from bot.cli.feeds import table
from bot.clock import Clock
from bot.configuration.run_options import RunOptions
from bot.pipeline.ingest import Ingest
from bot.pipeline.reading.watching import Watching
from store import Store
from tests.bot.delivery.newsroom import said
from tests.bot.pipeline.test_ownership import CONFIG
from tests.bot.pipeline.test_watching import ManualSchedule, nothing
from tests.making import NOON
from tests.opening import configured, open_database
from watchers import SourceState, Watcher, go_back, open_fetcher
from watchers.kinds.telegram import TelegramOptions
from watchers.polling.going_back import MOST_DOCUMENTS

EACH = timedelta(minutes=10)
SHOWN = 5
SITE = "https://courier.example"


def date_of(number: int) -> datetime:
    return NOON + number * EACH


@dataclass
class Press:
    """A server of a source that has published so many entries, one in ten minutes."""

    count: int = 6
    kind: str = "plain"
    dated: bool = True
    asked: list[str] = field(default_factory=list)
    broken: bool = False
    stops_at: str = ""
    body: str = ""
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path_qs)
        if request.path_qs == self.stops_at:
            self.stopped.set()
            await asyncio.sleep(10)
        if self.broken and len(self.asked) > 1 and request.path_qs != "/feed":
            return web.Response(status=500)
        if self.body:
            return web.Response(text=self.body, content_type="text/html")
        make: Callable[[web.Request], web.Response] = getattr(self, f"_{self.kind}")
        return make(request)

    def _numbers(self, before: int) -> range:
        """The newest numbers before one, the newest first."""
        return range(before - 1, max(before - 1 - SHOWN, -1), -1)

    def _item(self, number: int) -> str:
        date = f"<pubDate>{format_datetime(date_of(number))}</pubDate>" if self.dated else ""
        return (
            f"<item><title>{said(number)}</title><link>{SITE}/{number}</link>"
            f"<guid isPermaLink='false'>n-{number}</guid>{date}</item>"
        )

    def _rss(self, before: int, head: str = "") -> web.Response:
        items = "".join(map(self._item, self._numbers(before)))
        body = (
            '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
            f"<title>Courier</title>{head}{items}</channel></rss>"
        )
        return web.Response(text=body, content_type="application/rss+xml")

    def _plain(self, _: web.Request) -> web.Response:
        return self._rss(self.count)

    def _linked(self, request: web.Request, relation: str = "prev-archive") -> web.Response:
        before = int(request.query.get("before", self.count))
        older = before - SHOWN
        link = f'<atom:link rel="{relation}" href="/feed?before={older}"/>' if older > 0 else ""
        return self._rss(before, link)

    def _archived(self, request: web.Request) -> web.Response:
        return self._linked(request)

    def _paged(self, request: web.Request) -> web.Response:
        return self._linked(request, "next")

    def _endless(self, request: web.Request) -> web.Response:
        page = int(request.query.get("page", 0))
        number = 1_000_000 - page * SHOWN
        items = "".join(map(self._item, range(100_000 + number, 100_000 + number - SHOWN, -1)))
        head = f'<atom:link rel="next" href="/feed?page={page + 1}"/>'
        body = f'<rss version="2.0"><channel>{head}{items}</channel></rss>'
        return web.Response(text=body.replace("<pubDate>", "<pubDate>x"))

    def _same_again(self, _: web.Request) -> web.Response:
        return self._rss(self.count, '<atom:link rel="next" href="/feed?page=2"/>')

    def _wordpress(self, request: web.Request) -> web.Response:
        before = self.count - SHOWN * (int(request.query.get("paged", 1)) - 1)
        if before <= 0:
            return web.Response(status=404)
        return self._rss(before, "<generator>https://wordpress.org/?v=6.4.2</generator>")

    def _json(self, request: web.Request) -> web.Response:
        before = int(request.query.get("before", self.count))
        items = [
            {
                "id": f"n-{number}",
                "title": said(number),
                "url": f"{SITE}/{number}",
                "date_published": date_of(number).isoformat(),
            }
            for number in self._numbers(before)
        ]
        feed: dict[str, Any] = {"version": "https://jsonfeed.org/version/1.1", "items": items}
        if before > SHOWN:
            feed["next_url"] = f"/feed?before={before - SHOWN}"
        return web.json_response(feed)

    def _telegram(self, request: web.Request) -> web.Response:
        # A post's number begins with 1.
        before = int(request.query.get("before", self.count + 1)) - 1
        posts = "".join(
            f'<div class="tgme_widget_message" data-post="courier/{number + 1}">'
            f'<div class="tgme_widget_message_text js-message_text">{said(number)}</div>'
            f'<a class="tgme_widget_message_date"><time datetime="{date_of(number).isoformat()}">'
            "</time></a></div>"
            for number in reversed(self._numbers(before))
        )
        return web.Response(text=f"<html><body>{posts}</body></html>", content_type="text/html")

    def _sitemap(self, request: web.Request) -> web.Response:
        if request.path == "/feed":
            days = range((self.count - 1) // SHOWN, -1, -1)
            listed = "".join(
                f"<sitemap><loc>/news-{day}.xml</loc><lastmod>"
                f"{(NOON + timedelta(days=3 * day)).isoformat()}</lastmod></sitemap>"
                for day in days
            )
            return web.Response(text=f"<sitemapindex>{listed}</sitemapindex>")
        day = int(request.path.removeprefix("/news-").removesuffix(".xml"))
        urls = "".join(
            f"<url><loc>{SITE}/{number}</loc><news:news><news:publication_date>"
            f"{date_of(number).isoformat()}</news:publication_date><news:title>{said(number)}"
            "</news:title></news:news></url>"
            for number in range(day * SHOWN, min((day + 1) * SHOWN, self.count))
        )
        namespace = "http://www.google.com/schemas/sitemap-news/0.9"
        return web.Response(text=f'<urlset xmlns:news="{namespace}">{urls}</urlset>')


@dataclass
class Desk:
    """A bot that watches the press."""

    press: Press
    watching: Watching
    stored: Store
    now: datetime
    watcher: Watcher
    schedule: ManualSchedule = field(default_factory=ManualSchedule)

    async def poll(self, count: int) -> set[int]:
        """Poll when so many have been published; returns the numbers of all that are known."""
        self.press.count, self.press.asked = count, []
        self.now = date_of(count)
        await self.watching._poll("courier", self.schedule)
        async with self.stored.read() as db:
            stories = await store.recent_stories(db, NOON - timedelta(days=9))
        told = {report.document.title for one in stories for report in one.reports}
        return {number for number in range(count) if said(number) in told}

    async def state(self) -> SourceState:
        async with self.stored.read() as db:
            return (await store.source_states(db))["courier"]


@asynccontextmanager
async def desk(folder: Path, press: Press, port: int | None = None) -> AsyncIterator[Desk]:
    application = web.Application()
    application.router.add_get("/{path:.*}", press.answer)
    async with (
        TestServer(application, port=port) as server,
        open_database(folder / "test.db") as stored,
        open_fetcher(user_agent="tests/1", pause=0) as fetcher,
    ):
        (watcher,) = configured(CONFIG).watchers
        kind = press.kind if press.kind in {"telegram", "sitemap"} else "feed"
        watcher = replace(watcher, url=str(server.make_url("/feed")), kind=kind)
        if kind == "telegram":
            watcher = replace(watcher, options=TelegramOptions())
        configuration = replace(configured(CONFIG), watchers=(watcher,))
        made: Desk | None = None
        clock = Clock(lambda: made.now if made else NOON)
        back = partial(go_back, fetcher)
        ingest = Ingest(configuration, stored, clock, lambda _: None, go_back=back)
        async with stored.read() as db:
            states = await store.source_states(db)
        options = RunOptions(folder, clock=clock, random=Random(1))
        watching = Watching(
            {watcher.name: watcher}, states, fetcher, ingest, options, recent=nothing
        )
        made = Desk(press, watching, stored, NOON, watcher)
        work = asyncio.create_task(ingest.run())
        try:
            yield made
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)


@pytest.mark.parametrize("kind", ["archived", "paged", "wordpress", "json", "telegram", "sitemap"])
async def test_what_was_missed_is_gone_back_for(tmp_path: Path, kind: str) -> None:
    press = Press(kind=kind)
    async with desk(tmp_path, press) as bot:
        before = await bot.poll(8)
        # Four and a half hours later; of 28 that came, five are shown.
        after = await bot.poll(36)
        assert after - before == {*range(8, 36)}
        state = await bot.state()
        assert (state.gaps, state.hurry, state.errors) == (0, 0.0, 0)
        # A window that overlaps costs no request more.
        assert await bot.poll(38) - after == {36, 37}
        assert len(press.asked) == (2 if kind == "sitemap" else 1)


async def test_where_nothing_is_offered_it_is_said_and_it_is_read_more_often(
    tmp_path: Path,
) -> None:
    with structlog.testing.capture_logs() as logged:
        async with desk(tmp_path, Press()) as bot:
            before = await bot.poll(8)
            before = await bot.poll(9)
            after = await bot.poll(18)
            assert after - before == {*range(13, 18)}
            state = await bot.state()
            assert (state.gaps, state.gap_since, state.gap_until) == (1, date_of(9), date_of(13))
            assert state.next_poll is not None
            assert state.next_poll - bot.now <= (date_of(18) - date_of(9)) / 2
            assert bot.schedule.whens["courier"][-1] == state.next_poll
            # It still is while nothing more is missed.
            await bot.poll(20)
            calm = await bot.state()
            assert (calm.gaps, calm.interval <= state.hurry * 1.1) == (1, True)
            shown = await _shown(bot)
    assert "courier may have missed entries: between 12 Jun 13:30 UTC and 12 Jun 14:10" in shown
    (said_so,) = [one for one in logged if one["event"] == "entries may have been missed"]
    assert (said_so["log_level"], said_so["watcher"]) == ("warning", "courier")


async def _shown(bot: Desk) -> str:
    console = Console(width=200, record=True, file=StringIO())
    console.print(table([bot.watcher], {"courier": await bot.state()}, bot.now))
    return console.export_text()


async def test_after_a_long_stop_nothing_has_to_be_read_more_often(tmp_path: Path) -> None:
    async with desk(tmp_path, Press()) as bot:
        await bot.poll(8)
        await bot.poll(150)
        state = await bot.state()
        assert (state.gaps, state.hurry) == (1, 0.0)


@pytest.mark.parametrize("kind", ["archived", "wordpress", "telegram"])
async def test_what_came_before_and_cannot_be_read_is_told(tmp_path: Path, kind: str) -> None:
    press = Press(kind=kind)
    async with desk(tmp_path, press) as bot:
        before = await bot.poll(8)
        press.broken = True
        after = await bot.poll(36)
        assert after - before == {*range(31, 36)}
        assert (await bot.state()).gap_until == date_of(31)


async def test_an_archive_that_is_read_no_further_than_what_is_new(tmp_path: Path) -> None:
    press = Press(kind="wordpress")
    async with desk(tmp_path, press) as bot:
        await bot.poll(300)
        assert len(press.asked) == 1
        after = await bot.poll(312)
        assert after == {*range(295, 312)}
        assert press.asked == ["/feed", "/feed?paged=2", "/feed?paged=3"]


async def test_without_dates_it_goes_back_to_what_is_known(tmp_path: Path) -> None:
    press = Press(kind="paged", dated=False)
    async with desk(tmp_path, press) as bot:
        await bot.poll(20)
        assert await bot.poll(32) == {*range(20, 32)}


@pytest.mark.parametrize("kind", ["endless", "same_again"])
async def test_an_archive_without_end_is_left(tmp_path: Path, kind: str) -> None:
    press = Press(kind=kind)
    async with desk(tmp_path, press) as bot:
        press.kind = "plain"
        await bot.poll(8)
        press.kind = kind
        await bot.poll(36)
        assert len(press.asked) <= MOST_DOCUMENTS + 1
        assert (await bot.state()).gaps == 1


async def test_a_stop_while_going_back_loses_nothing(tmp_path: Path) -> None:
    press = Press(kind="wordpress")
    async with desk(tmp_path, press) as bot:
        before = await bot.poll(8)
        port = urlsplit(bot.watcher.url).port
    async with desk(tmp_path, press, port) as bot:
        bot.now, press.count = date_of(36), 36
        press.stops_at = "/feed?paged=3"
        polling = asyncio.create_task(bot.watching._poll("courier", bot.schedule))
        async with asyncio.timeout(10):
            await press.stopped.wait()
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        press.stops_at = ""
    async with desk(tmp_path, press, port) as bot:
        assert await bot.poll(36) - before == {*range(8, 36)}


async def test_what_is_no_gap_costs_nothing(tmp_path: Path) -> None:
    """A quiet source whose list became shorter, and one that serves one entry at a time."""
    press = Press()
    async with desk(tmp_path, press) as bot:
        await bot.poll(8)
        press._numbers = lambda before: range(before - 1, before - 3, -1)  # type: ignore[method-assign]
        await bot.poll(36)
        assert (await bot.state()).gaps == 0
