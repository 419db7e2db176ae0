"""Whole polls a second on one core, beside bare clients: `python -m bench.poll`.

A poll is a conditional request over HTTP and the source's new state committed to SQLite, by the
real poll, Ingest and Store. A bare client only fetches. All are measured in the same run, in
turns, on the same core, with the same server (a process of its own, on another core) and the same
number of requests at the same time. Nine answers in ten are 304, the rest an unchanged body.

Beside it: our poll alone, which stores nothing; `reader`, a feed at a time, which stores in its own
database; and a loop of httpx and feedparser, which stores nothing.
"""

import argparse
import asyncio
import gc
import itertools
import socket
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from random import Random

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from bench.origin import CLIENT_CORE, Mix, Origin, etag, origin, pin
from bench.others import feedparser_loop, reader_of
from bench.ours import Rate, polls, spread, watcher
from bot.clock import Clock
from bot.configuration.records import Configuration
from rules import Lexicon, Matcher
from watchers import SourceState, open_fetcher, poll

TARGET = 0.5
OURS = "poll"
# The transport that our fetcher stands on, asked directly: the fastest of the bare clients that
# could be put under httpx's API.
BARE = "bare transport"

Visit = Callable[[int], Awaitable[None]]


def main() -> None:
    options = _options()
    pin(CLIENT_CORE)
    with origin(Mix(kilobytes=options.kilobytes)) as feeds:
        rounds = asyncio.run(_measure(feeds, options))
    _report(rounds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=1.0, help="for each client in a round")
    parser.add_argument("--at-once", type=int, default=100, help="requests at the same time")
    parser.add_argument("--kilobytes", type=int, default=40, help="the size of a body")
    return parser.parse_args()


async def _measure(feeds: Origin, options: argparse.Namespace) -> list[dict[str, Rate]]:
    rounds = []
    async with AsyncExitStack() as clients:
        visits = {
            name: await clients.enter_async_context(client(feeds, options.at_once))
            for name, client in CLIENTS.items()
        }
        for visit in visits.values():
            # The first poll of a source reads and stores its entries: it is not measured.
            await asyncio.gather(*map(visit, range(options.at_once)))
        for number in range(options.rounds):
            # Whoever goes first in one round goes last in the next.
            order = list(visits) if number % 2 else list(reversed(visits))
            rates = {name: await _rate(visits[name], options) for name in order}
            rounds.append(rates)
            print("  ".join(f"{n} {rates[n].wall:,.0f}/s" for n in visits), flush=True)
    return rounds


async def _rate(visit: Visit, options: argparse.Namespace) -> Rate:
    done = itertools.count()
    gc.collect()
    wall, core = time.perf_counter(), time.process_time()

    async def visits(number: int) -> None:
        while time.perf_counter() < wall + options.seconds:
            await visit(number)
            next(done)

    await asyncio.gather(*map(visits, range(options.at_once)))
    count = next(done)
    return Rate(count / (time.perf_counter() - wall), count / (time.process_time() - core))


@asynccontextmanager
async def _polls(feeds: Origin, at_once: int) -> AsyncIterator[Visit]:
    configuration = Configuration(
        channels=(),
        watchers=tuple(watcher(number, feeds.url(number)) for number in range(at_once)),
        rules=(),
        matcher=Matcher([], Lexicon.from_tables({})),
    )
    async with polls(configuration) as visit:
        yield visit


@asynccontextmanager
async def _polls_alone(feeds: Origin, at_once: int) -> AsyncIterator[Visit]:
    clock, random = Clock(), Random(1)
    watchers = [watcher(number, feeds.url(number)) for number in range(at_once)]
    states = [SourceState(one.name) for one in watchers]
    async with open_fetcher(user_agent="Backchannel/bench", pause=0) as fetcher:

        async def visit(number: int) -> None:
            polled = await poll(watchers[number], states[number], fetcher, clock.now, random)
            assert not polled.state.errors, polled.state.last_error
            states[number] = polled.state

        yield visit


