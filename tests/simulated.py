"""Time that goes on at once where nothing but time is waited for."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import aiosqlite

# A clock that stood still would let rounding errors wait for ever.
TICK = 1e-6
# What was written to a socket of this machine is there to be read by then.
ON_ITS_WAY = 0.0005


class _Selector(selectors.DefaultSelector):
    """Instead of waiting for time it moves it on, unless threads are at work."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.busy = 0

    def select(self, timeout: float | None = None) -> list[Any]:
        self.now += TICK
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self.busy or timeout is None:
            return super().select(1.0)
        ready = super().select(ON_ITS_WAY)
        if not ready:
            self.now += max(timeout, 0.0)
        return ready


class SimulatedLoop(asyncio.SelectorEventLoop):
    """A loop whose time begins at 0 and jumps to the next timer when nothing is at work.

    Servers and clients that run in it talk over real sockets, databases and threads work: time
    stands still meanwhile.
    """

    def __init__(self) -> None:
        self._time = _Selector()
        super().__init__(self._time)

    def time(self) -> float:
        return self._time.now

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        self._time.busy += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(lambda _: self.done())
        return future

    def begun(self) -> None:
        """Something is at work outside of the loop."""
        self._time.busy += 1

    def done(self) -> None:
        """It is done."""
        self._time.busy -= 1


@contextmanager
def simulated() -> Iterator[SimulatedLoop]:
    """A simulated loop that knows when SQLite's threads are at work."""
    execute: Callable[..., Awaitable[Any]] = aiosqlite.Connection._execute

    async def counted(self: aiosqlite.Connection, *args: Any, **kwargs: Any) -> Any:
        loop.begun()
        try:
            return await execute(self, *args, **kwargs)
        finally:
            loop.done()

    loop = SimulatedLoop()
    asyncio.set_event_loop(loop)
    try:
        with patch.object(aiosqlite.Connection, "_execute", counted):
            yield loop
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        asyncio.set_event_loop(None)
        loop.close()
