"""`feeds`: the health of each watcher."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

import store
from bot.cli.console import out
from bot.clock import utc_now
from bot.commands.formatting import has_gap
from bot.configuration.loading import load
from bot.data_folder import database_file, database_url
from watchers import FEED, SourceState, Watcher
from watchers.polling.time_offset import TimeOffset

_UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
MAX_NAMES = 8
# Of the other kinds, the address is made of other keys.
_WRITTEN_AS_READ = frozenset({FEED, "sitemap", "page"})
_USER = re.compile(r"^(https?://)[^/@]*@")


def show_feeds(config: Path, data: Path) -> None:
    """Print the table of the watchers."""
    configuration = load(config)
    now = utc_now()
    known, pushed, troubles = asyncio.run(states(data, now))
    reached = pushed if configuration.websub else ()
    out.print(table(configuration.watchers, known, now, reached, troubles))


async def states(
    data: Path, now: datetime
) -> tuple[dict[str, SourceState], set[str], Mapping[str, Collection[str]]]:
    """The stored state of each watcher, the watchers that are pushed by hubs, and the troubles.

    Nothing where there is none yet.
    """
    if not database_file(data).exists():
        return {}, set(), {}
    async with store.open_store(database_url(data)) as stored, stored.read() as db:
        live = (await store.live_subscriptions(db, now)).values()
        pushed = {s.watcher for s in live if s.is_proven(now)}
        return await store.source_states(db), pushed, await store.told_troubles(db)


def table(
    watchers: Iterable[Watcher],
    known: Mapping[str, SourceState],
    now: datetime,
    pushed: Collection[str] = (),
    troubles: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> RenderableType:
    """A row for each watcher, failing ones first, and below the reasons of failures."""
    rows = [(watcher, known.get(watcher.name) or SourceState(watcher.name)) for watcher in watchers]
    rows.sort(key=lambda row: -row[1].errors)
    has_standings = any(watcher.standing for watcher, _ in rows)
    result = Table(box=None, pad_edge=False, header_style="bold")
    names = ("watcher", *["standing"] * has_standings)
    for heading in (*names, "last success", "entries", "next poll", "trouble"):
        result.add_column(heading, no_wrap=heading != "trouble")
    for watcher, state in rows:
        result.add_row(
            watcher.name,
            *[watcher.standing or ""] * has_standings,
            _ago(state.last_success, now) if state.last_poll else "not read yet",
            str(state.entries),
            "pushed" if watcher.name in pushed else _until(state.next_poll, now),
            Text(_trouble(state, troubles.get(watcher.name, ())), style="red"),
        )
    gaps = [_gap(state) for _, state in rows if has_gap(state, now)]
    moved = [_moved(watcher, state) for watcher, state in rows if _has_moved(watcher, state)]
    moved += [_ahead(state) for _, state in rows if state.time_offset]
    return Group(result, "", *moved, *gaps, *_explained([state for _, state in rows]))


def _has_moved(watcher: Watcher, state: SourceState) -> bool:
    return watcher.kind in _WRITTEN_AS_READ and state.url not in {"", watcher.url}


def _moved(watcher: Watcher, state: SourceState) -> Text:
    address = _USER.sub(r"\1…@", state.url)
    return Text(f"{watcher.name} moved: ", style="yellow").append(f'url = "{address}"', "default")


def _gap(state: SourceState) -> Text:
    since, until = (f"{moment:%d %b %H:%M} UTC" for moment in (state.gap_since, state.gap_until))
    text = Text(f"{state.watcher} may have missed entries: ", style="yellow")
    return text.append(f"between {since} and {until}", "default")


def _ahead(state: SourceState) -> Text:
    told = f"{state.watcher} dates its entries {hours_ahead(state):g} h ahead: "
    return Text(told, style="yellow").append("that is taken off", "default")


def hours_ahead(state: SourceState) -> float:
    """How many hours the dates of a source lie ahead."""
    return TimeOffset.read(state.time_offset).ahead / timedelta(hours=1)


def _trouble(state: SourceState, told: Collection[str]) -> str:
    if not state.errors:
        return ", ".join(sorted(told))
    times = f" ({state.errors} times in a row)" if state.errors > 1 else ""
    return state.last_error.partition(":")[0] + times


def _explained(states: Iterable[SourceState]) -> Iterable[Text]:
    every = list(states)
    failing: dict[str, list[str]] = defaultdict(list)
    for state in every:
        if state.errors:
            failing[state.last_error].append(state.watcher)
    for reason, names in failing.items():
        more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
        yield Text(f"{reason}: ", style="red").append(
            ", ".join(names[:MAX_NAMES]) + more, style="default"
        )
    unread = sum(state.last_poll is None for state in every)
    counts = [(len(every), "watchers"), (sum(map(len, failing.values())), "failing")]
    counts += [(unread, "not read yet")] if unread else []
    yield Text(", ".join(f"{count} {what}" for count, what in counts), style="bold")


def _ago(moment: datetime | None, now: datetime) -> str:
    return "never" if moment is None else f"{length(now - moment)} ago"


def _until(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "-"
    return "due" if moment <= now else f"in {length(moment - now)}"


def length(duration: timedelta) -> str:
    """A duration in its largest unit: "3 d"."""
    seconds = max(0, int(duration.total_seconds()))
    for unit, size in _UNITS:
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return "0 s"
