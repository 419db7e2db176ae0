"""`feeds --test`: ask each source once, and say what was found. Nothing is stored."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Group, RenderableType
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from bot.cli.console import err, out
from bot.cli.feeds import hours_ahead, length
from bot.cli.starting import secrets_of
from bot.clock import utc_now
from bot.configuration.loading import load
from bot.configuration.records import Configuration
from bot.logs import Format, Level, set_up
from bot.pipeline.reading.first_reading import by_turns
from bot.version import user_agent
from watchers import Fetcher, Poll, SourceState, Watcher, open_fetcher, poll

AT_A_TIME = 20
# A source that brought nothing for so long may have moved or ended.
STALE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one source answered: how many entries, the newest date, and what is to be said of it.

    `failed` is true where it could not be read.
    """

    watcher: Watcher
    failed: bool
    entries: int
    newest: datetime | None
    remarks: str


def ask_each(config: Path, data: Path) -> bool:
    """Ask each source once, and print what was found; returns whether all could be read."""
    configuration = load(config, data)
    # Each fault is in the table: the log would only cut through the progress.
    set_up(Format.CONSOLE, Level.ERROR, secrets_of(configuration))
    found = asyncio.run(_tested(configuration))
    out.print(table(found, utc_now()))
    return not any(one.failed for one in found)


async def findings(
    watchers: Iterable[Watcher],
    fetcher: Fetcher,
    now: Callable[[], datetime],
    done: Callable[[], None] = lambda: None,
) -> Sequence[Finding]:
    """What each source answers, so many at a time; `done` is called after each."""
    free = asyncio.Semaphore(AT_A_TIME)

    async def ask(watcher: Watcher) -> Finding:
        async with free:
            polled = await poll(watcher, SourceState(watcher.name), fetcher, now)
        done()
        return finding(polled, now())

    # Hosts are asked one request at a time: those of one must not hold all the places.
    return await asyncio.gather(*map(ask, by_turns(watchers)))


def finding(polled: Poll, now: datetime) -> Finding:
    """What is to be said of a poll."""
    state, served = polled.state, polled.served
    newest = max((one.published for one in served if one.published), default=None)
    remarks = [state.last_error] if state.errors else [*_remarks(polled, newest, now)]
    return Finding(polled.watcher, state.errors > 0, len(served), newest, "; ".join(remarks))


def table(found: Iterable[Finding], now: datetime) -> RenderableType:
    """A row for each source, the failing ones first, and below how many there are."""
    rows = sorted(found, key=lambda one: (not one.failed, not one.remarks, one.watcher.name))
    result = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("watcher", "kind", "entries", "newest", "what is wrong"):
        result.add_column(heading, no_wrap=heading != "what is wrong", overflow="fold")
    for one in rows:
        newest = f"{length(now - one.newest)} ago" if one.newest else "-"
        remarks = Text(one.remarks, style="red" if one.failed else "yellow")
        entries = "-" if one.failed else str(one.entries)
        result.add_row(one.watcher.name, one.watcher.kind, entries, newest, remarks)
    failed = sum(one.failed for one in rows)
    told = Text(f"{len(rows)} watchers, {failed} could not be read", style="bold")
    return Group(result, "", told)


async def _tested(configuration: Configuration) -> Sequence[Finding]:
    watchers = configuration.watchers
    agent = user_agent(configuration.contact)
    async with open_fetcher(user_agent=agent) as fetcher:
        with Progress(console=err, transient=True) as progress:
            task = progress.add_task("Asking the sources", total=len(watchers))
            return await findings(watchers, fetcher, utc_now, lambda: progress.advance(task))


def _remarks(polled: Poll, newest: datetime | None, now: datetime) -> Iterator[str]:
    state, served = polled.state, polled.served
    if not served:
        yield "it has no entries"
        return
    if newest is None:
        yield "its entries have no dates"
    elif now - newest > STALE:
        yield f"it has brought nothing for {(now - newest).days} days"
    if state.time_offset:
        yield f"its dates lie {hours_ahead(state):g} h ahead, which is taken off"
    if state.url:
        yield "it moved for good: ./run feeds says where, once it is watched"
