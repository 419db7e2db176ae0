"""The configuration is taken over while the bot runs: whole, or not at all."""

import asyncio
from collections.abc import AsyncIterator, Callable, MutableMapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from rich.console import Console
from structlog.testing import capture_logs

from bot.application import run
from bot.clock import Clock, utc_now
from bot.configuration.loading import load
from bot.configuration.reloading import Reloading
from bot.configuration.run_options import RunOptions

CONFIG = """\
[administrators]
chat = 7

[[channel]]
name = "talks"

[[watcher]]
name = "courier"
title = "Gulf Courier"
url = "{url}"
every = "1s"
at_most = "1s"
allow_private = true

[[rule]]
name = "rule"
title = "Rule"
when = "{when}"
channels = ["talks"]
"""


@dataclass
class Feed:
    """A feed whose headlines can be added to."""

    headlines: list[str] = field(default_factory=list)

    async def serve(self, _: web.Request) -> web.Response:
        items = "".join(
            f"<item><guid>{title}</guid><title>{title}</title>"
            f"<pubDate>{format_datetime(utc_now())}</pubDate></item>"
            for title in self.headlines
        )
        return web.Response(text=f"<rss version='2.0'><channel>{items}</channel></rss>")


@dataclass
class Bot:
    """A running bot, what it watches, and what it shows."""

    path: Path
    url: str
    feed: Feed
    shown: StringIO

    def write(self, when: str) -> None:
        self.path.write_text(CONFIG.format(url=self.url, when=when), "utf-8")


@asynccontextmanager
async def at_work(folder: Path, when: str) -> AsyncIterator[Bot]:
    feed = Feed()
    application = web.Application()
    application.router.add_get("/", feed.serve)
    async with TestServer(application, host="127.0.0.1") as server, asyncio.TaskGroup() as tasks:
        bot = Bot(folder / "config.toml", str(server.make_url("/")), feed, StringIO())
        bot.write(when)
        stop = asyncio.Event()
        reloading = Reloading(bot.path, Clock())
        given = RunOptions(folder / "data", console=Console(file=bot.shown, width=80))
        tasks.create_task(run(load(bot.path), given, stop, reloading))
        try:
            yield bot
        finally:
            stop.set()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110  it waits for another process's doing
            await asyncio.sleep(0.05)


async def test_a_changed_rule_is_taken_over_and_a_broken_one_is_not(tmp_path: Path) -> None:
    with capture_logs() as logs:
        async with at_work(tmp_path, "oman") as bot:
            bot.feed.headlines.append("Oman opens a museum of frankincense")
            await until(lambda: "Oman opens a museum of frankincense" in bot.shown.getvalue())

            bot.write("qatar OR (")
            await until(lambda: "the one before goes on" in bot.shown.getvalue())
            bot.feed.headlines.append("Cyclone nears the coast off Oman")
            await until(lambda: "Cyclone nears the coast off Oman" in bot.shown.getvalue())

            bot.write("qatar")
            await until(lambda: bool(told(logs, "configuration changed")))
            bot.feed.headlines.extend(
                ["Oman signs a fishing treaty", "Qatar lowers its gas prices"]
            )
            await until(lambda: "Qatar lowers its gas prices" in bot.shown.getvalue())
    assert "Oman signs a fishing treaty" not in bot.shown.getvalue()
    assert bot.shown.getvalue().count("Oman opens a museum of frankincense") == 1
    (refused,) = told(logs, "the changed configuration is not used")
    assert "config.toml:18: rule[1].when (rule rule), column 18: this ( is never closed" in refused


def told(logs: Sequence[MutableMapping[str, Any]], event: str) -> list[str]:
    return [str(entry.get("reason")) for entry in logs if entry["event"] == event]


async def test_a_file_that_is_gone_for_a_moment_is_no_change(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.format(url="https://e.example/", when="oman"), "utf-8")
    looks = 0

    async def sleep(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 2:
            path.rename(tmp_path / "away")
        if looks == 4:
            path.write_text(CONFIG.format(url="https://e.example/", when="qatar"), "utf-8")

    async def tell(_: str) -> None:
        raise AssertionError

    configuration = await Reloading(path, Clock(sleep=sleep)).next(tell)
    assert configuration.rules[0].when == "qatar"
    assert looks == 4


async def test_a_list_of_feeds_is_followed_as_long_as_it_is_named(tmp_path: Path) -> None:
    path, feeds = tmp_path / "config.toml", tmp_path / "feeds.opml"
    text = CONFIG.format(url="https://e.example/", when="oman")
    listed = f'{text}[[watcher]]\nname = "a"\ntitle = "A"\nkind = "opml"\nfile = "feeds.opml"\n'
    path.write_text(listed, "utf-8")
    feeds.write_text("<opml><body/></opml>", "utf-8")
    changes: dict[int, Callable[[], object]] = {
        3: lambda: feeds.write_text('<opml><outline xmlUrl="https://b.example/"/></opml>', "utf-8"),
        5: feeds.unlink,
        7: lambda: path.write_text(text, "utf-8"),
    }
    looks = 0

    async def sleep(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks in changes:
            changes[looks]()
        if looks == 12:
            raise TimeoutError

    async def tell(_: str) -> None:
        raise AssertionError

    reloading = Reloading(path, Clock(sleep=sleep))
    reloading.follow(load(path))
    assert len((await reloading.next(tell)).watchers) == 2
    assert looks == 3
    assert len((await reloading.next(tell)).watchers) == 1
    assert looks == 7
    with pytest.raises(TimeoutError):
        await reloading.next(tell)
