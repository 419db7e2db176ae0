"""The outbox: messages to be sent, and messages that were sent.

A row is a story's newest text for one channel. Whether it becomes a message or an edit is found
when it is sent: by whether the channel's address has a message of that story already.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import insert_for
from store.tables import addresses, messages, outbox

GATHERED = "gathered/"
DIGEST = "digest/"
NOTICE = "notice/"
_NO_STORY = (GATHERED, DIGEST, NOTICE)
"""Prefixes of keys of rows that are not about one story.

Other rows have a story's id as their key; what is said under its message, the id, a slash, and
more.
"""


class Status(StrEnum):
    """The delivery status of an outbox row.

    `SENDING` is written before the call and replaced after it: found later, it means that nobody
    knows whether the message arrived. `GATHERED` is told in another row, together with others.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    GATHERED = "gathered"


class Urgency(StrEnum):
    """Urgency: priority (never batched), normal, or bulk (always batched)."""

    PRIORITY = "priority"
    NORMAL = "normal"
    BULK = "bulk"


_RANKS = {Urgency.PRIORITY: 0, Urgency.NORMAL: 1, Urgency.BULK: 2}


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A row of the outbox: a text for a channel, in reply to the message of `reply_to`.

    With a `picture` (PNG) the text is its caption.
    """

    id: int
    channel: str
    story: str
    text: str
    reply_to: str
    silent: bool
    urgency: Urgency
    picture: bytes | None = field(repr=False)
    status: Status
    address: str
    attempts: int


def story_of(key: str) -> str:
    """The id of the story of a row's key; "" where it is not about one story."""
    return "" if key.startswith(_NO_STORY) else key.partition("/")[0]


_COLUMNS = [outbox.c[name] for name in OutboxRow.__dataclass_fields__]


async def enqueue(
    db: AsyncConnection,
    channel: str,
    story: str,
    text: str,
    now: datetime,
    *,
    reply_to: str = "",
    silent: bool = False,
    due: datetime | None = None,
    spacing: timedelta = timedelta(0),
    urgency: Urgency = Urgency.NORMAL,
    picture: bytes | None = None,
    edit_only: bool = False,
) -> bool:
    """Put a text into the outbox; returns whether there is anything new to send.

    A row that still waits is replaced, and waits no longer than the more urgent of the two. A text
    that the channel has, or is about to get, is not queued again. `reply_to` is the story under
    whose message this one is to stand; `silent` is whether it comes without a sound; `due` is when
    a message may be sent at the earliest, and `spacing` the least time between what was sent of
    this story and its next text. With a `picture` (PNG) the text is its caption. With `edit_only`
    it is queued only where the channel has a text of the story already, or is about to get one.
    """
    last = await _newest(db, channel, story)
    if (last is None and edit_only) or (last is not None and last.text == text):
        return False
    if last is not None and last.status == Status.PENDING:
        is_raised = _RANKS[urgency] < _RANKS[Urgency(last.urgency)]
        values = {
            "text": text,
            "changed": now,
            "silent": last.silent and silent,
            "urgency": urgency if is_raised else last.urgency,
            "due": min(last.due, due or now) if is_raised else last.due,
        }
        await db.execute(update(outbox).where(outbox.c.id == last.id).values(values))
        return True
    await db.execute(
        insert_for(db.dialect)(outbox).values(
            channel=channel,
            story=story,
            text=text,
            reply_to=reply_to,
            silent=silent,
            urgency=urgency,
            gathered_in="",
            picture=picture,
            status=Status.PENDING,
            address="",
            attempts=0,
            reason="",
            created=now,
            due=due or now if last is None else max(now, last.changed + spacing),
            changed=now,
        )
    )
    return True