@asynccontextmanager
async def _reader(feeds: Origin, at_once: int) -> AsyncIterator[Visit]:
    urls = [feeds.url(number) for number in range(at_once)]
    with reader_of(urls) as reader:

        async def visit(number: int) -> None:
            reader.update_feed(urls[number])

        yield visit


@asynccontextmanager
async def _loop(feeds: Origin, at_once: int) -> AsyncIterator[Visit]:
    urls = [feeds.url(number) for number in range(at_once)]
    async with feedparser_loop() as read:
        yield lambda number: read(urls[number])


def _headers() -> Mapping[str, str]:
    return {
        "User-Agent": "Backchannel/bench",
        "Accept": "*/*",
        "Accept-Encoding": "gzip",
        "If-None-Match": etag(0),
    }


@asynccontextmanager
async def _session() -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(limit=0, family=socket.AF_INET)
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        yield session


@asynccontextmanager
async def _aiohttp(feeds: Origin, at_once: int) -> AsyncIterator[Visit]:
    urls = [feeds.url(number) for number in range(at_once)]
    headers = _headers()
    async with _session() as session:

        async def visit(number: int) -> None:
            async with session.get(urls[number], headers=headers) as response:
                await response.read()

        yield visit


@asynccontextmanager
async def _bare_transport(feeds: Origin, at_once: int) -> AsyncIterator[Visit]:
    urls = [httpx.URL(feeds.url(number)) for number in range(at_once)]
    headers = _headers()
    extensions = {"timeout": httpx.Timeout(15).as_dict()}
    async with _session() as session:
        transport = AiohttpTransport(client=session)

        async def visit(number: int) -> None:
            request = httpx.Request("GET", urls[number], headers=headers, extensions=extensions)
            response = await transport.handle_async_request(request)
            await response.aread()
            await response.aclose()

        yield visit


@asynccontextmanager
async def _httpx_client(feeds: Origin, at_once: int) -> AsyncIterator[Visit]:
    urls = [feeds.url(number) for number in range(at_once)]
    headers = _headers()
    async with (
        _session() as session,
        httpx.AsyncClient(transport=AiohttpTransport(client=session), timeout=15) as client,
    ):

        async def visit(number: int) -> None:
            await client.get(urls[number], headers=headers)

        yield visit


CLIENTS: Mapping[str, Callable[[Origin, int], AbstractAsyncContextManager[Visit]]] = {
    OURS: _polls,
    BARE: _bare_transport,
    "httpx client": _httpx_client,
    "aiohttp": _aiohttp,
    "poll alone": _polls_alone,
    "reader": _reader,
    "httpx+feedparser": _loop,
}


def _report(rounds: Sequence[Mapping[str, Rate]]) -> None:
    print(f"\n{'':18}{'a second':>28}{'a second of the core':>30}")
    for name in rounds[0]:
        by_clock = spread([one[name].wall for one in rounds], ",.0f")
        by_core = spread([one[name].core for one in rounds], ",.0f")
        print(f"{name:18}{by_clock:>28}{by_core:>30}")
    print(f"\n{'poll beside':18}{'min/median/max':>28}{'min/median/max':>30}")
    for name in rounds[0]:
        if name != OURS:
            by_clock = spread([one[OURS].wall / one[name].wall for one in rounds], ".2f")
            by_core = spread([one[OURS].core / one[name].core for one in rounds], ".2f")
            print(f"{name:18}{by_clock:>28}{by_core:>30}")
    ratio = statistics.median(one[OURS].wall / one[BARE].wall for one in rounds)
    verdict = "met" if ratio >= TARGET else "MISSED"
    print(f"\ntarget: {TARGET} of the {BARE} at least: {ratio:.2f}, {verdict}")


if __name__ == "__main__":
    main()
