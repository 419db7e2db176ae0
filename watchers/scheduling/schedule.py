"""The schedule: which watcher is due when (APScheduler)."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from random import Random

from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from watchers.records import SourceState, Watcher

# Polls that were missed while nothing ran start within this time of the start, or within what
# this pace takes: thousands at once would use up all memory and files.
CATCH_UP = timedelta(seconds=5)
CATCH_UP_A_SECOND = 50


class Schedule:
    """Hands out the names of watchers when they are due: `async for name in schedule`.

    A name that was handed out is not due again before `at` says when.
    """

    def __init__(self, rng: Random, now: Callable[[], datetime]) -> None:
        """Spread first polls with this randomness; `now` is the clock."""
        # At INFO it tells each job's coming and going.
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        self._rng = rng
        self._now = now
        self._due: asyncio.Queue[str] = asyncio.Queue()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # Calls the job at once. The default executor makes a task of it, and logs each one that
            # a shutdown cancels as an error.
            executors={"default": DebugExecutor()},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1_000},
        )

    def start(self, watcher: Watcher, state: SourceState, of: int = 1) -> None:
        """Schedule the first poll of a watcher in this run; `of` is how many watchers there are.

        It is as was stored; one that is past comes within a few seconds, of thousands within a
        few minutes, so that not all come at once.
        """
        now = self._now()
        within = max(CATCH_UP, timedelta(seconds=of / CATCH_UP_A_SECOND))
        self.at(watcher.name, max(state.next_poll or now, now + self._rng.random() * within))

    def at(self, name: str, when: datetime) -> None:
        """Schedule the watcher's next poll, in place of any other."""
        self._scheduler.add_job(
            self._hand_out, DateTrigger(when), (name,), id=name, name=name, replace_existing=True
        )

    def drop(self, name: str) -> None:
        """Unschedule the watcher."""
        # Before the start, APScheduler keeps what was replaced, too.
        while self._scheduler.get_job(name) is not None:
            self._scheduler.remove_job(name)

    async def due(self) -> str:
        """The next watcher that is due; waits until one is."""
        if not self._scheduler.running:
            self._scheduler.start()
        return await self._due.get()

    def close(self) -> None:
        """Stop the scheduler."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def __aiter__(self) -> AsyncIterator[str]:
        """Each watcher as it becomes due, until cancelled."""
        try:
            while True:
                yield await self.due()
        finally:
            self.close()

    def _hand_out(self, name: str) -> None:
        self._due.put_nowait(name)
