"""Queries for abstracts by a language model, and their daily count."""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import insert_for
from store.tables import abstracts
from stories import Abstract


async def save_abstract(db: AsyncConnection, story: str, abstract: Abstract, now: datetime) -> None:
    """Store an abstract; an empty text records a request without a result."""
    values = {
        "story": story,
        "language": abstract.language,
        "reports": abstract.basis,
        "text": abstract.text,
        "made": now,
    }
    await db.execute(
        insert_for(db.dialect)(abstracts)
        .values(values)
        .on_conflict_do_update(
            index_elements=["story", "language", "reports"],
            set_={"text": abstract.text, "made": now},
        )
    )


async def count_abstracts(db: AsyncConnection, since: datetime) -> int:
    """How many abstracts were requested since a time."""
    query = select(func.count()).select_from(abstracts).where(abstracts.c.made >= since)
    return int((await db.execute(query)).scalar_one())


async def abstracts_of(
    db: AsyncConnection, of: Select[tuple[str]]
) -> dict[str, tuple[Abstract, ...]]:
    """The abstracts of stories, by story."""
    rows = await db.execute(
        select(abstracts).where(abstracts.c.story.in_(of)).order_by(abstracts.c.made)
    )
    found: dict[str, tuple[Abstract, ...]] = {}
    for row in rows:
        abstract = Abstract(row.language, row.reports, row.text)
        found[row.story] = (*found.get(row.story, ()), abstract)
    return found
