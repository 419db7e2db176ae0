"""`demo`: the whole bot on a made-up timeline, served by a server of its own."""

import asyncio
import tempfile
import tomllib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web
from rich.console import Console

from bot.cli.console import out
from bot.cli.starting import RunBot, until_signal
from bot.clock import utc_now
from bot.configuration.loading import load
from bot.configuration.run_options import RunOptions
from bot.logs import Format, Level, set_up
from watchers import Watcher

POLL_EVERY = timedelta(seconds=1)
LAST_MOMENTS = 4.0


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of the timeline, `after` so many seconds."""

    after: float
    outlet: str
    headline: str
    text: str


def show_demo(run_bot: RunBot) -> None:
    """Run the timeline in this terminal."""
    set_up(Format.CONSOLE, Level.WARNING)
    asyncio.run(until_signal(lambda stop: run(run_bot, out, stop)))


async def run(run_bot: RunBot, console: Console, stop: asyncio.Event) -> None:
    """Run the timeline to its end, or until `stop` is set."""
    folder = files("bot.cli.demo")
    timeline = tomllib.loads((folder / "timeline.toml").read_text("utf-8"))
    items = [Item(**item) for item in timeline["item"]]
    length = max(item.after for item in items) + LAST_MOMENTS
    console.print(
        f"[bold]A made-up timeline of June 2023[/bold], {length:.0f} seconds: "
        f"{len(timeline['outlet'])} outlets, {len(items)} entries. What matters comes in below, "
        "as a subscriber would see it.\n"
    )
    with as_file(folder / "config.toml") as path:
        configuration = load(path)
    async with _server(items) as address:
        watchers = tuple(_watcher(outlet, address) for outlet in timeline["outlet"])
        with tempfile.TemporaryDirectory(prefix="backchannel-demo-") as data:
            asyncio.get_running_loop().call_later(length, stop.set)
            await run_bot(
                replace(configuration, watchers=watchers),
                RunOptions(Path(data), console=console, pause_between_requests=0),
                stop,
            )
    console.print(
        "\nThat was the demo. Now: [bold]./run[/bold] watches the real outlets of config.toml, "
        "[bold]./run try TEXT[/bold] shows what the rules make of a text."
    )


def _watcher(outlet: dict[str, Any], address: str) -> Watcher:
    return Watcher(
        name=outlet["name"],
        title=outlet["title"],
        url=f"{address}/{outlet['name']}",
        language=outlet["language"],
        every=POLL_EVERY,
        at_most=POLL_EVERY,
        allow_private=True,
    )


@asynccontextmanager
async def _server(items: Sequence[Item]) -> AsyncIterator[str]:
    started = utc_now()

    async def feed(request: web.Request) -> web.Response:
        elapsed = (utc_now() - started).total_seconds()
        outlet = request.match_info["outlet"]
        served = [i for i in items if i.outlet == outlet and i.after <= elapsed]
        return web.Response(text=_rss(outlet, served, started), content_type="application/rss+xml")

    server = web.Application()
    server.router.add_get("/{outlet}", feed)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def _rss(outlet: str, items: Sequence[Item], started: datetime) -> str:
    entries = "".join(
        f"<item><guid isPermaLink='false'>{outlet}-{item.after}</guid>"
        f"<title>{escape(item.headline)}</title><description>{escape(item.text)}</description>"
        f"<link>https://{outlet}.example/{item.after}</link>"
        f"<pubDate>{format_datetime((started + timedelta(seconds=item.after)).astimezone(UTC))}"
        "</pubDate></item>"
        for item in items
    )
    head = "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>"
    return f"{head}<title>{escape(outlet)}</title>{entries}</channel></rss>"
