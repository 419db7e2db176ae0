"""Housekeeping: what is older than `keep` is deleted from the database."""

from datetime import timedelta

import structlog

import store
from bot.clock import Clock
from store import Store

EVERY = timedelta(hours=6)

log = structlog.get_logger()


async def delete_old(stored: Store, keep: timedelta, clock: Clock) -> None:
    """Delete what is older than `keep`, at once and then every six hours, until cancelled."""
    while True:
        before = clock.now() - keep
        async with stored.write() as db:
            rows = await store.forget_outbox_rows(db, before)
            stories = await store.forget_stories(db, before)
            entries = await store.forget_entries(db, before)
            keys = await store.forget_keys(db, before)
            await store.forget_corrections(db, before)
        if rows or stories or entries or keys:
            log.info("deleted old data", entries=entries, stories=stories, outbox_rows=rows)
        await clock.sleep(EVERY.total_seconds())
