"""Polling sources when they are due."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

import structlog

from bot.clock import Clock
from watchers import (
    Answer,
    Fetcher,
    Poll,
    Schedule,
    SourceState,
    Watcher,
    poll,
    read_pushed,
)
from watchers.errors import Gone
from watchers.scheduling.intervals import next_poll

# After a fault of our own (a full disk, a bug), not of the source.
REPEAT_AFTER = timedelta(minutes=1)
# Each takes a connection, of which a process may have a thousand.
POLLS_AT_A_TIME = 400
GONE = str(Gone())

log = structlog.get_logger()


class Hubs(Protocol):
    """Knows which sources are pushed by hubs."""

    async def polled(self, state: SourceState, new: int) -> bool:
        """Take note of a poll; returns whether the source is pushed and can be polled seldom."""
        ...


class Watching:
    """Polls each watcher when the schedule says so, and hands the result to `ingest`.

    `tell` is for what those who look after the bot have to know. What `hubs` say is pushed is
    polled as seldom as the watcher allows.
    """

    def __init__(
        self,
        watchers: Mapping[str, Watcher],
        states: Mapping[str, SourceState],
        fetcher: Fetcher,
        ingest: Callable[[Poll], Awaitable[SourceState]],
        *,
        clock: Clock,
        rng: Random,
        tell: Callable[[str], Awaitable[None]] | None = None,
        hubs: Hubs | None = None,
    ) -> None:
        self._watchers = watchers
        self._states = {name: states.get(name) or SourceState(name) for name in watchers}
        self._fetcher = fetcher
        self._ingest = ingest
        self._clock = clock
        self._rng = rng
        self._tell = tell
        self._hubs = hubs
        self._free = asyncio.Semaphore(POLLS_AT_A_TIME)

    async def run(self, schedule: Schedule) -> None:
        """Poll until cancelled."""
        for name, state in self._states.items():
            schedule.start(self._watchers[name], state, of=len(self._states))
        async with asyncio.TaskGroup() as polls:
            async for name in schedule:
                polls.create_task(self._poll(name, schedule))

    async def push(self, name: str, body: bytes, content_type: str) -> None:
        """Ingest what a hub pushed of a watcher's source; returns when it is committed.

        Raises:
            SourceFault: it cannot be read.
        """
        watcher, state = self._watchers[name], self._states[name]
        url = state.url or watcher.url
        sent = Answer(body, url, content_type, watcher, self._clock.now())
        pushed = await read_pushed(sent, state, self._fetcher)
        after = await self._ingest(pushed)
        new = after.entries - state.entries
        log.debug("pushed", watcher=name, served=len(pushed.served), new=new)

    async def _poll(self, name: str, schedule: Schedule) -> None:
        before = self._states[name]
        due = self._clock.now() + REPEAT_AFTER
        try:
            async with self._free:
                polled = await poll(
                    self._watchers[name], before, self._fetcher, self._clock.now, self._rng
                )
            after = await self._ingest(polled)
            self._states[name] = after
            due = await self._next(before, after) or due
            _log(before, after, len(polled.served))
            await self._tell_trouble(before, after)
        except Exception:
            # One source's poll must not end the others'; it is told, and tried again.
            log.exception("poll failed: internal error", watcher=name)
        finally:
            schedule.at(name, due)

    async def _next(self, before: SourceState, after: SourceState) -> datetime | None:
        if self._hubs is None or after.next_poll is None or after.owner_changed:
            return after.next_poll
        if not await self._hubs.polled(after, after.entries - before.entries):
            return after.next_poll
        watcher = self._watchers[after.watcher]
        longest = watcher.at_most.total_seconds()
        return max(after.next_poll, next_poll(watcher, longest, self._clock.now(), rng=self._rng))

    async def _tell_trouble(self, before: SourceState, after: SourceState) -> None:
        # What is stored says whether it was told: a restart does not tell it again.
        is_gone = after.last_error == GONE != before.last_error
        owner_has_changed = after.owner_changed and not before.owner_changed
        if self._tell is not None and (is_gone or owner_has_changed):
            title = self._watchers[after.watcher].title
            await self._tell(f"{title} ({after.watcher}): {after.last_error}")


def _log(before: SourceState, after: SourceState, served: int) -> None:
    watcher = after.watcher
    if after.errors and not before.errors:
        log.warning("source failed", watcher=watcher, reason=after.last_error)
    elif before.errors and not after.errors:
        log.info("source is back", watcher=watcher)
    log.debug("polled", watcher=watcher, served=served, new=after.entries - before.entries)
