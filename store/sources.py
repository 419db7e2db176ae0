"""Queries for sources: their state, and the keys of entries that they have served."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import insert_for
from store.tables import seen, sources
from watchers import SourceState

# A key is noted as served again only when its note is this old: a feed of 50 entries that
# changes every minute would otherwise write 50 rows a minute to say nothing new.
REMARK_AFTER = timedelta(days=7)
# So many keys are looked up together.
_AT_ONCE = 200
_FIELDS = tuple(field.name for field in fields(SourceState))
# A poll does not know what a hub has sent meanwhile: `note_new` counts for both.
_COUNTED = frozenset({"entries", "last_new"})


async def source_states(
    db: AsyncConnection, of: Iterable[str] | None = None
) -> dict[str, SourceState]:
    """The states of all sources that were ever polled, or of some of them, by watcher."""
    wanted = select(*(sources.c[name] for name in _FIELDS))
    if of is not None:
        wanted = wanted.where(sources.c.watcher.in_(tuple(of)))
    rows = await db.execute(wanted)
    states = (SourceState(*row) for row in rows)
    return {state.watcher: state for state in states}


async def source_homes(db: AsyncConnection) -> dict[str, str]:
    """The sites that nearly all links of sources lead to, by watcher, where they are known."""
    rows = await db.execute(select(sources.c.watcher, sources.c.home).where(sources.c.home != ""))
    return {row.watcher: row.home for row in rows}


async def save_states(db: AsyncConnection, states: Sequence[SourceState]) -> None:
    """Store the states of sources, except for the counters of `note_new`."""
    if not states:
        return
    statement = _replace_state(insert_for(db.dialect))
    # Not `asdict`: it copies each value deeply, which took longer than to store it.
    rows = [{name: getattr(state, name) for name in _FIELDS} for state in states]
    await db.execute(statement, rows)


async def note_new(db: AsyncConnection, new: Mapping[str, int], now: datetime) -> None:
    """Add to the counters of new entries of sources."""
    if not new:
        return
    statement = (
        update(sources)
        .where(sources.c.watcher == bindparam("name"))
        .values(entries=sources.c.entries + bindparam("more"), last_new=now)
    )
    await db.execute(statement, [{"name": name, "more": more} for name, more in new.items()])


async def known_keys(
    db: AsyncConnection, served: Mapping[str, Iterable[bytes]], now: datetime
) -> dict[str, dict[bytes, bool]]:
    """The known keys among those served, and whether each has to be stored again.

    By the watchers' names; all that are asked for are in it.
    """
    wanted = [(watcher, key) for watcher, keys in served.items() for key in keys]
    found: dict[str, dict[bytes, bool]] = {watcher: {} for watcher in served}
    for start in range(0, len(wanted), _AT_ONCE):
        chunk = wanted[start : start + _AT_ONCE]
        # The last one again, so that the statement is always the same.
        chunk += chunk[-1:] * (_AT_ONCE - len(chunk))
        values: dict[str, Any] = {"due": now - REMARK_AFTER}
        for (watcher, key), (name_of_watcher, name_of_key) in zip(chunk, _WANTED, strict=True):
            values[name_of_watcher] = watcher
            values[name_of_key] = key
        for watcher, key, due in (await db.execute(_KNOWN, values)).all():
            found[watcher][key] = bool(due)
    return found


def to_remember(keys: Iterable[bytes], known: Mapping[bytes, bool]) -> list[bytes]:
    """The served keys that are not stored, or were stored long ago."""
    return [key for key in dict.fromkeys(keys) if known.get(key, True)]


async def remember_keys(
    db: AsyncConnection, served: Mapping[str, Iterable[bytes]], now: datetime
) -> None:
    """Store the keys that sources serve now."""
    rows = [
        {"watcher": watcher, "key": key, "served": now}
        for watcher, keys in served.items()
        for key in dict.fromkeys(keys)
    ]
    if rows:
        await db.execute(_note_key(insert_for(db.dialect)), rows)


async def forget_keys(db: AsyncConnection, before: datetime) -> int:
    """Delete keys that sources no longer serve; returns how many.

    A source that has brought nothing new since may still serve all it served before, unread
    because unchanged: its keys stay.
    """
    lively = select(sources.c.watcher).where(sources.c.last_new >= before)
    dropped = delete(seen).where(seen.c.served < before, seen.c.watcher.in_(lively))
    return (await db.execute(dropped)).rowcount


_WANTED = [(f"watcher_{number}", f"key_{number}") for number in range(_AT_ONCE)]
# One statement for many watchers and keys: one for each watcher took a twentieth of all polls.
# Whether a date is before another is asked of the database: to read them took half the time.
_KNOWN = text(
    "WITH wanted (watcher, key) AS (VALUES "  # noqa: S608  no value is in it
    + ", ".join(f"(:{watcher}, :{key})" for watcher, key in _WANTED)
    + ") SELECT seen.watcher, seen.key, seen.served < :due FROM wanted"
    " JOIN seen ON seen.watcher = wanted.watcher AND seen.key = wanted.key"
).bindparams(
    bindparam("due", type_=seen.c.served.type),
    *(bindparam(watcher, type_=seen.c.watcher.type) for watcher, _ in _WANTED),
    *(bindparam(key, type_=seen.c.key.type) for _, key in _WANTED),
)


# Made once, and for each dialect: making them takes longer than running them.
@cache
def _note_key(insert: Callable[..., Any]) -> Any:
    made = insert(seen)
    return made.on_conflict_do_update(
        index_elements=["watcher", "key"], set_={"served": made.excluded.served}
    )


@cache
def _replace_state(insert: Callable[..., Any]) -> Any:
    made = insert(sources)
    kept = {"watcher", *_COUNTED}
    values = {c.key: made.excluded[c.key] for c in sources.c if c.key not in kept}
    return made.on_conflict_do_update(index_elements=["watcher"], set_=values)
