"""Queries for entries and their matches."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules import Evidence, Field, Match
from store.database import insert_for
from store.tables import entries, matches
from watchers import Entry

_FIELDS = tuple(field.name for field in fields(Entry))
ENTRY_COLUMNS = [entries.c[name] for name in _FIELDS]


def entry_id(entry: Entry) -> str:
    """The id of an entry: a digest of its source and identity."""
    identity = f"{entry.source}\0{entry.uid}".encode("utf-8", "surrogatepass")
    return blake2b(identity, digest_size=10).hexdigest()


async def save_entries(
    db: AsyncConnection, found: Sequence[tuple[Entry, tuple[Match, ...]]]
) -> None:
    """Store entries with their matches; those that exist are left unchanged."""
    if not found:
        return
    insert = insert_for(db.dialect)
    await db.execute(
        insert(entries).on_conflict_do_nothing(),
        [{"id": entry_id(entry), **_values(entry)} for entry, _ in found],
    )
    rows = [
        {"entry": entry_id(entry), "rule": m.rule, "evidence": [asdict(e) for e in m.evidence]}
        for entry, matched in found
        for m in matched
    ]
    if rows:
        await db.execute(insert(matches).on_conflict_do_nothing(), rows)


Kept = tuple[Entry, tuple[Match, ...]]
"""A stored entry with the matches of the time when it came in."""


async def count_entries(db: AsyncConnection, since: datetime) -> int:
    """How many entries came in since a time."""
    query = select(func.count()).select_from(entries).where(entries.c.seen >= since)
    return int((await db.execute(query)).scalar_one())


async def kept_entries(
    db: AsyncConnection, since: datetime, batch: int
) -> AsyncIterator[list[Kept]]:
    """The entries that came in since a time, in batches, with their stored matches."""
    matched = await _matches_since(db, since)
    query = select(entries.c.id, *ENTRY_COLUMNS).where(entries.c.seen >= since)
    rows = await db.stream(query.order_by(entries.c.seen, entries.c.id))
    async for part in rows.partitions(batch):
        yield [(entry_from(row[1:]), tuple(matched.get(row.id, ()))) for row in part]


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """Statistics of a rule's matches: count, last match, and the parts that matched."""

    matches: int = 0
    last: datetime | None = None
    parts: frozenset[str] = frozenset()


async def rule_records(db: AsyncConnection, since: datetime) -> dict[str, RuleRecord]:
    """The statistics of each rule since a time."""
    query = (
        select(matches.c.rule, matches.c.evidence, entries.c.seen)
        .join_from(matches, entries, matches.c.entry == entries.c.id)
        .where(entries.c.seen >= since)
    )
    found: dict[str, RuleRecord] = {}
    for rule, evidence, seen in await db.execute(query):
        known = found.get(rule, RuleRecord())
        found[rule] = RuleRecord(
            known.matches + 1,
            max(known.last or seen, seen),
            known.parts | {part["part"] for part in evidence},
        )
    return found


async def _matches_since(db: AsyncConnection, since: datetime) -> dict[str, list[Match]]:
    query = (
        select(matches)
        .join_from(matches, entries, matches.c.entry == entries.c.id)
        .where(entries.c.seen >= since)
        .order_by(matches.c.entry, matches.c.rule)
    )
    found: dict[str, list[Match]] = {}
    for row in await db.execute(query):
        found.setdefault(row.entry, []).append(match_from(row.rule, row.evidence))
    return found


async def forget_entries(db: AsyncConnection, before: datetime) -> int:
    """Delete entries that came in before a time, with their matches and reports."""
    result = await db.execute(delete(entries).where(entries.c.seen < before))
    return result.rowcount


def entry_from(row: Iterable[Any]) -> Entry:
    """The entry of a row whose first columns are `ENTRY_COLUMNS`."""
    values = dict(zip((c.name for c in ENTRY_COLUMNS), row, strict=False))
    return Entry(**{**values, "categories": tuple(values["categories"])})


def match_from(rule: str, evidence: Sequence[dict[str, Any]]) -> Match:
    """A match as it was stored."""
    return Match(rule, evidence_from(evidence))


def evidence_from(stored: Sequence[dict[str, Any]]) -> tuple[Evidence, ...]:
    """Evidence as it was stored."""
    return tuple(Evidence(**{**part, "field": Field(part["field"])}) for part in stored)


def _values(entry: Entry) -> dict[str, Any]:
    # Not `asdict`, which copies each value deeply.
    values = {name: getattr(entry, name) for name in _FIELDS}
    return {**values, "categories": list(entry.categories)}
