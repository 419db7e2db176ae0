"""What the benches of whole polls share: the polls, and how fast something was."""

import asyncio
import statistics
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from bot.clock import Clock
from bot.configuration.records import Configuration
from bot.engine import memory
from bot.pipeline.ingest import Ingest
from store import open_store, sqlite_url
from watchers import SourceState, Watcher, open_fetcher, poll


@dataclass(frozen=True, slots=True)
class Rate:
    """How many a second: by the clock, and by the time that the process had the core."""

    wall: float
    core: float


def spread(values: Sequence[float], form: str) -> str:
    """Least, median and most."""
    least, middle, most = min(values), statistics.median(values), max(values)
    return f"{least:{form}} / {middle:{form}} / {most:{form}}"


def watcher(number: int, url: str) -> Watcher:
    """A watcher of a feed on this machine."""
    return Watcher(
        f"feed-{number}", f"Feed {number}", url, every=timedelta(minutes=5), allow_private=True
    )


@asynccontextmanager
async def polls(configuration: Configuration) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """What polls the watcher of a number and commits what it brings, in a database of its own."""
    clock, random = Clock(), Random(1)
    watchers = configuration.watchers
    states = [SourceState(watcher.name) for watcher in watchers]
    with tempfile.TemporaryDirectory() as folder:
        async with (
            open_store(sqlite_url(Path(folder) / "bench.db")) as stored,
            open_fetcher(user_agent="Backchannel/bench", pause=0) as fetcher,
            asyncio.TaskGroup() as tasks,
        ):
            ingest = Ingest(configuration, stored, clock, lambda _: None)
            ingesting = tasks.create_task(ingest.run())
            memory.freeze()

            async def visit(number: int) -> None:
                polled = await poll(watchers[number], states[number], fetcher, clock.now, random)
                assert not polled.state.errors, polled.state.last_error
                states[number] = await ingest(polled)

            yield visit
            ingesting.cancel()
