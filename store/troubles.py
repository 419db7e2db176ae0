"""Queries for how sources are: their troubles, what these are seen by, and counts."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import entries, sources, troubles
from watchers import Sample, Trouble


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """How sources are, in numbers; `gaps` and `troubles` of those that have any, by watcher."""

    sources: int
    failing: int
    entries: int
    last_success: datetime | None
    gaps: Mapping[str, int]
    troubles: tuple[tuple[str, str], ...]


async def source_counts(db: AsyncConnection) -> SourceCounts:
    """How all sources are that were ever polled."""
    of_all = select(
        func.count(),
        func.coalesce(func.sum(case((sources.c.errors > 0, 1), else_=0)), 0),
        func.coalesce(func.sum(sources.c.entries), 0),
        func.max(sources.c.last_success),
    )
    number, failing, brought, last = (await db.execute(of_all)).one()
    gaps = await db.execute(select(sources.c.watcher, sources.c.gaps).where(sources.c.gaps > 0))
    told = await db.execute(select(troubles.c.watcher, troubles.c.trouble))
    return SourceCounts(
        number,
        failing,
        brought,
        last,
        {row.watcher: row.gaps for row in gaps},
        tuple((row.watcher, row.trouble) for row in told),
    )


async def told_troubles(db: AsyncConnection) -> dict[str, dict[Trouble, datetime]]:
    """The troubles that were told and last, and since when, by watcher."""
    found: defaultdict[str, dict[Trouble, datetime]] = defaultdict(dict)
    for watcher, trouble, since in await db.execute(select(troubles)):
        found[watcher][Trouble(trouble)] = since
    return dict(found)


async def replace_troubles(
    db: AsyncConnection, every: Mapping[str, Mapping[Trouble, datetime]]
) -> None:
    """Store the troubles that are told and last, and no others."""
    await db.execute(delete(troubles))
    rows = [
        {"watcher": watcher, "trouble": trouble, "since": since}
        for watcher, by_trouble in every.items()
        for trouble, since in by_trouble.items()
    ]
    if rows:
        await db.execute(insert(troubles), rows)


async def samples(db: AsyncConnection, since: datetime, of: Collection[str]) -> dict[str, Sample]:
    """What the last entries of sources are like, among those that came in since a time."""
    source, title, text = entries.c.source, entries.c.title, entries.c.text
    newest_first = entries.c.seen.desc()
    numbered = (
        select(
            source,
            (text != "").label("has_text"),
            func.row_number()
            .over(partition_by=source, order_by=(newest_first, entries.c.id))
            .label("number"),
            func.row_number()
            .over(partition_by=(source, title, text), order_by=(entries.c.seen, entries.c.id))
            .label("time"),
        )
        .where(entries.c.seen >= since, source.in_(of))
        .subquery()
    )
    newest = numbered.c.number <= Sample.SIZE

    def how_many(*conditions: object) -> object:
        return func.sum(case((and_(*conditions), 1), else_=0))  # type: ignore[arg-type]

    query = (
        select(
            numbered.c.source,
            how_many(newest),
            how_many(newest, numbered.c.has_text),
            how_many(newest, numbered.c.time > 1),
            how_many(~newest),
            how_many(~newest, numbered.c.has_text),
        )  # type: ignore[call-overload]
        .where(numbered.c.number <= 2 * Sample.SIZE)
        .group_by(numbered.c.source)
    )
    return {row[0]: Sample(*row[1:]) for row in await db.execute(query)}
