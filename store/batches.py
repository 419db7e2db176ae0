"""Queries for batching: rows of the outbox that may be sent together as one message."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.outbox import GATHERED, Status, Urgency, enqueue
from store.tables import messages, outbox


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pending row that would be a message of its own; `held` says that it had to wait."""

    id: int
    story: str
    created: datetime
    due: datetime
    silent: bool
    urgency: Urgency

    @property
    def held(self) -> bool:
        """Whether it had to wait when it was made."""
        return self.due > self.created


async def waiting(db: AsyncConnection, channel: str, address: str, now: datetime) -> list[Waiting]:
    """The pending rows for new messages that may be batched, the oldest first.

    None while a row is ambiguous: what it tells may have arrived.
    """
    mine = outbox.c.channel == channel
    ambiguous = select(outbox.c.id).where(mine, outbox.c.status == Status.SENDING).limit(1)
    if (await db.execute(ambiguous)).first() is not None:
        return []
    has_message = select(messages.c.story).where(
        messages.c.address == address, messages.c.story == outbox.c.story
    )
    query = select(*(outbox.c[name] for name in Waiting.__dataclass_fields__)).where(
        mine,
        outbox.c.status == Status.PENDING,
        outbox.c.due <= now,
        outbox.c.urgency != Urgency.PRIORITY,
        outbox.c.reply_to == "",
        ~has_message.exists(),
    )
    rows = await db.execute(query.order_by(outbox.c.id))
    return [
        Waiting(row.id, row.story, row.created, row.due, row.silent, Urgency(row.urgency))
        for row in rows
    ]


async def postpone(db: AsyncConnection, ids: Iterable[int], until: datetime) -> None:
    """Set the due time of rows."""
    await db.execute(update(outbox).where(outbox.c.id.in_(list(ids))).values(due=until))


async def put_batch(
    db: AsyncConnection,
    channel: str,
    text: str,
    stories: Sequence[str],
    now: datetime,
    *,
    silent: bool,
) -> None:
    """Replace the rows of several stories, and of their follow-ups, by one row."""
    mine = and_(outbox.c.channel == channel, outbox.c.status == Status.PENDING)
    told = and_(mine, or_(outbox.c.story.in_(stories), outbox.c.reply_to.in_(stories)))
    first = (await db.execute(select(func.min(outbox.c.id)).where(told))).scalar_one()
    key = f"{GATHERED}{first}"
    await db.execute(
        update(outbox)
        .where(told)
        .values(status=Status.GATHERED, gathered_in=key, reason="told together with others")
    )
    await enqueue(db, channel, key, text, now, silent=silent, urgency=Urgency.PRIORITY)


async def dissolve_batches(db: AsyncConnection, channel: str) -> bool:
    """Undo the batches that are still pending; returns whether there were any."""
    unsent = select(outbox.c.story).where(
        outbox.c.channel == channel,
        outbox.c.status == Status.PENDING,
        outbox.c.story.startswith(GATHERED),
    )
    keys = list(await db.scalars(unsent))
    if not keys:
        return False
    mine = outbox.c.channel == channel
    await db.execute(delete(outbox).where(mine, outbox.c.story.in_(keys)))
    await db.execute(
        update(outbox)
        .where(mine, outbox.c.gathered_in.in_(keys))
        .values(status=Status.PENDING, gathered_in="", reason="")
    )
    return True


async def sent_since(db: AsyncConnection, address: str, since: datetime) -> list[datetime]:
    """The times of the messages sent to an address since a time, the oldest first."""
    query = (
        select(func.min(messages.c.sent).label("sent"))
        .where(messages.c.address == address, messages.c.sent > since)
        .group_by(messages.c.message_id)
        .order_by("sent")
    )
    return list(await db.scalars(query))
