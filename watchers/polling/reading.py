"""Reading: parse a body on the event loop, in a thread, or in a worker process."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from watchers.errors import CutOff, SourceFault, TooDeep
from watchers.fetching.fetcher import Fetched, Fetcher
from watchers.identity import serve
from watchers.kinds import is_ours
from watchers.parsed import ParsedEntry, ParsedFeed, parse, parse_quickly
from watchers.parsing.dates import plausible
from watchers.parsing.hub_links import NO_HUB, Hub
from watchers.polling.asking import need_ok
from watchers.polling.time_offset import RIGHT, TimeOffset
from watchers.records import Served, SourceState, Watcher
from watchers.scheduling.update_hints import UpdateHints

# Bytes up to which a parse takes less time than may be taken from the event loop: the thorough
# parsers, ...
_SMALL = 4_000
# ... and the fast one. To hand a body to a thread and back took a twentieth of all polls.
_LIGHT = 40_000
_FEW_ENTRIES = 60

_Found = TypeVar("_Found")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Body:
    """A body to be parsed, with its URL, type, watcher and time.

    `partial` is true for what may be the new entries alone, `cut_off` where the connection ended
    before the body did; `offset` is what is known of the source's dates, `since` when it was read
    before.
    """

    content: bytes
    url: str
    content_type: str
    watcher: Watcher
    ids_untrusted: bool
    now: datetime
    partial: bool = False
    cut_off: bool = False
    offset: TimeOffset = RIGHT
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A parsed body: its entries with their keys, and what the feed says of itself.

    `more` are the addresses of documents that belong to it, `earlier` of those with what came
    before; `complete` is false where the body was cut off; `offset` is what is known of the
    source's dates now.
    """

    served: tuple[Served, ...]
    untrusted: bool
    hints: UpdateHints
    complete: bool
    more: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    hub: Hub = NO_HUB
    offset: TimeOffset = RIGHT


def body_of(fetched: Fetched, watcher: Watcher, state: SourceState, now: datetime) -> Body:
    """The body of an answer."""
    return Body(
        fetched.body,
        fetched.url,
        fetched.headers.content_type,
        watcher,
        state.ids_untrusted,
        now,
        cut_off=fetched.cut_off,
        offset=TimeOffset.read(state.time_offset),
        since=state.last_poll,
    )


async def read(fetcher: Fetcher, body: Body) -> Reading:
    """Read a body: on the event loop where it is small, else in a thread or a worker process.

    Raises:
        SourceFault: it cannot be read.
    """
    if not body.cut_off:
        return await _read(fetcher, body)
    try:
        reading = await _read(fetcher, body)
    except SourceFault:
        # Whatever is wrong with it, is wrong for that reason.
        raise CutOff from None
    if not reading.served:
        raise CutOff
    return replace(reading, complete=False)


async def _read(fetcher: Fetcher, body: Body) -> Reading:
    if len(body.content) < _SMALL and is_ours(body.watcher.kind):
        return _thorough(body)
    if _is_light(body.content):
        quick = _quick(body)
    else:
        quick = await fetcher.in_thread(_quick, body)
    return quick if quick is not None else await fetcher.in_process(_thorough, body)


async def read_all(fetcher: Fetcher, body: Body) -> Reading:
    """Read a body and the documents that belong to it; those may not name more.

    Raises:
        SourceFault: the body, or all of the documents, cannot be read.
    """
    first = await read(fetcher, body)
    if not first.more:
        return first
    readings = [first]
    faults: list[SourceFault] = []
    for address in first.more:
        try:
            so_far = replace(body, offset=readings[-1].offset)
            readings.append(await read_part(fetcher, so_far, address))
        except SourceFault as fault:
            faults.append(fault)
    if len(readings) == 1 and not first.served:
        raise faults[0]
    if faults:
        unread = f"{len(faults)} of {len(first.more)} parts could not be read"
        log.warning("%s: %s: %s", body.watcher.name, unread, faults[0])
    # An entry that has a document of its own says more there.
    served = {one.keys[0]: one for part in readings for one in part.served}
    # What names others may stay the same while those change: it has to be read again.
    offset = readings[-1].offset
    return replace(first, served=tuple(served.values()), complete=False, offset=offset)


async def read_part(fetcher: Fetcher, body: Body, address: str) -> Reading:
    """Read another document of the same source.

    Raises:
        SourceFault: it cannot be read.
    """
    watcher = body.watcher
    fetched = await fetcher.fetch(
        address, allow_private=watcher.allow_private, access=watcher.access, keep_partial=True
    )
    need_ok(fetched, body.now)
    part = replace(
        body,
        content=fetched.body,
        url=fetched.url,
        content_type=fetched.headers.content_type,
        cut_off=fetched.cut_off,
    )
    reading = await read(fetcher, part)
    if reading.more:
        raise TooDeep
    return reading


def _is_light(content: bytes) -> bool:
    if len(content) > _LIGHT:
        return False
    return 0 < (content.count(b"<item") or content.count(b"<entry")) <= _FEW_ENTRIES


def _quick(body: Body) -> Reading | None:
    parsed = _parsed(parse_quickly, body)
    return _reading(parsed, body) if parsed else None


def _thorough(body: Body) -> Reading:
    return _reading(_parsed(parse, body), body)


def _parsed(parser: Callable[..., _Found], body: Body) -> _Found:
    return parser(
        body.content,
        url=body.url,
        content_type=body.content_type,
        watcher=body.watcher,
        now=body.now,
    )


def _reading(parsed: ParsedFeed, body: Body) -> Reading:
    offset = body.offset.after(
        (entry.item.published for entry in parsed.entries), body.now, body.since
    )
    served, untrusted = serve(
        body.watcher.name,
        parsed.entries if offset == RIGHT else [*_dated(parsed, offset, body.now)],
        ids_untrusted=body.ids_untrusted,
        seen=body.now,
        ids_proven=parsed.ids_proven,
        partial=body.partial,
        of_one_site=body.watcher.options.is_of_one_site,
    )
    return Reading(
        served,
        untrusted,
        parsed.hints,
        parsed.complete,
        more=parsed.more,
        earlier=parsed.earlier,
        hub=parsed.hub,
        offset=offset,
    )


def _dated(parsed: ParsedFeed, offset: TimeOffset, now: datetime) -> Iterator[ParsedEntry]:
    """The entries with the right moments for their dates."""
    for entry in parsed.entries:
        published = offset.corrected(entry.item.published, now)
        yield replace(entry, published=published if plausible(published, now) else None)
