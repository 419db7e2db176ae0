"""getUpdates: a request that waits until there is something to hand over."""

import asyncio
import contextlib
import threading
from collections.abc import Mapping
from typing import Any

from .records import Json, RefusalError
from .state import State

_CONFLICT = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


class LongPolling:
    """The one request for updates that is open; a new one ends the one before."""

    def __init__(self, state: State, lock: threading.RLock) -> None:
        self._state = state
        self._lock = lock
        self._wakeup: asyncio.Event | None = None
        self._number = 0

    async def get_updates(self, params: Mapping[str, Any]) -> list[Json]:
        """The updates that are asked for, as soon as there are any or the time is over.

        Raises:
            RefusalError: a webhook is set, or another request came.
        """
        if self._state.webhook:
            raise RefusalError(409, _WEBHOOK)
        if self._wakeup is not None:
            self._wakeup.set()
        self._number += 1
        mine, self._wakeup = self._number, asyncio.Event()
        ends = asyncio.get_running_loop().time() + float(params.get("timeout") or 0)
        offset, limit = params.get("offset") or 0, params.get("limit") or 100
        while True:
            with self._lock:
                self._wakeup.clear()
                found = self._state.waiting_updates(offset, limit, params.get("allowed_updates"))
            left = ends - asyncio.get_running_loop().time()
            if found or left <= 0:
                return found
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wakeup.wait(), left)
            if mine != self._number:
                raise RefusalError(409, _CONFLICT)

    def wake(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """Let the open request look again; from any thread, `loop` is the server's."""
        if loop is not None and self._wakeup is not None:
            loop.call_soon_threadsafe(self._wakeup.set)

    def interrupt(self) -> None:
        """End the open request, in the server's loop."""
        self._number += 1
        if self._wakeup is not None:
            self._wakeup.set()