async def _newest(db: AsyncConnection, channel: str, story: str) -> Row[Any] | None:
    newest = (
        select(outbox)
        .where(outbox.c.channel == channel, outbox.c.story == story)
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    return (await db.execute(newest)).one_or_none()


async def next_row(
    db: AsyncConnection, channel: str, now: datetime | None = None
) -> OutboxRow | None:
    """The next row to deliver for a channel; a row with an unknown outcome comes first.

    Without `now` those that are not due yet count too.
    """
    pending = outbox.c.status == Status.PENDING
    if now is not None:
        pending = and_(pending, outbox.c.due <= now)
    query = (
        select(*_COLUMNS)
        .where(outbox.c.channel == channel, or_(pending, outbox.c.status == Status.SENDING))
        .order_by(case((outbox.c.status == Status.SENDING, 0), else_=1), outbox.c.id)
        .limit(1)
    )
    row = (await db.execute(query)).one_or_none()
    return None if row is None else _record(row)


async def next_due(db: AsyncConnection, channel: str) -> datetime | None:
    """The due time of a channel's next row; None where there is none."""
    query = select(func.min(outbox.c.due)).where(
        outbox.c.channel == channel, outbox.c.status.in_([Status.PENDING, Status.SENDING])
    )
    due: datetime | None = (await db.execute(query)).scalar_one()
    return due


async def mark_sending(db: AsyncConnection, row: OutboxRow, address: str, now: datetime) -> None:
    """Write ahead that a row is about to be sent to an address."""
    await db.execute(
        update(outbox)
        .where(outbox.c.id == row.id)
        .values(status=Status.SENDING, address=address, attempts=outbox.c.attempts + 1, changed=now)
    )


async def mark_pending(db: AsyncConnection, row: OutboxRow, reason: str, now: datetime) -> None:
    """Set a row back to pending: it was certainly not delivered."""
    await _mark(db, row, Status.PENDING, reason, now)


async def mark_failed(db: AsyncConnection, row: OutboxRow, reason: str, now: datetime) -> None:
    """Set a row to failed, with the reason."""
    await _mark(db, row, Status.FAILED, reason, now)


async def mark_sent(
    db: AsyncConnection,
    row: OutboxRow,
    address: str,
    message_id: int,
    now: datetime,
    *,
    reason: str = "",
) -> None:
    """Store the message id of a row's story at an address, with the row's text.

    So have the stories that were gathered in the row. `reason` is why it was not sent as it is.
    """
    await _mark(db, row, Status.SENT, reason, now)
    stories = [row.story]
    if row.story.startswith(GATHERED):
        mine = outbox.c.channel == row.channel
        gathered = select(outbox.c.story).where(mine, outbox.c.gathered_in == row.story)
        stories += dict.fromkeys(await db.scalars(gathered))
    message = insert_for(db.dialect)(messages)
    await db.execute(
        message.on_conflict_do_update(
            index_elements=["address", "story"],
            set_={"message_id": message_id, "gathered": message.excluded.gathered},
        ),
        [
            {
                "address": address,
                "story": story,
                "message_id": message_id,
                "sent": now,
                "gathered": story != row.story,
            }
            for story in stories
        ],
    )
    await note_message_id(db, address, message_id)


async def message_of(db: AsyncConnection, address: str, story: str) -> int | None:
    """The message id of a story at an address; None where it has none."""
    query = select(messages.c.message_id).where(
        messages.c.address == address, messages.c.story == story
    )
    return (await db.execute(query)).scalar_one_or_none()


async def is_told_with_others(db: AsyncConnection, address: str, story: str) -> bool:
    """Whether a story's message at an address is a batch of several stories."""
    query = select(messages.c.gathered).where(
        messages.c.address == address, messages.c.story == story
    )
    return bool((await db.execute(query)).scalar_one_or_none())


async def mark_told(db: AsyncConnection, row: OutboxRow, now: datetime) -> None:
    """Set a row to batched: its story was sent with others, and has no message of its own."""
    await _mark(db, row, Status.GATHERED, "told together with others", now)


async def last_message_id(db: AsyncConnection, address: str) -> int:
    """The highest known message id at an address; 0 where none is known."""
    query = select(addresses.c.last_message_id).where(addresses.c.address == address)
    return (await db.execute(query)).scalar_one_or_none() or 0


async def last_message_ids(db: AsyncConnection) -> dict[str, int]:
    """The highest known message id at each address."""
    rows = await db.execute(select(addresses.c.address, addresses.c.last_message_id))
    return {row.address: row.last_message_id for row in rows}


async def note_message_id(db: AsyncConnection, address: str, message_id: int) -> None:
    """Store the highest known message id at an address."""
    insert = insert_for(db.dialect)(addresses)
    values = insert.values(address=address, last_message_id=message_id)
    await db.execute(
        values.on_conflict_do_update(
            index_elements=["address"],
            set_={"last_message_id": message_id},
            where=addresses.c.last_message_id < message_id,
        )
    )


async def rest(db: AsyncConnection, address: str, until: datetime) -> None:
    """Store a rate-limit pause: nothing may be sent to the address before that time."""
    insert = insert_for(db.dialect)(addresses)
    values = insert.values(address=address, last_message_id=0, rests_until=until)
    await db.execute(
        values.on_conflict_do_update(index_elements=["address"], set_={"rests_until": until})
    )


async def rests_until(db: AsyncConnection, address: str) -> datetime | None:
    """The end of an address's rate-limit pause, if there ever was one."""
    query = select(addresses.c.rests_until).where(addresses.c.address == address)
    until: datetime | None = (await db.execute(query)).scalar_one_or_none()
    return until


async def count_changed(db: AsyncConnection, channels: Iterable[str]) -> int:
    """How many texts of these channels were sent without markup, since it was refused."""
    query = select(func.count()).where(
        outbox.c.channel.in_(list(channels)),
        outbox.c.status == Status.SENT,
        outbox.c.reason != "",
    )
    return int((await db.execute(query)).scalar_one())


async def counts(db: AsyncConnection, channels: Iterable[str]) -> dict[Status, int]:
    """The number of rows of these channels by status."""
    query = (
        select(outbox.c.status, func.count())
        .where(outbox.c.channel.in_(list(channels)))
        .group_by(outbox.c.status)
    )
    rows = (await db.execute(query)).all()
    return {Status(status): count for status, count in rows}


async def forget_outbox_rows(db: AsyncConnection, before: datetime) -> int:
    """Delete rows that were sent or given up before a time."""
    done = outbox.c.status.in_([Status.SENT, Status.FAILED, Status.GATHERED])
    result = await db.execute(delete(outbox).where(done, outbox.c.changed < before))
    await db.execute(delete(messages).where(messages.c.sent < before))
    return result.rowcount


def _record(row: Row[Any]) -> OutboxRow:
    values = dict(zip(row._fields, row, strict=True))
    return OutboxRow(
        **{**values, "status": Status(values["status"]), "urgency": Urgency(values["urgency"])}
    )


async def _mark(
    db: AsyncConnection, row: OutboxRow, status: Status, reason: str, now: datetime
) -> None:
    await db.execute(
        update(outbox)
        .where(outbox.c.id == row.id)
        .values(status=status, reason=reason, changed=now)
    )
