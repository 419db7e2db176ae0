"""Feeds a second from the request to the database, beside others: `python -m bench.ingest`.

Ours is the whole way: the poll, the rules of config.toml, stories, and the commit in SQLite. Beside
it, `reader` does what it does (fetch, parse, store), and a loop of httpx and feedparser fetches and
parses and stores nothing. All in the same run, in turns, each in a process of its own on the same
core, with the same kind of feeds from a server on another core: of a feed's answers, one in ten is
a body of 40 kB with a new entry, the rest are 304.
"""

import argparse
import asyncio
import gc
import multiprocessing
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    ExitStack,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from bench.origin import CLIENT_CORE, Mix, Origin, origin, pin
from bench.others import feedparser_loop, reader_of
from bench.ours import Rate, polls, spread, watcher
from bot.configuration.loading import load
from bot.pipeline.reading.watching import POLLS_AT_A_TIME

TARGET = 5.0
OURS, READER = "ingest", "reader"
CONFIG = Path(__file__).parents[1] / "config.toml"

Round = Callable[[], Awaitable[None]]


def main() -> None:
    options = _options()
    with origin(Mix(unchanged=0.0, changed=0.1, kilobytes=40)) as feeds:
        rounds = _measure(feeds, options)
    _report(rounds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--feeds", type=int, default=600, help="for each client, once in a round")
    return parser.parse_args()


def _measure(feeds: Origin, options: argparse.Namespace) -> list[dict[str, Rate]]:
    rounds = []
    with ExitStack() as opened:
        clients: dict[str, Callable[[], Rate]] = {}
        for place, name in enumerate(CLIENTS):
            # Each has feeds of its own, so that what one reads is not news to another.
            urls = [feeds.url(place * 10_000 + number) for number in range(options.feeds)]
            clients[name] = opened.enter_context(_process(name, urls))
            # The first round reads and stores every entry: it is not measured.
            clients[name]()
        for number in range(options.rounds):
            # None goes twice in a row: its connections would still be open, those of others not.
            first = number % len(clients)
            order = [*list(clients)[first:], *list(clients)[:first]]
            rates = {name: clients[name]() for name in order}
            rounds.append(rates)
            print("  ".join(f"{name} {rates[name].wall:,.0f}/s" for name in clients), flush=True)
    return rounds


@contextmanager
def _process(name: str, urls: Sequence[str]) -> Iterator[Callable[[], Rate]]:
    """What lets a client read its feeds once: in a process, so that none bears another's memory."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_rounds, args=(name, urls, theirs), daemon=True)
    process.start()
    theirs.close()

    def once() -> Rate:
        ours.send(None)
        rate: Rate = ours.recv()
        return rate

    try:
        yield once
    finally:
        ours.close()
        process.join()


def _rounds(name: str, urls: Sequence[str], pipe: Connection) -> None:
    pin(CLIENT_CORE)

    async def answer() -> None:
        async with CLIENTS[name](urls) as once:
            while await asyncio.to_thread(_is_asked, pipe):
                pipe.send(await _rate(once, len(urls)))

    asyncio.run(answer())


def _is_asked(pipe: Connection) -> bool:
    try:
        pipe.recv()
    except EOFError:
        return False
    return True


async def _rate(once: Round, count: int) -> Rate:
    gc.collect()
    wall, core = time.perf_counter(), time.process_time()
    await once()
    return Rate(count / (time.perf_counter() - wall), count / (time.process_time() - core))


@asynccontextmanager
async def _ingest(urls: Sequence[str]) -> AsyncIterator[Round]:
    watchers = tuple(watcher(number, url) for number, url in enumerate(urls))
    async with polls(replace(load(CONFIG), watchers=watchers)) as poll:
        free = asyncio.Semaphore(POLLS_AT_A_TIME)

        async def visit(number: int) -> None:
            async with free:
                await poll(number)

        async def once() -> None:
            await asyncio.gather(*map(visit, range(len(urls))))

        yield once


@asynccontextmanager
async def _reader(urls: Sequence[str], workers: int) -> AsyncIterator[Round]:
    with reader_of(urls) as reader:

        async def once() -> None:
            # It blocks, which harms nobody here: its connection belongs to this thread.
            for result in reader.update_feeds_iter(scheduled=False, workers=workers):
                assert not isinstance(result.value, Exception), result.value

        yield once


@asynccontextmanager
async def _loop(urls: Sequence[str]) -> AsyncIterator[Round]:
    async with feedparser_loop() as visit:

        async def once() -> None:
            await asyncio.gather(*map(visit, urls))

        yield once


CLIENTS: Mapping[str, Callable[[Sequence[str]], AbstractAsyncContextManager[Round]]] = {
    OURS: _ingest,
    READER: lambda urls: _reader(urls, 1),
    "reader, 10 threads": lambda urls: _reader(urls, 10),
    "httpx+feedparser": _loop,
}


def _report(rounds: Sequence[Mapping[str, Rate]]) -> None:
    print(f"\n{'min/median/max':20}{'feeds a second':>22}{'ours beside it':>20}", end="")
    print(f"{'a second of the core':>24}{'ours beside it':>20}")
    for name in rounds[0]:
        print(f"{name:20}", end="")
        print(f"{spread([one[name].wall for one in rounds], ',.0f'):>22}", end="")
        print(f"{spread([one[OURS].wall / one[name].wall for one in rounds], '.1f'):>20}", end="")
        print(f"{spread([one[name].core for one in rounds], ',.0f'):>24}", end="")
        print(f"{spread([one[OURS].core / one[name].core for one in rounds], '.1f'):>20}")
    # The better of each round would be an unfair one: how fast a round is, is chance as well.
    readers = [name for name in rounds[0] if READER in name]
    faster = max(readers, key=lambda name: statistics.median(one[name].wall for one in rounds))
    ratio = statistics.median(one[OURS].wall / one[faster].wall for one in rounds)
    verdict = "met" if ratio >= TARGET else "MISSED"
    print(f"\ntarget: {TARGET:g} times the faster reader ({faster}): {ratio:.1f}, {verdict}")


if __name__ == "__main__":
    main()
