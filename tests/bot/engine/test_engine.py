"""Steps that share nothing but the database: one engine reads, another one sends."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from email.utils import format_datetime
from io import StringIO
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer
from rich.console import Console

import store
from bot.application import run
from bot.clock import utc_now
from bot.configuration.loading import load
from bot.configuration.run_options import RunOptions
from bot.data_folder import database_url
from bot.engine import InProcess, Step
from store import Status, open_store

CONFIG = """
[[channel]]
name = "ferries"

[[watcher]]
name = "gazette"
title = "Gazette"
url = "{url}"
every = "1s"
at_most = "1s"
allow_private = true

[[rule]]
name = "ferries"
title = "Ferries"
when = "ferry"
channels = ["ferries"]
"""


async def _feed(_: web.Request) -> web.Response:
    item = "<item><guid>1</guid><title>A ferry runs aground</title><pubDate>{}</pubDate></item>"
    feed = f"<rss version='2.0'><channel>{item.format(format_datetime(utc_now()))}</channel></rss>"
    return web.Response(text=feed, content_type="application/rss+xml")


async def _run_steps(
    folder: Path, steps: Collection[Step], is_enough: Callable[[str], Awaitable[bool]]
) -> str:
    """Run these steps until it is enough; returns what the terminal showed."""
    shown, stop = StringIO(), asyncio.Event()
    options = RunOptions(folder / "data", console=Console(file=shown, width=80))
    configuration = load(folder / "config.toml")
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        tasks.create_task(run(configuration, options, stop, engine=InProcess(steps)))
        while not await is_enough(shown.getvalue()):  # noqa: ASYNC110  it is in a database
            await asyncio.sleep(0.02)
        stop.set()
    return shown.getvalue()


async def test_what_one_engine_reads_another_sends(tmp_path: Path) -> None:
    async def is_waiting(_: str) -> bool:
        if not (tmp_path / "data" / "backchannel.db").exists():
            return False
        async with open_store(database_url(tmp_path / "data")) as stored, stored.read() as db:
            return Status.PENDING in await store.counts(db, ["ferries"])

    async def is_shown(shown: str) -> bool:
        return "A ferry runs aground" in shown

    application = web.Application()
    application.router.add_get("/", _feed)
    async with TestServer(application, host="127.0.0.1") as server:
        config = CONFIG.format(url=server.make_url("/"))
        (tmp_path / "config.toml").write_text(config, "utf-8")
        shown = await _run_steps(tmp_path, {Step.READ, Step.GROUP}, is_waiting)
    assert "ferry" not in shown
    shown = await _run_steps(tmp_path, {Step.SEND}, is_shown)
    assert shown.count("A ferry runs aground") == 1
