"""Going back: reading what a source served before, as far as what was read last."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watchers.errors import SourceFault
from watchers.fetching.fetcher import Fetcher
from watchers.polling.deciding import with_gap
from watchers.polling.poll import unexpected
from watchers.polling.reading import Body, Reading, read_part
from watchers.records import Poll, Served

MOST_DOCUMENTS = 50
MOST_ENTRIES = 1_000
LONGEST = timedelta(minutes=5)
# Of an index of sitemaps, so many that cannot be read are passed over.
_MOST_FAULTS = 3
# What is dated shortly before the last poll may have been published after it.
_OVERLAP = timedelta(hours=1)

Recognise = Callable[[Poll], Awaitable[AbstractSet[bytes]]]
"""Tells the first keys of those entries of a poll that are known."""

log = logging.getLogger(__name__)


async def go_back(fetcher: Fetcher, poll: Poll, recognise: Recognise) -> Poll:
    """Add to a poll of which nothing is known what came before it, until something is known.

    It is bounded in documents, entries and time. Where it does not get so far, or the source
    offers nothing, the state says between which times entries may have been missed.
    """
    back = _Back(poll, fetcher, recognise)
    try:
        async with asyncio.timeout(LONGEST.total_seconds()):
            await back.read()
    except TimeoutError:
        log.warning("%s: what came before could not be read in time", poll.watcher.name)
    served = (*poll.served, *back.found)
    log.info(
        "%s: nothing was known: %d entries of %d earlier documents, %s",
        poll.watcher.name,
        len(back.found),
        len(back.asked),
        "as far as what is known" if back.arrived else "and not all",
    )
    after = replace(poll, served=served, went_back=True)
    if back.arrived:
        return after
    oldest = min((one.published for one in served if one.published), default=None)
    return with_gap(after, oldest or poll.served[0].seen)


@dataclass
class _Back:
    """The way back from a poll."""

    poll: Poll
    fetcher: Fetcher
    recognise: Recognise
    found: list[Served] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    arrived: bool = False

    async def read(self) -> None:
        """Read until something is known, or there is nothing more."""
        seen = {one.keys[0] for one in self.poll.served}
        waiting = deque(self.poll.earlier)
        faults = 0
        while waiting and len(self.asked) < MOST_DOCUMENTS and len(self.found) < MOST_ENTRIES:
            address = waiting.popleft()
            if address in self.asked:
                continue
            self.asked.add(address)
            try:
                reading = await self._reading(address)
            except Exception as error:  # noqa: BLE001  whatever is there, the poll is good
                watcher = self.poll.watcher
                fault = error if isinstance(error, SourceFault) else unexpected(watcher, error)
                log.info("%s: what came before: %s", watcher.name, fault)
                faults += 1
                if faults > _MOST_FAULTS:
                    return
                continue
            new = tuple(one for one in reading.served if one.keys[0] not in seen)
            if not new:
                # The same again, whatever was asked for.
                continue
            seen.update(one.keys[0] for one in new)
            page = replace(self.poll, served=new)
            known = await self.recognise(page)
            self.found += _missed(page, known)
            if known or _is_from_before(page):
                self.arrived = True
                return
            waiting.extendleft(reversed(reading.earlier))

    async def _reading(self, address: str) -> Reading:
        poll = self.poll
        now: datetime = poll.served[0].seen
        untrusted = poll.state.ids_untrusted
        body = Body(b"", address, "", poll.watcher, untrusted, now, partial=True)
        return await read_part(self.fetcher, body, address)


def _missed(page: Poll, known: AbstractSet[bytes]) -> Iterator[Served]:
    """What of an earlier document came after the last poll, as far as can be told."""
    since = (page.since or page.served[0].seen) - _OVERLAP
    below_known = False
    for one in page.served:
        if one.keys[0] in known:
            below_known = True
        elif one.published > since if one.published else not below_known:
            yield one


def _is_from_before(page: Poll) -> bool:
    """Whether most of an earlier document is dated before the last poll."""
    dates = [one.published for one in page.served if one.published]
    since = page.since
    return since is not None and 2 * sum(date <= since for date in dates) > len(dates)
