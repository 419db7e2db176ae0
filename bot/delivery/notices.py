"""What those who look after the bot must know, told to their chat once."""

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
    """Puts notices into the outbox, so that none is lost or repeated, as with all messages.

    Without a chat for them they are in the log alone.
    """

    def __init__(self, stored: Store, clock: Clock, wake: Callable[[], None] | None) -> None:
        self._store = stored
        self._clock = clock
        self._wake = wake

    async def tell(self, text: str) -> None:
        """Tell the administrators a text. The same text on one day is told once."""
        if self._wake is None:
            return
        now = self._clock.now()
        digest = blake2b(f"{now:%F}{text}".encode("utf-8", "surrogatepass"), digest_size=8)
        async with self._store.write() as db:
            await store.enqueue(
                db, ADMINISTRATORS, f"{store.NOTICE}{digest.hexdigest()}", html.escape(text), now
            )
        self._wake()
