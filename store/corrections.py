"""Queries for corrections: merges and splits by hand, pending and done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Row, delete, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import insert_for
from store.outbox import Status
from store.stories import find_story
from store.tables import corrections, outbox, stories
from stories import Story


class CorrectionKind(StrEnum):
    """The kind of a correction: a merge into another story, or a split."""

    MERGE = "merge"
    SPLIT = "split"


class CorrectionOutcome(StrEnum):
    """The outcome of a correction."""

    DONE = "done"
    GONE = "gone"
    SAME = "same"
    ELSEWHERE = "elsewhere"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction; without an outcome it is pending.

    `others` are the story that stays, or the entries of the reports that are taken out.
    """

    id: int
    kind: CorrectionKind
    story: str
    others: tuple[str, ...]
    outcome: CorrectionOutcome | None = None


async def add_correction(
    db: AsyncConnection, kind: CorrectionKind, story: str, others: Sequence[str], now: datetime
) -> int:
    """Store a pending correction; returns its id."""
    values = {"kind": kind, "story": story, "others": list(others), "made": now, "outcome": ""}
    query = insert_for(db.dialect)(corrections).values(values).returning(corrections.c.id)
    return int((await db.execute(query)).scalar_one())


async def find_correction(db: AsyncConnection, correction: int) -> Correction | None:
    """The correction with an id, or None where it is forgotten."""
    row = (await db.execute(select(corrections).where(corrections.c.id == correction))).first()
    return None if row is None else _correction(row)


async def waiting_corrections(db: AsyncConnection) -> list[Correction]:
    """The pending corrections, the oldest first."""
    waiting = select(corrections).where(corrections.c.applied.is_(None))
    rows = await db.execute(waiting.order_by(corrections.c.id))
    return [_correction(row) for row in rows]


async def mark_applied(
    db: AsyncConnection, correction: Correction, outcome: CorrectionOutcome, now: datetime
) -> None:
    """Store the outcome of a correction."""
    mine = corrections.c.id == correction.id
    await db.execute(update(corrections).where(mine).values(applied=now, outcome=outcome))


async def forget_corrections(db: AsyncConnection, before: datetime) -> int:
    """Delete the corrections that were made before a time."""
    done = delete(corrections).where(corrections.c.applied < before)
    return (await db.execute(done)).rowcount


async def current_story(db: AsyncConnection, story: str) -> Story | None:
    """The story with an id, or the one that it was merged into; None where it was deleted."""
    seen: set[str] = set()
    while story not in seen:
        seen.add(story)
        if found := await find_story(db, story):
            return found
        merges = select(corrections.c.others).where(
            corrections.c.story == story,
            corrections.c.kind == CorrectionKind.MERGE,
            corrections.c.outcome == CorrectionOutcome.DONE,
        )
        newest = merges.order_by(corrections.c.id.desc()).limit(1)
        (story,) = (await db.execute(newest)).scalar_one_or_none() or (story,)
    return None


async def story_ids(db: AsyncConnection, prefix: str = "") -> list[str]:
    """The ids of stories, merged ones too, that begin with a prefix."""
    merged = corrections.c.kind == CorrectionKind.MERGE
    every = union(
        select(stories.c.id).where(stories.c.id.startswith(prefix, autoescape=True)),
        select(corrections.c.story).where(
            merged, corrections.c.story.startswith(prefix, autoescape=True)
        ),
    )
    return sorted(await db.scalars(every))


async def withdraw(db: AsyncConnection, story: str) -> set[str]:
    """Withdraw the pending rows of a merged story; returns the channels that have its message.

    Where it was not sent to a channel, what would be said under its message goes with it.
    """
    row = outbox.c
    gathering = outbox.alias()
    unsent = select(gathering.c.id).where(
        gathering.c.channel == row.channel,
        gathering.c.story == row.gathered_in,
        gathering.c.status == Status.PENDING,
    )
    waits = (row.status == Status.PENDING) | unsent.exists()
    sent = row.status.in_([Status.SENT, Status.SENDING, Status.GATHERED]) & ~waits
    told = set(await db.scalars(select(row.channel).where(row.story == story, sent)))
    await db.execute(delete(outbox).where(row.story == story, waits))
    await db.execute(delete(outbox).where(row.reply_to == story, waits, row.channel.not_in(told)))
    return told


def _correction(row: Row[tuple[object, ...]]) -> Correction:
    return Correction(
        row.id,
        CorrectionKind(row.kind),
        row.story,
        tuple(row.others),
        CorrectionOutcome(row.outcome) if row.outcome else None,
    )
