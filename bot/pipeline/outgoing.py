"""Drafts of messages into the outbox."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

import store
from bot.messages.drafts import Draft


async def enqueue(
    db: AsyncConnection, drafts: Iterable[Draft], now: datetime, edit_every: timedelta
) -> set[str]:
    """Put drafts into the outbox; returns the channels that have something new to send."""
    channels = set()
    for draft in drafts:
        if await store.enqueue(
            db,
            draft.channel,
            draft.story,
            draft.text,
            now,
            reply_to=draft.reply_to,
            silent=draft.silent,
            due=draft.due,
            spacing=edit_every,
            urgency=draft.urgency,
            edit_only=draft.edit_only,
        ):
            channels.add(draft.channel)
    return channels
