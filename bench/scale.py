"""Ten thousand watchers in one process on one core: `python -m bench.scale [--minutes 3]`.

The whole bot, started on a configuration of 10,000 watchers, each of a host of its own, with
states and keys in the database as a run before it left them. Prints how late the server was asked
after each poll was due, and the memory and the time of the core that the bot's process took.
Answers: 80 % not modified, 10 % an unchanged body, 10 % a body with a new entry.
"""

import argparse
import asyncio
import io
import multiprocessing
import os
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from rich.console import Console

import store
from bench.origin import CLIENT_CORE, Mix, Origin, etag, feed, origin, pin
from bot import application
from bot.application import run
from bot.configuration.loading import load
from bot.configuration.run_options import RunOptions
from bot.data_folder import database_url
from bot.logs import Format, Level, set_up
from store import open_store
from watchers import Schedule, SourceState, Watcher, parse
from watchers.identity import serve

ON_TIME = 2.0
LEAST_ON_TIME, MOST_MEMORY, MOST_OF_THE_CORE = 0.99, 150.0, 0.40
SHARES = (0.5, 0.9, 0.99, 0.999, 1.0)
SECOND = timedelta(seconds=1)
START = 15 * SECOND
MIX = Mix(unchanged=0.1, changed=0.1)
_TICKS = os.sysconf("SC_CLK_TCK")
_WATCHER = re.compile(r"^\[\[watcher\]\]$", re.MULTILINE)
# What is included of sources, and not of rules.
_OUTLETS = re.compile(r',\s*"outlets/[^"]*"')
_BATCH = 200

