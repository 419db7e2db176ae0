"""Queries for messages that were sent."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.outbox import Status
from store.tables import messages, outbox


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A story's message: its address and id."""

    address: str
    story: str
    message_id: int


async def story_at(
    db: AsyncConnection, addresses: Collection[str], message_id: int
) -> SentMessage | None:
    """The story of a message id at one of these addresses, if it is ours.

    One that tells several together has a key of its own.
    """
    query = select(messages.c.address, messages.c.story).where(
        messages.c.address.in_(list(addresses)), messages.c.message_id == message_id
    )
    row = (await db.execute(query.order_by(messages.c.gathered).limit(1))).one_or_none()
    return None if row is None else SentMessage(row.address, row.story, message_id)


async def has_rows(db: AsyncConnection, channel: str, prefix: str) -> bool:
    """Whether a channel has rows, sent or pending, whose key begins with a prefix."""
    begins = outbox.c.story.startswith(prefix, autoescape=True)
    found = await db.execute(
        select(outbox.c.id).where(outbox.c.channel == channel, begins).limit(1)
    )
    return found.first() is not None


async def messages_of_stories(db: AsyncConnection, stories: Iterable[str]) -> list[SentMessage]:
    """The messages of these stories."""
    query = select(messages).where(messages.c.story.in_(list(stories)))
    rows = await db.execute(query.order_by(messages.c.story, messages.c.address))
    return [SentMessage(row.address, row.story, row.message_id) for row in rows]


async def last_sent(db: AsyncConnection, channels: Iterable[str]) -> datetime | None:
    """The time of the last message of these channels."""
    query = select(func.max(outbox.c.changed)).where(
        outbox.c.status == Status.SENT, outbox.c.channel.in_(list(channels))
    )
    last: datetime | None = (await db.execute(query)).scalar_one()
    return last
