"""Per-host locks: one request at a time to a host, and a pause between two."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager


class _HostLock:
    __slots__ = ("free_at", "lock", "users")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0
        self.free_at = 0.0


class HostLocks:
    """Locks by host; a host is not handed out again before `pause` seconds have passed."""

    def __init__(
        self,
        pause: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Use this pause, clock and way to wait."""
        self._pause = pause
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _HostLock] = {}
        self._tidy_at = 0.0

    def __len__(self) -> int:
        """How many hosts are locked or in their pause."""
        return len(self._hosts)

    @asynccontextmanager
    async def hold(self, host: str, pause: float = 0.0) -> AsyncIterator[None]:
        """Lock a host for the time of the block, waiting for it if needed.

        It is left alone for `pause` seconds after it where that is longer than usual.
        """
        host_lock = self._hosts.setdefault(host, _HostLock())
        host_lock.users += 1
        try:
            async with host_lock.lock:
                if (wait := host_lock.free_at - self._clock()) > 0:
                    await self._sleep(wait)
                try:
                    yield
                finally:
                    host_lock.free_at = self._clock() + max(self._pause, pause)
        finally:
            host_lock.users -= 1
            self._tidy(host, host_lock)

    def _tidy(self, host: str, host_lock: _HostLock) -> None:
        now = self._clock()
        if not host_lock.users and host_lock.free_at <= now:
            self._hosts.pop(host, None)
        if now >= self._tidy_at:
            self._tidy_at = now + max(self._pause, 1.0)
            rested = [h for h, t in self._hosts.items() if not t.users and t.free_at <= now]
            for name in rested:
                del self._hosts[name]
