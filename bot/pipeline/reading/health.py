"""Source health: what is the matter with sources that can be read is told once."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

import store
from bot.clock import Clock
from store import Store
from watchers import SourceState, Trouble, Watcher
from watchers.health import NO_SAMPLE, troubles

EVERY: Final = timedelta(hours=1)
LOOKS_BACK: Final = timedelta(days=14)
MOST_TOLD: Final = 20
AT_A_TIME: Final = 100
HEADING: Final = "Sources that need a look:"

log = structlog.get_logger()

Told = dict[str, dict[Trouble, datetime]]


class SourceHealth:
    """Looks at all sources every hour, and tells administrators of each trouble once."""

    def __init__(
        self,
        watchers: Sequence[Watcher],
        stored: Store,
        clock: Clock,
        tell: Callable[[str], Awaitable[None]],
    ) -> None:
        self._watchers = watchers
        self._store = stored
        self._clock = clock
        self._tell = tell

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self._clock.sleep(EVERY.total_seconds())
            await self.look()

    async def look(self) -> None:
        """Look once."""
        now = self._clock.now()
        async with self._store.read() as db:
            told = await store.told_troubles(db)
        lasting: Told = {}
        news: list[str] = []
        # Thousands at once would hold up everything else, and take megabytes.
        for first in range(0, len(self._watchers), AT_A_TIME):
            some = self._watchers[first : first + AT_A_TIME]
            news += await self._look_at(some, told, lasting, now)
        if lasting != told:
            async with self._store.write() as db:
                await store.replace_troubles(db, lasting)
        if news:
            await self._tell("\n".join([HEADING, *_first(news)]))

    async def _look_at(
        self, watchers: Sequence[Watcher], told: Told, lasting: Told, now: datetime
    ) -> list[str]:
        """Look at some sources, note what lasts, and return what is to be told."""
        names = [watcher.name for watcher in watchers]
        async with self._store.read() as db:
            states = await store.source_states(db, names)
            samples = await store.samples(db, now - LOOKS_BACK, names)
        news: list[str] = []
        for watcher in watchers:
            name = watcher.name
            if (state := states.get(name)) is None:
                continue
            known = dict(_lasting(told.get(name, {}), state))
            found = dict(troubles(watcher, state, samples.get(name, NO_SAMPLE), known))
            for trouble in found.keys() - known.keys():
                log.warning("source in trouble", watcher=name, trouble=trouble)
                news.append(f"{watcher.title} ({name}): {found[trouble]}")
            for trouble in told.get(name, {}).keys() - found.keys():
                log.info("trouble is over", watcher=name, trouble=trouble)
            if found:
                lasting[name] = {trouble: known.get(trouble, now) for trouble in found}
        return news


def _lasting(
    told: dict[Trouble, datetime], state: SourceState
) -> Iterator[tuple[Trouble, datetime]]:
    for trouble, since in told.items():
        if trouble is not Trouble.SILENT or state.last_new is None or state.last_new < since:
            yield trouble, since


def _first(news: list[str]) -> Iterator[str]:
    yield from news[:MOST_TOLD]
    if len(news) > MOST_TOLD:
        yield f"and {len(news) - MOST_TOLD} more: see /feeds"
