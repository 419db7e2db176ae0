"""Polling sources when they are due."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.configuration.run_options import RunOptions
from bot.pipeline.reading.first_reading import FirstReading, Recent, by_turns
from bot.pipeline.reading.reachability import LEAST, Reachability
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
from watchers.scheduling.schedule import CATCH_UP

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

    `recent` counts what there is of the last day, to be shown after the first reading; `tell` is
    for what those who look after the bot have to know. What `hubs` say is pushed is
    polled as seldom as the watcher allows.
    """

    def __init__(
        self,
        watchers: Mapping[str, Watcher],
        states: Mapping[str, SourceState],
        fetcher: Fetcher,
        ingest: Callable[[Poll], Awaitable[SourceState]],
        options: RunOptions,
        *,
        recent: Callable[[], Awaitable[Recent]],
        tell: Callable[[str], Awaitable[None]] | None = None,
        hubs: Hubs | None = None,
    ) -> None:
        self._watchers = watchers
        self._states = {name: states.get(name) or SourceState(name) for name in watchers}
        self._fetcher = fetcher
        self._ingest = ingest
        self._options = options
        self._recent = recent
        self._clock, self._rng = options.clock, options.random
        self._tell = tell
        self._hubs = hubs
        self._reachability = Reachability(len(watchers), options.clock.now)
        self._free = asyncio.Semaphore(POLLS_AT_A_TIME)

    async def run(self, schedule: Schedule) -> None:
        """Poll until cancelled; sources that were never read are read at once."""
        new = [self._watchers[n] for n, s in self._states.items() if s.next_poll is None]
        for name, state in self._states.items():
            if state.next_poll is not None:
                schedule.start(self._watchers[name], state, of=len(self._states))
        async with asyncio.TaskGroup() as polls:
            if new:
                names = [watcher.name for watcher in by_turns(new)]
                polls.create_task(self._read_first(names, schedule))
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

    async def _read_first(self, names: Sequence[str], schedule: Schedule) -> None:
        first = FirstReading(self._recent, self._clock, self._options.progress, len(names))
        async with asyncio.TaskGroup() as polls:
            tasks = {name: polls.create_task(self._poll(name, schedule, first)) for name in names}
            await first.enough()
            await asyncio.gather(*(tasks[name] for name in first.finished))
            self._note_first(first)
            await first.done()

    def _note_first(self, first: FirstReading) -> None:
        """Log what failed at the first reading: in one line, since there may be many."""
        if len(first.unreachable) == len(first.finished):
            for name in first.unreachable:
                self._note_missed(name, self._states[name].last_error, at_once=True)
        else:
            self._reachability.reached()
            if first.failed:
                names = ", ".join(first.failed)
                log.warning("sources failed", count=len(first.failed), watchers=names)

    async def _read(self, name: str) -> Poll:
        async with self._free:
            state = self._states[name]
            return await poll(
                self._watchers[name], state, self._fetcher, self._clock.now, self._rng
            )

    async def _poll(self, name: str, schedule: Schedule, first: FirstReading | None = None) -> None:
        before = self._states[name]
        due = self._clock.now() + REPEAT_AFTER
        try:
            polled = await (first.read(name, self._read) if first else self._read(name))
            after = await self._ingest(polled)
            self._states[name] = after
            due = await self._next(before, after) or due
            log.debug(
                "polled",
                watcher=name,
                served=len(polled.served),
                new=after.entries - before.entries,
            )
            if first is None or name not in first.finished:
                self._note(before, after, polled, schedule)
            await self._tell_trouble(before, after)
        except Exception:
            # One source's poll must not end the others'; it is told, and tried again.
            log.exception("poll failed: internal error", watcher=name)
        finally:
            schedule.at(name, due)

    def _note(
        self, before: SourceState, after: SourceState, polled: Poll, schedule: Schedule
    ) -> None:
        """Log what changed with a source, but not of each one that the network went away."""
        failed = bool(after.errors and not before.errors)
        if after.gaps > before.gaps:
            log.warning(
                "entries may have been missed",
                watcher=after.watcher,
                since=after.gap_since,
                until=after.gap_until,
            )
        if polled.unreachable:
            self._note_missed(after.watcher, after.last_error if failed else "")
            return
        self._note_reached(schedule)
        if failed:
            log.warning("source failed", watcher=after.watcher, reason=after.last_error)
        elif before.errors and not after.errors:
            log.info("source is back", watcher=after.watcher)

    def _note_missed(self, name: str, reason: str, *, at_once: bool = False) -> None:
        if len(self._watchers) < LEAST:
            if reason:
                log.warning("source failed", watcher=name, reason=reason)
        elif self._reachability.missed(name, reason, at_once=at_once):
            log.warning("no source can be reached: is there a network? they are tried again")

    def _note_reached(self, schedule: Schedule) -> None:
        was_down, missing = self._reachability.is_down, self._reachability.reached()
        if was_down:
            log.info("sources can be reached again")
            for name in missing:
                schedule.at(name, self._clock.now() + self._rng.random() * CATCH_UP)
            return
        for name, reason in missing.items():
            if reason and self._states[name].errors:
                log.warning("source failed", watcher=name, reason=reason)

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
