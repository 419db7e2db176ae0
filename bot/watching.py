"""Reading the sources when they are due."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from random import Random

import structlog

from bot.clock import Clock
from watchers import Fetcher, Poll, Schedule, SourceState, Watcher, poll

# After a fault of our own (a full disk, a bug), not of the source.
REPEAT_AFTER = timedelta(minutes=1)
# Each takes a connection, of which a process may have a thousand.
POLLS_AT_A_TIME = 400

log = structlog.get_logger()


class Watching:
    """Polls each watcher when the schedule says so, and hands what it brings to `ingest`."""

    def __init__(
        self,
        watchers: Mapping[str, Watcher],
        states: Mapping[str, SourceState],
        fetcher: Fetcher,
        ingest: Callable[[Poll], Awaitable[SourceState]],
        *,
        clock: Clock,
        rng: Random,
    ) -> None:
        self._watchers = watchers
        self._states = {name: states.get(name) or SourceState(name) for name in watchers}
        self._fetcher = fetcher
        self._ingest = ingest
        self._clock = clock
        self._rng = rng
        self._free = asyncio.Semaphore(POLLS_AT_A_TIME)

    async def run(self, schedule: Schedule) -> None:
        """Poll until cancelled."""
        for name, state in self._states.items():
            schedule.start(self._watchers[name], state, of=len(self._states))
        async with asyncio.TaskGroup() as polls:
            async for name in schedule:
                polls.create_task(self._poll(name, schedule))

    async def _poll(self, name: str, schedule: Schedule) -> None:
        before = self._states[name]
        due = self._clock.now() + REPEAT_AFTER
        try:
            async with self._free:
                polled = await poll(
                    self._watchers[name], before, self._fetcher, self._clock.now, self._rng
                )
            after = await self._ingest(polled)
        except Exception:
            # One source's poll must not end the others'; it is told, and tried again.
            log.exception("poll failed: a fault of ours", watcher=name)
        else:
            self._states[name] = after
            due = after.next_poll or due
            _tell(before, after, len(polled.served))
        finally:
            schedule.at(name, due)


def _tell(before: SourceState, after: SourceState, served: int) -> None:
    watcher = after.watcher
    if after.errors and not before.errors:
        log.warning("source failed", watcher=watcher, reason=after.last_error)
    elif before.errors and not after.errors:
        log.info("source is back", watcher=watcher)
    log.debug("polled", watcher=watcher, served=served, new=after.entries - before.entries)
