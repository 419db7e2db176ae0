"""Lists of feeds at addresses: kept in step, and hostile ones out of the way."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from bot.clock import Clock
from bot.configuration.loading import load
from bot.configuration.records import Configuration
from bot.configuration.reloading import Reloading
from bot.configuration.sources import opml
from bot.pipeline.feed_lists import FeedLists
from watchers import Limits, Watcher, open_fetcher

pytestmark = pytest.mark.usefixtures("small_lexicon")

CONFIG = """
[[channel]]
name = "talks"
[[watcher]]
name = "press"
title = "Press"
kind = "opml"
url = "{url}"
allow_private = {private}
[[rule]]
name = "rule"
title = "Rule"
when = "oman"
channels = ["talks"]
"""


def listed(*names: str) -> bytes:
    lines = "".join(f'<outline text="{n}" xmlUrl="https://{n}.example/feed"/>' for n in names)
    return f"<opml version='2.0'><body>{lines}</body></opml>".encode()


class World:
    """A server with a list, a configuration that names it, and the copy."""

    def __init__(self, folder: Path) -> None:
        self.path, self.data = folder / "config.toml", folder / "data"
        self.body, self.status = listed("courier"), 200

    async def answer(self, _: web.Request) -> web.Response:
        return web.Response(body=self.body, status=self.status)

    def load(self) -> Configuration:
        return load(self.path, self.data)

    @property
    def watched(self) -> list[str]:
        return [watcher.url for watcher in self.load().watchers]

    async def fetch(self, limits: Limits | None = None) -> list[str]:
        """Fetch the lists once; returns what went wrong."""
        done = asyncio.Event()

        async def sleep(_: float) -> None:
            done.set()
            await asyncio.Event().wait()

        async with open_fetcher(user_agent="tests/1", limits=limits, pause=0) as fetcher:
            with capture_logs() as logs:
                work = asyncio.create_task(
                    FeedLists(self.load().lists, fetcher, Clock(sleep=sleep)).run()
                )
                await done.wait()
                work.cancel()
        return [one["reason"] for one in logs if one["log_level"] == "warning"]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path)
    application = web.Application()
    application.router.add_get("/", made.answer)
    async with TestServer(application, host="127.0.0.1") as server:
        made.path.write_text(CONFIG.format(url=server.make_url("/"), private="true"), "utf-8")
        yield made


async def test_feeds_are_added_and_removed_with_the_list(world: World) -> None:
    assert world.watched == []
    assert await world.fetch() == []
    assert world.watched == ["https://courier.example/feed"]
    world.body = listed("ledger", "gazette")
    assert await world.fetch() == []
    assert world.watched == ["https://ledger.example/feed", "https://gazette.example/feed"]


async def test_a_changed_list_is_taken_over_while_the_bot_runs(world: World) -> None:
    async def tell(text: str) -> None:
        pytest.fail(text)

    async def sleep(_: float) -> None:
        await world.fetch()

    reloading = Reloading(world.path, Clock(sleep=sleep), data=world.data)
    reloading.follow(world.load())
    async with asyncio.timeout(10):
        following = await reloading.next(tell)
    assert [watcher.title for watcher in following.watchers] == ["courier"]


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"", 500, "the server answers 500"),
        (b"<html/>", 200, "it is not OPML"),
        (b"<opml/>", 200, "it names no feeds"),
        (listed(*(f"n{number}" for number in range(5_001))), 200, "more than 5,000 feeds"),
        (b"<opml>" + b" " * 400_000, 200, "larger than"),
    ],
)
async def test_the_last_good_list_goes_on(
    world: World, body: bytes, status: int, reason: str
) -> None:
    await world.fetch()
    world.body, world.status = body, status
    (told,) = await world.fetch(Limits(size=400_000))
    assert reason in told
    assert world.watched == ["https://courier.example/feed"]


async def test_a_list_leads_nowhere_into_private_networks(world: World) -> None:
    text = world.path.read_text("utf-8")
    world.path.write_text(text.replace("allow_private = true", ""), "utf-8")
    assert "private" in (await world.fetch())[0]
    world.path.write_text(text, "utf-8")
    world.body = listed("courier").replace(b"https://courier.example", b"file:///etc")
    assert "no feeds" in (await world.fetch())[0]


def test_what_a_list_says_is_text() -> None:
    strange = '<opml><outline text="A&#x1F;&#10;&lt;b>" xmlUrl="https://a.example/"/></opml>'
    long = f'<opml><outline text="A" xmlUrl="https://a.example/{"a" * 3_000}"/></opml>'
    assert [one.title for one in opml.read(strange.encode(), "x").feeds] == ["A <b>"]
    assert opml.read(long.encode(), "x").feeds == ()


def test_a_list_that_is_written_is_read_as_it_was() -> None:
    title = "A" * (opml.MAX_TITLE - 1) + " B"
    listed = f'<opml><outline text="{title}" xmlUrl="https://a.example/"/></opml>'
    (one,) = opml.read(listed.encode(), "x").feeds
    watcher = Watcher("a", one.title, one.url)
    assert opml.read(opml.written([watcher]).encode(), "x").feeds == (one,)
