"""Queries for stories and their reports."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules import Match
from store.abstracts import abstracts_of
from store.database import insert_for
from store.entries import ENTRY_COLUMNS, entry_from, evidence_from, match_from
from store.tables import entries, matches, reports, stories
from stories import Reading, Report, Stance, Story
from watchers import Entry


async def save_story(db: AsyncConnection, story: Story) -> None:
    """Store a story as it is; the entries of its reports are stored before."""
    insert = insert_for(db.dialect)
    state = {"opened": story.opened, "updated": story.updated, "follows": story.follows}
    head = insert(stories).values(id=story.id, **state)
    await db.execute(head.on_conflict_do_update(index_elements=["id"], set_=state))
    rows = [
        {
            "story": story.id,
            "position": position,
            "entry": report.entry,
            "outlet": report.outlet,
            "owner": report.owner,
            "mentions": [asdict(one) for one in report.mentions],
            "reading": asdict(report.reading),
        }
        for position, report in enumerate(story.reports)
    ]
    await db.execute(insert(reports).on_conflict_do_nothing(), rows)


async def replace_story(db: AsyncConnection, story: Story) -> None:
    """Store a story whose reports were removed or replaced."""
    await db.execute(delete(reports).where(reports.c.story == story.id))
    await save_story(db, story)


async def drop_story(db: AsyncConnection, story: str) -> None:
    """Delete a story whose reports are in others now."""
    await db.execute(delete(stories).where(stories.c.id == story))


async def save_article(db: AsyncConnection, entry: str, article: str) -> None:
    """Store the article of an entry; empty where there is none."""
    await db.execute(update(entries).where(entries.c.id == entry).values(article=article))


async def undecided_articles(
    db: AsyncConnection, since: datetime, at_most: int
) -> list[tuple[str, Entry]]:
    """The entries of stories updated since a time, with their ids, the newest first.

    Those are left out of which it is decided already what their article is.
    """
    query = (
        select(entries.c.id, *ENTRY_COLUMNS)
        .join_from(stories, reports, reports.c.story == stories.c.id)
        .join(entries, entries.c.id == reports.c.entry)
        .where(stories.c.updated >= since, entries.c.article.is_(None))
        .order_by(entries.c.seen.desc(), entries.c.id)
        .limit(at_most)
    )
    return [(row.id, entry_from(row[1:])) for row in await db.execute(query)]


async def recent_stories(db: AsyncConnection, since: datetime) -> list[Story]:
    """The stories updated since a time, the newest first, with all their reports."""
    return await _stories(db, select(stories).where(stories.c.updated >= since))


async def latest_stories(db: AsyncConnection, count: int) -> list[Story]:
    """The last updated stories, the newest first, with all their reports."""
    return await _stories(db, select(stories).order_by(stories.c.updated.desc()).limit(count))


async def find_story(db: AsyncConnection, story: str) -> Story | None:
    """The story with an id; None where it does not exist."""
    return next(iter(await _stories(db, select(stories).where(stories.c.id == story))), None)


async def find_stories(db: AsyncConnection, ids: Iterable[str]) -> list[Story]:
    """The stories with these ids that exist, with all their reports."""
    return await _stories(db, select(stories).where(stories.c.id.in_(list(ids))))


async def _stories(db: AsyncConnection, chosen: Select[Any]) -> list[Story]:
    newest_first = chosen.order_by(None).order_by(stories.c.updated.desc())
    heads = (await db.execute(newest_first)).all()
    of = chosen.with_only_columns(stories.c.id)
    by_story = await _reports(db, of)
    told = await abstracts_of(db, of)
    return [
        Story(
            head.id,
            head.opened,
            head.updated,
            tuple(by_story[head.id]),
            head.follows,
            told.get(head.id, ()),
        )
        for head in heads
        if by_story[head.id]
    ]


async def forget_stories(db: AsyncConnection, before: datetime) -> int:
    """Delete the stories last updated before a time."""
    return (await db.execute(delete(stories).where(stories.c.updated < before))).rowcount


async def _reports(db: AsyncConnection, of: Select[tuple[str]]) -> dict[str, list[Report]]:
    matched = await _matches(db, of)
    columns = (c for c in reports.c if c.name != "position")
    rows = await db.execute(
        select(*ENTRY_COLUMNS, *columns, entries.c.article)
        .join_from(reports, entries, reports.c.entry == entries.c.id)
        .where(reports.c.story.in_(of))
        .order_by(reports.c.story, reports.c.position)
    )
    found: dict[str, list[Report]] = defaultdict(list)
    for row in rows:
        report = Report(
            row.entry,
            entry_from(row),
            row.outlet,
            tuple(matched[row.entry]),
            evidence_from(row.mentions),
            _reading(row.reading),
            row.owner,
            row.article or "",
        )
        found[row.story].append(report)
    return found


async def _matches(db: AsyncConnection, of: Select[tuple[str]]) -> dict[str, list[Match]]:
    rows = await db.execute(
        select(matches)
        .join_from(matches, reports, reports.c.entry == matches.c.entry)
        .where(reports.c.story.in_(of))
        .order_by(matches.c.entry, matches.c.rule)
    )
    found: dict[str, list[Match]] = defaultdict(list)
    for row in rows:
        found[row.entry].append(match_from(row.rule, row.evidence))
    return found


def _reading(stored: Mapping[str, Any]) -> Reading:
    return Reading(
        Stance(stored["stance"]), tuple(stored["actors"]), evidence_from(stored["evidence"])
    )
