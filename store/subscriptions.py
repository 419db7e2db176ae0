"""Queries for WebSub subscriptions: their status and secrets."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import insert_for
from store.tables import subscriptions


class Standing(StrEnum):
    """The status of a subscription."""

    ASKED = "asked"
    VERIFIED = "verified"
    PROVEN = "proven"
    DENIED = "denied"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A watcher's subscription to its topic at a hub.

    `address` and `path` make the callback's address. The hub is asked (again) at `due`, and was so
    often since it last agreed. It sends what is new up to `until`; PROVEN, once it has done so.
    """

    watcher: str
    topic: str
    hub: str
    address: str
    path: str = field(repr=False)
    secret: str = field(repr=False)
    due: datetime
    standing: Standing = Standing.ASKED
    attempts: int = 0
    until: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether the hub has agreed, and the lease has not ended."""
        agreed = self.standing in {Standing.VERIFIED, Standing.PROVEN}
        return agreed and self.until is not None and self.until > now

    def is_proven(self, now: datetime) -> bool:
        """Whether the hub has already sent something within this lease."""
        return self.standing is Standing.PROVEN and self.is_live(now)


_FIELDS = tuple(one.name for one in fields(Subscription))


async def all_subscriptions(db: AsyncConnection) -> list[Subscription]:
    """All subscriptions, those being ended too."""
    rows = (await db.execute(select(*(subscriptions.c[name] for name in _FIELDS)))).mappings()
    return [Subscription(**{**row, "standing": Standing(row["standing"])}) for row in rows]


async def live_subscriptions(db: AsyncConnection, now: datetime) -> dict[str, Subscription]:
    """The active subscriptions by watcher."""
    return {one.watcher: one for one in await all_subscriptions(db) if one.is_live(now)}


async def save_subscriptions(db: AsyncConnection, changed: Iterable[Subscription]) -> None:
    """Store subscriptions."""
    rows = [{name: getattr(one, name) for name in _FIELDS} for one in changed]
    if not rows:
        return
    insert = insert_for(db.dialect)(subscriptions)
    values = {name: insert.excluded[name] for name in _FIELDS if name != "path"}
    await db.execute(insert.on_conflict_do_update(index_elements=["path"], set_=values), rows)


async def forget_subscription(db: AsyncConnection, path: str) -> None:
    """Delete a subscription."""
    await db.execute(delete(subscriptions).where(subscriptions.c.path == path))
