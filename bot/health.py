"""How the watchers are, as a table."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from rich.table import Table
from rich.text import Text

import store
from bot.application import database_file, database_url
from watchers import SourceState, Watcher

_UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


async def states(data: Path) -> dict[str, SourceState]:
    """What the data folder's database says of each watcher; nothing where there is none yet."""
    if not database_file(data).exists():
        return {}
    async with store.open_store(database_url(data)) as stored, stored.read() as db:
        return await store.source_states(db)


def table(watchers: Iterable[Watcher], known: Mapping[str, SourceState], now: datetime) -> Table:
    """One row a watcher: last success, last error, entries, next poll. The failing ones first."""
    result = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("watcher", "last success", "entries", "next poll", "trouble"):
        result.add_column(heading, overflow="fold", no_wrap=heading != "trouble")
    rows = [(watcher, known.get(watcher.name) or SourceState(watcher.name)) for watcher in watchers]
    for watcher, state in sorted(rows, key=lambda row: -row[1].errors):
        result.add_row(
            watcher.name,
            _ago(state.last_success, now) if state.last_poll else "not polled yet",
            str(state.entries),
            _until(state.next_poll, now),
            Text(_trouble(state), style="red"),
        )
    return result


def _trouble(state: SourceState) -> str:
    if not state.errors:
        return ""
    times = f" ({state.errors} times in a row)" if state.errors > 1 else ""
    return state.last_error + times


def _ago(moment: datetime | None, now: datetime) -> str:
    return "never" if moment is None else f"{_length(now - moment)} ago"


def _until(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "-"
    return "due" if moment <= now else f"in {_length(moment - now)}"


def _length(duration: timedelta) -> str:
    seconds = max(0, int(duration.total_seconds()))
    for unit, size in _UNITS:
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return "0 s"
