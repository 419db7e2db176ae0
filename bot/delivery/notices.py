"""Notices to administrators, each once."""

import html
from collections.abc import Callable
from hashlib import blake2b

import structlog

import store
from bot.clock import Clock
from bot.configuration.channels import ADMINISTRATORS
from store import Store

log = structlog.get_logger()


class Notices:
    """Puts notices into the outbox, so that they are delivered like all messages.

    Without a chat for them they are in the log alone.
    """

    def __init__(self, stored: Store, clock: Clock, wake: Callable[[], None] | None) -> None:
        self._store = stored
        self._clock = clock
        self._wake = wake

    async def tell(self, text: str) -> None:
        """Send a text to the administrators; the same text is sent once a day."""
        if self._wake is None:
            return
        now = self._clock.now()
        digest = blake2b(f"{now:%F}{text}".encode("utf-8", "surrogatepass"), digest_size=8)
        async with self._store.write() as db:
            await store.enqueue(
                db, ADMINISTRATORS, f"{store.NOTICE}{digest.hexdigest()}", html.escape(text), now
            )
        self._wake()
