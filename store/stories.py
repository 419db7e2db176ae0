"""The stories and the reports that they consist of."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules import Match
from store.database import insert_for
from store.entries import ENTRY_COLUMNS, entry_from, match_from
from store.tables import entries, matches, reports, stories
from stories import Report, Story


async def save_story(db: AsyncConnection, story: Story) -> None:
    """Store a story as it is now. Its reports' entries are stored before it."""
    insert = insert_for(db.dialect)
    head = insert(stories).values(id=story.id, opened=story.opened, updated=story.updated)
    await db.execute(
        head.on_conflict_do_update(index_elements=["id"], set_={"updated": story.updated})
    )
    rows = [
        {"story": story.id, "position": position, "entry": report.entry, "outlet": report.outlet}
        for position, report in enumerate(story.reports)
    ]
    await db.execute(insert(reports).on_conflict_do_nothing(), rows)


async def recent_stories(db: AsyncConnection, since: datetime) -> list[Story]:
    """The stories that were updated since, the newest first, with all their reports."""
    rows = await db.execute(
        select(stories).where(stories.c.updated >= since).order_by(stories.c.updated.desc())
    )
    heads = rows.all()
    by_story = await _reports(db, [head.id for head in heads])
    return [
        Story(head.id, head.opened, head.updated, tuple(by_story[head.id]))
        for head in heads
        if by_story[head.id]
    ]


async def forget_stories(db: AsyncConnection, before: datetime) -> int:
    """Forget the stories that were last updated before."""
    return (await db.execute(delete(stories).where(stories.c.updated < before))).rowcount


async def _reports(db: AsyncConnection, ids: Sequence[str]) -> dict[str, list[Report]]:
    matched = await _matches(db, ids)
    rows = await db.execute(
        select(*ENTRY_COLUMNS, reports.c.story, reports.c.entry, reports.c.outlet)
        .join_from(reports, entries, reports.c.entry == entries.c.id)
        .where(reports.c.story.in_(ids))
        .order_by(reports.c.story, reports.c.position)
    )
    found: dict[str, list[Report]] = defaultdict(list)
    for row in rows:
        report = Report(row.entry, entry_from(row), row.outlet, tuple(matched[row.entry]))
        found[row.story].append(report)
    return found


async def _matches(db: AsyncConnection, ids: Sequence[str]) -> dict[str, list[Match]]:
    rows = await db.execute(
        select(matches)
        .join_from(matches, reports, reports.c.entry == matches.c.entry)
        .where(reports.c.story.in_(ids))
        .order_by(matches.c.entry, matches.c.rule)
    )
    found: dict[str, list[Match]] = defaultdict(list)
    for row in rows:
        found[row.entry].append(match_from(row.rule, row.evidence))
    return found
