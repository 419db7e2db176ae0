"""A day without the bot, on 200 feeds of five kinds: `python -m bench.downtime [--hours 24]`.

Simulated sources publish at random, 10 to 320 entries a day; the real poll, the way back and the
commit in SQLite read them by a clock that jumps, with nothing left out but the network. They are
read for some hours, then nobody reads, then they are read again. Printed is what fell out of the
sources' lists meanwhile, what of that was had back, and of the rest what the source's state says
may have been missed. One in ten of those that offer their earlier entries does not answer for them.
Beside it stands what a reader has that only reads on.
"""

import argparse
import asyncio
import heapq
import tempfile
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import store
from bench.downtime.sources import KINDS, START, Source, World
from bot.clock import Clock
from bot.configuration.loading import load
from bot.pipeline.ingest import Ingest
from store import Store, open_store, sqlite_url
from watchers import Fetcher, HostLocks, Limits, SourceState, go_back, poll

HOUR = timedelta(hours=1)
HEADS = "sources published gone offered had missing told untold requests".split()
CONFIG = """\
[[channel]]
name = "talks"
chat = "@talks"
[[rule]]
name = "talks"
title = "Talks"
when = "talks"
channels = ["talks"]
[[watcher]]
name = "courier"
title = "Courier"
url = "https://courier.example/feed"
"""


@dataclass
class Reader:
    """The bot's way from a request to the database."""

    world: World
    fetcher: Fetcher
    ingest: Ingest
    states: dict[str, SourceState] = field(default_factory=dict)

    async def read(self, until: datetime) -> None:
        """Read each source when it is due."""
        watchers = {source.watcher.name: source.watcher for source in self.world.sources}
        begin = self.world.now
        due = [(self._due(name) or begin, name) for name in watchers]
        heapq.heapify(due)
        while due[0][0] < until:
            at, name = heapq.heappop(due)
            self.world.now = max(at, self.world.now)
            state = self.states.get(name) or SourceState(name)
            polled = await poll(watchers[name], state, self.fetcher, lambda: self.world.now)
            self.states[name] = await self.ingest(polled)
            heapq.heappush(due, (self._due(name) or self.world.now + HOUR, name))
        self.world.now = until

    def _due(self, name: str) -> datetime | None:
        return self.states[name].next_poll if name in self.states else None


@dataclass
class Counted:
    """What became of the entries of one kind of source that came while nobody read."""

    back: datetime
    sources: int = 0
    published: int = 0
    gone: int = 0
    offered: int = 0
    had: int = 0
    missing: int = 0
    told: int = 0
    requests: int = 0

    def count(
        self,
        source: Source,
        state: SourceState,
        titles: set[str],
        *,
        since: datetime,
        first: int,
    ) -> None:
        """Count a source; `first` is the oldest entry that it lists when it is read again."""
        self.sources += 1
        for number, time in enumerate(source.times):
            if not since < time <= self.back:
                continue
            self.published += 1
            if number >= first:
                continue
            self.gone += 1
            self.offered += source.kind != "plain feed" and source.answers_for_earlier
            if source.title(number) in titles:
                self.had += 1
                continue
            self.missing += 1
            begin, end = state.gap_since, state.gap_until
            self.told += begin is not None and end is not None and begin <= time <= end


async def simulate(options: argparse.Namespace) -> dict[str, Counted]:
    """Read, do not read, and read again."""
    away, back = START + options.before * HOUR, START + (options.before + options.hours) * HOUR
    world = World(options.feeds, back + 2 * HOUR, options.seed)
    fetcher = Fetcher(world, world, user_agent="bench", limits=Limits(), hosts=HostLocks(pause=0))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config.toml"
        file.write_text(CONFIG, "utf-8")
        watchers = tuple(source.watcher for source in world.sources)
        configuration = replace(load(file), watchers=watchers)
        async with (
            open_store(sqlite_url(Path(folder) / "bench.db")) as stored,
            asyncio.TaskGroup() as tasks,
        ):
            ingest = Ingest(
                configuration,
                stored,
                Clock(lambda: world.now),
                lambda _: None,
                go_back=partial(go_back, fetcher),
            )
            committing = tasks.create_task(ingest.run())
            reader = Reader(world, fetcher, ingest)
            try:
                await reader.read(away)
                last = {name: state.last_success for name, state in reader.states.items()}
                before = {source.number: source.requests for source in world.sources}
                world.now = back
                first = {source.number: source.first_listed() for source in world.sources}
                await reader.read(back + HOUR)
                titles = await _titles(stored)
            finally:
                committing.cancel()
                await fetcher.in_process.close()
    counted: dict[str, Counted] = {kind: Counted(back) for kind in KINDS}
    for source in world.sources:
        name = source.watcher.name
        one = counted[source.kind]
        one.requests += source.requests - before[source.number]
        away_since = last[name] or START
        one.count(source, reader.states[name], titles, since=away_since, first=first[source.number])
    return counted


async def _titles(stored: Store) -> set[str]:
    async with stored.read() as db:
        kept = store.kept_entries(db, START - timedelta(days=1), 1_000)
        return {entry.title for part in [part async for part in kept] for entry, _ in part}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--hours", type=float, default=24, help="without the bot")
    parser.add_argument("--before", type=float, default=3, help="hours of reading before")
    parser.add_argument("--seed", type=int, default=1)
    counted = asyncio.run(simulate(parser.parse_args()))
    print(f"{'':12}" + "".join(f"{head:>10}" for head in HEADS))
    for kind, one in counted.items():
        untold = one.missing - one.told
        figures = one.sources, one.published, one.gone, one.offered, one.had, one.missing
        more = one.told, untold, one.requests
        print(f"{kind:12}" + "".join(f"{figure:10}" for figure in (*figures, *more)))
    every = [*counted.values()]
    published, gone, had = (
        sum(getattr(one, name) for one in every) for name in ("published", "gone", "had")
    )
    untold = sum(one.missing - one.told for one in every)
    print(
        f"of {published} entries that came while nobody read, {published - gone} were still there, "
        f"{had} of the other {gone} were had back"
    )
    print(f"a reader that only reads on has {(published - gone) / published:.1%} of them")
    print(f"ours has {(published - gone + had) / published:.1%}")
    offered = sum(one.offered for one in every)
    print(f"offered and had back: {had} of {offered}: {'met' if had >= offered else 'MISSED'}")
    print(f"missing and not told: {untold}: {'MISSED' if untold else 'met'}")


if __name__ == "__main__":
    main()
