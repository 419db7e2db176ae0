"""The entries that came in, and what the rules made of them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from rules import Evidence, Field, Match
from store.database import insert_for
from store.tables import entries, matches
from watchers import Entry

ENTRY_COLUMNS = [entries.c[field.name] for field in fields(Entry)]


def entry_id(entry: Entry) -> str:
    """The id under which an entry is stored; the same whenever and wherever it is met."""
    identity = f"{entry.source}\0{entry.uid}".encode("utf-8", "surrogatepass")
    return blake2b(identity, digest_size=10).hexdigest()


async def save_entries(
    db: AsyncConnection, found: Sequence[tuple[Entry, tuple[Match, ...]]]
) -> None:
    """Keep entries with their matches. One that is stored already stays as it is."""
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


async def forget_entries(db: AsyncConnection, before: datetime) -> int:
    """Forget entries that came in before; their matches and reports go with them."""
    result = await db.execute(delete(entries).where(entries.c.seen < before))
    return result.rowcount


def entry_from(row: Iterable[Any]) -> Entry:
    """The entry of a row whose first columns are `ENTRY_COLUMNS`."""
    values = dict(zip((c.name for c in ENTRY_COLUMNS), row, strict=False))
    return Entry(**{**values, "categories": tuple(values["categories"])})


def match_from(rule: str, evidence: Sequence[dict[str, Any]]) -> Match:
    """A match as it was stored."""
    parts = tuple(Evidence(**{**part, "field": Field(part["field"])}) for part in evidence)
    return Match(rule, parts)


def _values(entry: Entry) -> dict[str, Any]:
    return {**asdict(entry), "categories": list(entry.categories)}
