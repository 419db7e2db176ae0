"""The first reading of sources that were never read: all at once, told together and in order."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import chain, zip_longest
from urllib.parse import urlsplit

import store
from bot.clock import Clock
from bot.configuration.run_options import FirstReadingProgress
from store import Store
from watchers import Poll, Watcher

AT_A_TIME = 50
# It ends when no source has answered for a step, or after so many steps: a source that takes longer
# is told by itself, when it answers.
STEP, STEPS = timedelta(seconds=2.5), 4
# So many polls are held at the most, for the sake of memory.
MOST_HELD = 200


Recent = tuple[int, int]
"""How many reports there are of the last day, and of how many stories."""


class FirstReading:
    """Reads sources, and holds what they served until all have answered, or enough of them."""

    def __init__(
        self,
        recent: Callable[[], Awaitable[Recent]],
        clock: Clock,
        progress: Callable[[FirstReadingProgress], None],
        sources: int,
    ) -> None:
        """`recent` counts what there is of the last day; `progress` is shown how far it came."""
        self.finished: set[str] = set()
        self.failed: list[str] = []
        self.unreachable: list[str] = []
        self._recent = recent
        self._clock = clock
        self._show = progress
        self._sources = sources
        self._free = asyncio.Semaphore(AT_A_TIME)
        self._enough = asyncio.Event()

    async def read(self, name: str, poll: Callable[[str], Awaitable[Poll]]) -> Poll:
        """Poll a source; returns once enough of them were."""
        async with self._free:
            polled = await poll(name)
        self._note(name, polled)
        await self._enough.wait()
        return polled

    async def enough(self) -> None:
        """Wait until enough sources have answered; what comes later is held no more."""
        for _ in range(STEPS):
            before = len(self.finished)
            await self._clock.wait(self._enough, self._clock.now() + STEP)
            if self._enough.is_set() or (self.finished and len(self.finished) == before):
                break
        self._enough.set()

    async def done(self) -> None:
        """Show what came of it."""
        reports, stories = await self._recent()
        counted = replace(self._progress(), reports=reports, stories=stories, done=True)
        self._show(counted)

    def _note(self, name: str, polled: Poll) -> None:
        if self._enough.is_set():
            return
        self.finished.add(name)
        if polled.state.errors:
            self.failed.append(name)
        if polled.unreachable:
            self.unreachable.append(name)
        self._show(self._progress())
        if len(self.finished) in {self._sources, MOST_HELD}:
            self._enough.set()

    def _progress(self) -> FirstReadingProgress:
        return FirstReadingProgress(
            self._sources,
            read=len(self.finished) - len(self.failed),
            failed=len(self.failed),
            unreachable=len(self.unreachable),
        )


async def of_the_last_day(stored: Store, clock: Clock) -> Recent:
    """The reports that were published in the last day, and their stories."""
    since = clock.now() - timedelta(days=1)
    async with stored.read() as db:
        stories = await store.recent_stories(db, since)
    counts = [sum(r.document.published >= since for r in story.reports) for story in stories]
    return sum(counts), sum(map(bool, counts))


def by_turns(watchers: Iterable[Watcher]) -> list[Watcher]:
    """Watchers in turns of hosts, so that sources of one do not wait for each other in a row."""
    hosts: dict[str, list[Watcher]] = {}
    for watcher in watchers:
        hosts.setdefault(urlsplit(watcher.url).hostname or "", []).append(watcher)
    return [one for one in chain.from_iterable(zip_longest(*hosts.values())) if one is not None]
