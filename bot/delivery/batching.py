"""Batching: several stories in one message where too many are pending.

After quiet hours, after a wait that Telegram asked for or an outage, over a channel's limit of
messages an hour, and in a flood from one source.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

import store
from bot.messages.digests import texts
from bot.messages.rendering import ChannelView
from store import Urgency, Waiting

HOUR: Final = timedelta(hours=1)
# What comes at once is sent singly, as fast as Telegram takes it, for so long...
PATIENCE: Final = timedelta(minutes=1)
# ... and so many more are not too many.
SINGLY: Final = 3
_NO_LIMIT: Final = 1_000_000


class Batching:
    """Batches a channel's pending rows before its sender takes the next one."""

    def __init__(self, page: ChannelView) -> None:
        self._view = page
        self._channel = page.channel

    async def batch(self, db: AsyncConnection, address: str, now: datetime) -> None:
        """Replace rows of several stories by batches where there are too many, or postpone them.

        What waits to be told so and was not sent yet is told anew, as it is now.
        """
        name = self._channel.name
        waiting = await store.waiting(db, name, address, now)
        if not waiting:
            return
        room, more_at = await self._room(db, address, now)
        if room <= 0:
            await store.postpone(db, [one.id for one in waiting], more_at)
            return
        again = await store.dissolve_batches(db, name)
        if again:
            waiting = await store.waiting(db, name, address, now)
        is_too_much = again or _are_too_many(waiting, now) or len(waiting) > room
        chosen = waiting if is_too_much else [w for w in waiting if w.urgency is Urgency.BULK]
        if len({one.story for one in chosen}) > 1:
            await self._tell_together(db, chosen, room, now)

    async def _room(self, db: AsyncConnection, address: str, now: datetime) -> tuple[int, datetime]:
        """How many messages may be sent now, and from when on more may be."""
        limit = self._channel.messages_an_hour
        if limit is None:
            return _NO_LIMIT, now
        sent = await store.sent_since(db, address, now - HOUR)
        return limit - len(sent), sent[-limit] + HOUR if len(sent) >= limit else now

    async def _tell_together(
        self, db: AsyncConnection, waiting: Sequence[Waiting], room: int, now: datetime
    ) -> None:
        silent = all(one.silent for one in waiting)
        wanted = dict.fromkeys(one.story for one in waiting)
        found = {story.id: story for story in await store.find_stories(db, wanted)}
        stories = [found[one] for one in wanted if one in found]
        heading = self._heading(waiting)
        told = await asyncio.to_thread(texts, stories, self._view, heading, {})
        for one in told[:room]:
            await store.put_batch(db, self._channel.name, one.text, one.stories, now, silent=silent)

    def _heading(self, waiting: Sequence[Waiting]) -> str:
        hours, zone = self._channel.quiet_hours, self._channel.timezone
        at_night = hours is not None and all(hours.until(w.created, zone) for w in waiting)
        return self._view.labels.quiet_news if at_night else self._view.labels.gathered_news


def _are_too_many(waiting: Sequence[Waiting], now: datetime) -> bool:
    late = [one for one in waiting if one.held or now - one.created > PATIENCE]
    return len(late) > SINGLY or sum(one.held for one in waiting) > 1
