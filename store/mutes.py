"""Queries for mutes (stories, sources, rules) and paused channels."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import insert_for
from store.tables import mutes, pauses


class Muted(StrEnum):
    """The kind of what is muted."""

    RULE = "rule"
    SOURCE = "source"
    STORY = "story"


@dataclass(frozen=True, slots=True)
class Mute:
    """A mute; without `until` it has no end.

    `name` is that of the rule or the watcher, or the story's id.
    """

    kind: Muted
    name: str
    until: datetime | None = None


async def mute(db: AsyncConnection, what: Mute, now: datetime) -> None:
    """Mute something; an existing mute gets the new end."""
    await db.execute(delete(mutes).where(mutes.c.until <= now))
    insert = insert_for(db.dialect)(mutes)
    values = insert.values(kind=what.kind, name=what.name, until=what.until)
    await db.execute(
        values.on_conflict_do_update(index_elements=["kind", "name"], set_={"until": what.until})
    )


async def unmute(db: AsyncConnection, kind: Muted, name: str) -> bool:
    """Delete a mute; returns whether there was one."""
    gone = delete(mutes).where(mutes.c.kind == kind, mutes.c.name == name)
    return bool((await db.execute(gone)).rowcount)


async def carry_mute(db: AsyncConnection, story: str, into: str) -> None:
    """Transfer the mute of a merged story, where it lasts longer."""
    both = mutes.c.kind == Muted.STORY, mutes.c.name.in_([story, into])
    rows = (await db.execute(select(mutes).where(*both))).all()
    if any(row.name == story for row in rows):
        untils = [row.until for row in rows]
        until = None if None in untils else max(untils)
        await db.execute(delete(mutes).where(*both))
        await db.execute(
            insert_for(db.dialect)(mutes).values(kind=Muted.STORY, name=into, until=until)
        )


async def muted_now(db: AsyncConnection, now: datetime) -> list[Mute]:
    """The mutes that are in effect."""
    query = select(mutes).where(or_(mutes.c.until.is_(None), mutes.c.until > now))
    rows = await db.execute(query.order_by(mutes.c.kind, mutes.c.name))
    return [Mute(Muted(row.kind), row.name, row.until) for row in rows]


async def pause(db: AsyncConnection, channels: Iterable[str], now: datetime) -> None:
    """Pause channels; paused ones are left unchanged."""
    insert = insert_for(db.dialect)(pauses).on_conflict_do_nothing()
    await db.execute(insert, [{"channel": channel, "since": now} for channel in channels])


async def resume(db: AsyncConnection, channels: Iterable[str]) -> None:
    """Resume channels."""
    await db.execute(delete(pauses).where(pauses.c.channel.in_(list(channels))))


async def paused_channels(db: AsyncConnection) -> dict[str, datetime]:
    """The paused channels, and since when."""
    return {row.channel: row.since for row in await db.execute(select(pauses))}


async def is_paused(db: AsyncConnection, channel: str) -> bool:
    """Whether a channel is paused."""
    found = await db.execute(select(pauses.c.channel).where(pauses.c.channel == channel))
    return found.scalar_one_or_none() is not None
