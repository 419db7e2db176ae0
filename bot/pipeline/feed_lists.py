"""OPML lists at addresses: fetched regularly, with the last good copy kept in a file.

The file is one of those that `Reloading` looks at: when the list changes, it is taken over.
"""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.configuration.records import RemoteList
from bot.configuration.sources import opml
from bot.errors import UnreadableSourceError
from watchers import Fetcher, SourceFault

FETCH_EVERY = timedelta(hours=1)

log = structlog.get_logger()


class FeedLists:
    """Keeps the copies of lists up to date."""

    def __init__(self, lists: Iterable[RemoteList], fetcher: Fetcher, clock: Clock) -> None:
        self._lists = tuple(lists)
        self._fetcher = fetcher
        self._clock = clock

    async def run(self) -> None:
        """Fetch each list now and every hour, until cancelled."""
        while True:
            for one in self._lists:
                try:
                    await self._fetch(one)
                except (SourceFault, UnreadableSourceError, OSError) as error:
                    # The last copy goes on.
                    log.warning("list of feeds not read", watcher=one.name, reason=_reason(error))
            await self._clock.sleep(FETCH_EVERY.total_seconds())

    async def _fetch(self, one: RemoteList) -> None:
        fetched = await self._fetcher.fetch(
            one.url, allow_private=one.allow_private, access=one.access
        )
        if fetched.status != 200:
            raise UnreadableSourceError(one.name, f"the server answers {fetched.status}")
        found = await self._fetcher.in_thread(opml.read, fetched.body, one.name)
        if not found.feeds:
            raise UnreadableSourceError(one.name, "; ".join(["it names no feeds", *found.notes(3)]))
        if found != await asyncio.to_thread(_kept, one):
            await asyncio.to_thread(_keep, one, fetched.body)
            log.info("list of feeds changed", watcher=one.name, feeds=len(found.feeds))
            for note in found.notes():
                log.warning("a feed of the list is left out", watcher=one.name, reason=note)


def _reason(error: Exception) -> str:
    # Not the whole of an OSError: its path is of no concern to who reads the log.
    return error.strerror or "it cannot be kept" if isinstance(error, OSError) else str(error)


def _kept(one: RemoteList) -> opml.FeedList:
    try:
        return opml.read_file(one.file)
    except UnreadableSourceError:
        return opml.FeedList()


def _keep(one: RemoteList, body: bytes) -> None:
    one.file.parent.mkdir(parents=True, exist_ok=True)
    beside = one.file.with_suffix(".new")
    beside.write_bytes(body)
    beside.replace(one.file)