Moments = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process took until then: megabytes, now and at the most, and seconds of the core."""

    memory: float
    peak: float
    core: float


def main() -> None:
    options = _options()
    with origin(MIX) as feeds, tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.toml"
        config.write_text(_configuration(feeds, options), "utf-8")
        first = datetime.now(UTC) + START
        asyncio.run(_fill(Path(folder), options, first))
        _measure(feeds, Path(folder), options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--watchers", type=int, default=10_000)
    parser.add_argument("--a-second", type=float, default=20.0, help="polls a second")
    parser.add_argument("--overdue", action="store_true", help="all, as after a long stop")
    parser.add_argument("--config", type=Path, default=Path("config.toml"), help="for its rules")
    return parser.parse_args()


def _configuration(feeds: Origin, options: argparse.Namespace) -> str:
    """The configuration with its watchers replaced, its rules among what it includes."""
    head = _WATCHER.split(options.config.read_text("utf-8"), maxsplit=1)[0]
    head = _OUTLETS.sub("", head)
    every = round(_every(options).total_seconds())
    tables = (
        f'[[watcher]]\nname = "feed-{number}"\ntitle = "Feed {number}"\n'
        f'url = "{feeds.url(number)}"\nallow_private = true\n'
        f'every = "{every}s"\nat_most = "{every}s"\n'
        for number in range(options.watchers)
    )
    return head + "\n".join(tables)


def _every(options: argparse.Namespace) -> timedelta:
    return timedelta(seconds=options.watchers / options.a_second)


async def _fill(folder: Path, options: argparse.Namespace, first: datetime) -> None:
    """Leave a database as if the bot had run before."""
    turns = list(range(options.watchers))
    Random(3).shuffle(turns)
    now = datetime.now(UTC)
    body = feed(0, 0, MIX.kilobytes)
    watcher = Watcher("", "", "https://courier.example")
    parsed = parse(
        body, url=watcher.url, content_type="application/rss+xml", watcher=watcher, now=now
    )
    served, _ = serve("", parsed.entries, ids_untrusted=False, seen=now)
    keys = [key for one in served for key in one.keys]
    before = SourceState(
        watcher="",
        etag=etag(0),
        body_hash=blake2b(body, digest_size=16).digest(),
        interval=_every(options).total_seconds(),
        last_poll=now,
        last_success=now,
        last_new=now,
        entries=len(served),
    )
    async with open_store(database_url(folder)) as stored:
        for start in range(0, options.watchers, _BATCH):
            batch = range(start, min(start + _BATCH, options.watchers))
            names = [f"feed-{number}" for number in batch]
            dues = [first + turns[number] / options.a_second * SECOND for number in batch]
            if options.overdue:
                dues = [now] * len(names)
            states = [
                replace(before, watcher=name, next_poll=due)
                for name, due in zip(names, dues, strict=True)
            ]
            async with stored.write() as db:
                await store.save_states(db, states)
                await store.remember_keys(db, dict.fromkeys(names, keys), now)


def _measure(feeds: Origin, folder: Path, options: argparse.Namespace) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    bot = context.Process(target=_bot, args=(folder, theirs), daemon=True)
    started = time.time()
    bot.start()
    theirs.close()
    try:
        ours.recv()
        print(f"{options.watchers} watchers known after {time.time() - started:.1f} s", flush=True)
        if not options.overdue:
            time.sleep(START.total_seconds())
        begun, usages = time.time(), [_usage(bot.pid)]
        while time.time() < begun + options.minutes * 60:
            time.sleep(1)
            usages.append(_usage(bot.pid))
        ended = time.time()
        ours.send(None)
        _report(_lateness(ours.recv(), feeds.requests(), begun, ended), usages, ended - begun)
    finally:
        bot.terminate()
        bot.join()


def _bot(folder: Path, pipe: Connection) -> None:
    pin(CLIENT_CORE)
    set_up(Format.CONSOLE, Level.ERROR)
    moments: list[tuple[str, float]] = []
    known = asyncio.Event()

    class Noting(Schedule):
        def at(self, name: str, when: datetime) -> None:
            moments.append((name, when.timestamp()))
            super().at(name, when)
            known.set()

    application.Schedule = Noting  # type: ignore[attr-defined]

    async def until_told() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_reader(pipe.fileno(), stop.set)
        console = Console(file=io.StringIO(), width=100)
        running = asyncio.create_task(
            run(load(folder / "config.toml"), RunOptions(folder, console=console), stop)
        )
        await asyncio.wait(
            {running, asyncio.create_task(known.wait())}, return_when="FIRST_COMPLETED"
        )
        pipe.send(None)
        await running

    asyncio.run(until_told())
    pipe.recv()
    pipe.send(moments)


def _usage(pid: int | None) -> Usage:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    memory, peak = (
        int(found[1]) / 1024
        for name in ("VmRSS", "VmHWM")
        if (found := re.search(rf"^{name}:\s*(\d+)", status, re.MULTILINE))
    )
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return Usage(memory, peak, (int(fields[11]) + int(fields[12])) / _TICKS)


def _lateness(
    due: Moments, asked: Sequence[tuple[int, float]], begun: float, ended: float
) -> list[float]:
    """How late each poll was that was due in the time; infinite where it never came."""
    requests: dict[str, Iterator[float]] = {}
    by_name: dict[str, list[float]] = defaultdict(list)
    for number, moment in asked:
        by_name[f"feed-{number}"].append(moment)
    for name, moments in by_name.items():
        requests[name] = iter(moments)
    late = []
    for name, moment in due:
        came = next(requests.get(name, iter(())), float("inf"))
        if begun <= moment < ended - ON_TIME:
            late.append(came - moment)
    return sorted(late)


def _report(late: Sequence[float], usages: Sequence[Usage], seconds: float) -> None:
    on_time = sum(value <= ON_TIME for value in late) / max(len(late), 1)
    memory = [usage.memory for usage in usages]
    core = (usages[-1].core - usages[0].core) / seconds
    print(f"polls    {len(late)} due in {seconds:.0f} s, {len(late) / seconds:.1f} a second")
    figures = "  ".join(f"{part:.1%} {late[int(part * (len(late) - 1))]:.3f} s" for part in SHARES)
    print(f"late     {figures}")
    print(f"on time  {on_time:.2%} within {ON_TIME:g} s: {_verdict(on_time >= LEAST_ON_TIME)}")
    peak = usages[-1].peak
    print(
        f"memory   {min(memory):.0f} to {max(memory):.0f} MB, {peak:.0f} MB at the peak: "
        f"{_verdict(peak <= MOST_MEMORY)}"
    )
    print(f"core     {core:.1%} of one: {_verdict(core <= MOST_OF_THE_CORE)}")


def _verdict(good: bool) -> str:  # noqa: FBT001
    return "met" if good else "MISSED"


if __name__ == "__main__":
    main()
