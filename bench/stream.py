"""A year of real feed entries through the whole bot, served as feeds over HTTP.

    python -m bench.stream [--stream ../shared/stream/2022.jsonl.gz] [--feeds 230]
        [--show FILE] [--data FOLDER]

Prints entries a second (from the first request to the last commit), how many matched, and the
peak memory of the process that ran the bot. `--show` writes the messages to a file; `--data`
keeps the database, for `backchannel backtest`.
"""

import argparse
import asyncio
import gzip
import json
import multiprocessing
import resource
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web
from rich.console import Console
from sqlalchemy import func, select

from bot.application import run
from bot.configuration.loading import load
from bot.configuration.run_options import RunOptions
from bot.data_folder import database_url
from bot.logs import Format, Level, set_up
from store import open_store
from store.tables import entries, matches, stories
from watchers import Watcher

WINDOW = 200
POLL_EVERY = timedelta(seconds=0.1)
QUIET_ROUNDS = 40

Item = dict[str, Any]


def main() -> None:
    options = _options()
    ready = multiprocessing.get_context("spawn").Queue()
    # The server alone holds the entries: the memory that is measured is the bot's.
    server = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(options.stream, options.feeds, ready), daemon=True
    )
    server.start()
    port, total = ready.get(timeout=60)
    try:
        asyncio.run(_measure(options, total, port))
    finally:
        server.terminate()
        server.join()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stream", type=Path, default=Path("../shared/stream/2022.jsonl.gz"))
    parser.add_argument("--config", type=Path, default=Path("config.toml"))
    parser.add_argument("--feeds", type=int, default=230)
    parser.add_argument("--show", type=Path, default=Path("/dev/null"))
    parser.add_argument("--data", type=Path)
    return parser.parse_args()


def _feeds(stream: Path, count: int) -> list[list[Item]]:
    """The stream's entries as `count` feeds: the largest sources alone, the others together."""
    by_source: dict[str, list[Item]] = defaultdict(list)
    with gzip.open(stream, "rt", encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            by_source[item["source"]].append(item)
    largest = [
        source for source, _ in Counter({s: len(i) for s, i in by_source.items()}).most_common()
    ]
    feeds: list[list[Item]] = [[] for _ in range(count)]
    for position, source in enumerate(largest):
        feeds[position % count].extend(by_source[source])
    return feeds


def _serve(stream: Path, count: int, ready: Any) -> None:
    """Each request to a feed is answered with its next window of entries, as if time had passed."""
    feeds = _feeds(stream, count)
    bodies = [_windows(number, items) for number, items in enumerate(feeds)]
    turns = [0] * len(feeds)

    async def feed(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        turn = min(turns[number], len(bodies[number]) - 1)
        turns[number] += 1
        etag = f'"{turn}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(
            body=bodies[number][turn],
            headers={"ETag": etag, "Content-Type": "application/rss+xml; charset=utf-8"},
        )

    async def serve() -> None:
        application = web.Application()
        application.router.add_get("/{number}", feed)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "0.0.0.0", 0)
        await site.start()
        ready.put((runner.addresses[0][1], sum(map(len, feeds))))
        await asyncio.Event().wait()

    asyncio.run(serve())


def _windows(number: int, items: Sequence[Item]) -> list[bytes]:
    return [_rss(number, items[at : at + WINDOW], at) for at in range(0, len(items), WINDOW)]


def _rss(number: int, items: Sequence[Item], first: int) -> bytes:
    parts = [
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{number}</title>"
    ]
    for position, item in enumerate(items, first):
        published = format_datetime(datetime.fromisoformat(item["published"]))
        parts.append(
            f"<item><guid isPermaLink='false'>{number}/{position}</guid>"
            f"<title>{_xml(item['title'])}</title><link>{_xml(item['link'])}</link>"
            f"<description>{_xml(item['text'])}</description><pubDate>{published}</pubDate></item>"
        )
    return ("".join(parts) + "</channel></rss>").encode("utf-8", "replace")


def _xml(text: str | None) -> str:
    return escape("".join(c for c in text or "" if c >= " " or c in "\t\n"))


def _watcher(number: int, port: int) -> Watcher:
    # A host each: the whole of 127/8 is this machine.
    host = f"127.0.{number // 250 + 1}.{number % 250 + 1}"
    return Watcher(
        name=f"feed-{number}",
        title=f"Feed {number}",
        url=f"http://{host}:{port}/{number}",
        every=POLL_EVERY,
        at_most=POLL_EVERY,
        max_age=timedelta(days=3650),
        allow_private=True,
    )


async def _measure(options: argparse.Namespace, total: int, port: int) -> None:
    set_up(Format.CONSOLE, Level.ERROR)
    configuration = replace(
        load(options.config),
        watchers=tuple(_watcher(number, port) for number in range(options.feeds)),
        keep=timedelta(days=3650),
    )
    print(f"{total} entries in {options.feeds} feeds, {len(configuration.rules)} rules", flush=True)
    with tempfile.TemporaryDirectory() as folder, options.show.open("w") as shown:
        data = options.data or Path(folder)
        console = Console(file=shown, width=100)
        stop = asyncio.Event()
        given = RunOptions(data, console=console, pause_between_requests=0)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(run(configuration, given, stop))
            seconds = await _until_quiet(data, total)
            stop.set()
        await _report(data, total, seconds)


async def _until_quiet(data: Path, total: int) -> float:
    """Seconds from now to the last commit that brought entries."""
    started = last = time.perf_counter()
    stored = quiet = 0
    await asyncio.sleep(1)
    async with open_store(database_url(data)) as watched:
        while quiet < QUIET_ROUNDS:
            await asyncio.sleep(0.5)
            async with watched.read() as db:
                count = (await db.execute(select(func.count()).select_from(entries))).scalar_one()
            if count > stored:
                stored, last, quiet = count, time.perf_counter(), 0
                print(f"\r{stored} of {total}", end="", flush=True)
            else:
                quiet += 1
    print()
    return last - started


async def _report(data: Path, total: int, seconds: float) -> None:
    async with open_store(database_url(data)) as stored, stored.read() as db:
        came = (await db.execute(select(func.count()).select_from(entries))).scalar_one()
        matched = (await db.execute(select(func.count(matches.c.entry.distinct())))).scalar_one()
        told = (await db.execute(select(func.count()).select_from(stories))).scalar_one()
        by_rule = (
            await db.execute(select(matches.c.rule, func.count()).group_by(matches.c.rule))
        ).all()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"stored   {came} of {total} (the others repeat a link and title of their feed)")
    print(
        f"speed    {came / seconds:,.0f} entries/s, "
        f"{seconds:.1f} s from first request to last commit"
    )
    print(f"matched  {matched} entries, 1 in {came / max(matched, 1):.0f}; {told} stories")
    for rule, count in by_rule:
        print(f"         {rule}: {count}")
    in_process = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"memory   {peak:.0f} MB at the peak, {in_process:.0f} MB in a process that parses")


if __name__ == "__main__":
    main()
