"""One poll of a source: ask, read, and say what is to be remembered."""

import logging
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from http import HTTPStatus
from random import Random
from typing import TypeVar

from watchers.errors import BadStatus, Gone, SourceFault, TooDeep, Turned, UnexpectedFault
from watchers.fetching.fetcher import Fetched, Fetcher
from watchers.identity import serve
from watchers.kinds import PAGE, is_ours
from watchers.ownership import away_from, home_of, site_of, sites_of
from watchers.parsing.feeds import ParsedFeed, parse, parse_quickly
from watchers.parsing.items import Answer
from watchers.records import FEED, Poll, Served, SourceState, Watcher
from watchers.scheduling.intervals import LONGEST_BACK_OFF, interval, next_poll, next_try
from watchers.scheduling.rhythm import Rhythm
from watchers.scheduling.update_hints import UpdateHints
from watchers.websub import NO_HUB, Hub

# Parsing less than this takes less time than may be taken from the event loop, ...
_SMALL = 4_000
# ... and the quick way, this. To hand it to a thread and back took a twentieth of all polls.
_LIGHT = 40_000
_FEW_ENTRIES = 60
_ADVICE = {
    401: "it wants a user name and password",
    403: "it refuses us",
    404: "the feed has moved or was removed; look its address up",
    429: "it is asked too often; set a longer interval",
}

_Found = TypeVar("_Found")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Visit:
    watcher: Watcher
    state: SourceState
    now: datetime
    rng: Random | None


@dataclass(frozen=True, slots=True)
class _Paper:
    body: bytes
    url: str
    content_type: str
    watcher: Watcher
    ids_untrusted: bool
    now: datetime
    partial: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    served: tuple[Served, ...]
    untrusted: bool
    wishes: UpdateHints
    complete: bool
    more: tuple[str, ...] = ()
    hub: Hub = NO_HUB


async def poll(
    watcher: Watcher,
    state: SourceState,
    fetcher: Fetcher,
    now: Callable[[], datetime],
    rng: Random | None = None,
) -> Poll:
    """Read the source once. Never raises what is the source's fault: the new state tells it.

    `rng` spreads the next poll a little around its time.
    """
    if state.address != watcher.url:
        known = SourceState(watcher.name, entries=state.entries) if state.address else state
        state = replace(known, address=watcher.url)
    try:
        fetched = await fetcher.fetch(
            state.url or watcher.url,
            allow_private=watcher.allow_private,
            headers=_conditions(state),
            obey_robots=watcher.kind == PAGE,
        )
        return await _polled(_Visit(watcher, state, now(), rng), fetcher, fetched)
    except SourceFault as fault:
        return _failed(_Visit(watcher, state, now(), rng), fault)
    except Exception as error:  # noqa: BLE001  whatever a source does to us, the others are read
        return _failed(_Visit(watcher, state, now(), rng), _unexpected(watcher, error))


async def read_pushed(sent: Answer, state: SourceState, fetcher: Fetcher) -> Poll:
    """What a hub sent of the source: all of it, or the new entries alone.

    Raises:
        SourceFault: it cannot be read.
    """
    paper = _Paper(
        sent.body,
        sent.url,
        sent.content_type,
        sent.watcher,
        state.ids_untrusted,
        sent.now,
        partial=True,
    )
    try:
        reading = await _read(fetcher, paper)
    except SourceFault:
        raise
    except Exception as error:  # noqa: BLE001  as with a poll
        raise _unexpected(sent.watcher, error) from None
    away = _away(sent.watcher, state, sites_of(reading.served))
    return Poll(sent.watcher, state, reading.served, pushed=True, if_turned=state if away else None)


def _unexpected(watcher: Watcher, error: Exception) -> UnexpectedFault:
    # Neither the error's text nor its chain: an address in them may carry a password.
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s: unexpected %s\n%s", watcher.name, type(error).__name__, frames)
    return UnexpectedFault(type(error).__name__)


def _conditions(state: SourceState) -> dict[str, str]:
    conditions = {}
    if state.etag:
        conditions["If-None-Match"] = state.etag
    if state.last_modified:
        conditions["If-Modified-Since"] = state.last_modified
    return conditions


async def _polled(visit: _Visit, fetcher: Fetcher, fetched: Fetched) -> Poll:
    state = visit.state
    if fetched.status == HTTPStatus.NOT_MODIFIED and (state.etag or state.last_modified):
        return _unchanged(visit, fetched)
    if fetched.status != HTTPStatus.OK:
        raise _refusal(fetched, visit.now)
    body_hash = blake2b(fetched.body, digest_size=16).digest()
    if body_hash == state.body_hash:
        return _unchanged(replace(visit, state=_validated(state, fetched)), fetched)
    reading = await _read(fetcher, _paper(visit, fetched))
    if reading.more:
        reading = await _read_more(visit, fetcher, reading)
    return _changed(visit, fetched, reading, body_hash)


async def _read_more(visit: _Visit, fetcher: Fetcher, reading: _Reading) -> _Reading:
    """The reading with the documents that belong to it; those may not name more."""
    readings = [reading]
    faults: list[SourceFault] = []
    for address in reading.more:
        try:
            fetched = await fetcher.fetch(address, allow_private=visit.watcher.allow_private)
            if fetched.status != HTTPStatus.OK:
                raise _refusal(fetched, visit.now)
            part = await _read(fetcher, _paper(visit, fetched))
            if part.more:
                raise TooDeep
            readings.append(part)
        except SourceFault as fault:
            faults.append(fault)
    if len(readings) == 1:
        raise faults[0]
    if faults:
        unread = f"{len(faults)} of {len(reading.more)} parts could not be read"
        log.warning("%s: %s: %s", visit.watcher.name, unread, faults[0])
    served: dict[bytes, Served] = {}
    for part in readings:
        for one in part.served:
            served.setdefault(one.keys[0], one)
    # What names others may stay the same while those change: it has to be read again.
    return replace(reading, served=tuple(served.values()), complete=False)


def _paper(visit: _Visit, fetched: Fetched) -> _Paper:
    return _Paper(
        fetched.body,
        fetched.url,
        fetched.headers.content_type,
        visit.watcher,
        visit.state.ids_untrusted,
        visit.now,
    )


async def _read(fetcher: Fetcher, paper: _Paper) -> _Reading:
    if len(paper.body) < _SMALL and is_ours(paper.watcher.kind):
        return _thorough(paper)
    if _is_light(paper.body):
        quick = _quick(paper)
    else:
        quick = await fetcher.in_thread(_quick, paper)
    return quick if quick is not None else await fetcher.in_process(_thorough, paper)


def _is_light(body: bytes) -> bool:
    if len(body) > _LIGHT:
        return False
    return 0 < (body.count(b"<item") or body.count(b"<entry")) <= _FEW_ENTRIES


def _quick(paper: _Paper) -> _Reading | None:
    parsed = _parsed(parse_quickly, paper)
    return _reading(parsed, paper) if parsed else None


def _thorough(paper: _Paper) -> _Reading:
    return _reading(_parsed(parse, paper), paper)


def _parsed(parser: Callable[..., _Found], paper: _Paper) -> _Found:
    return parser(
        paper.body,
        url=paper.url,
        content_type=paper.content_type,
        watcher=paper.watcher,
        now=paper.now,
    )


def _reading(parsed: ParsedFeed, paper: _Paper) -> _Reading:
    served, untrusted = serve(
        paper.watcher.name,
        parsed.entries,
        ids_untrusted=paper.ids_untrusted,
        seen=paper.now,
        ids_proven=parsed.ids_proven,
        partial=paper.partial,
    )
    return _Reading(served, untrusted, parsed.wishes, parsed.complete, parsed.more, parsed.hub)


def _unchanged(visit: _Visit, fetched: Fetched) -> Poll:
    return Poll(visit.watcher, _succeeded(visit, fetched, brought=False))


def _changed(visit: _Visit, fetched: Fetched, reading: _Reading, body_hash: bytes) -> Poll:
    dates = [served.published for served in reading.served if served.published]
    hub = _hub(visit, fetched, reading)
    sites = sites_of(reading.served)
    before = replace(
        visit.state,
        rhythm=Rhythm.read(visit.state.rhythm).with_usual(dates, visit.now).written(),
        wishes=reading.wishes.written(),
        ids_untrusted=reading.untrusted,
        hub=hub.address,
        topic=hub.topic,
        home=home_of(sites, visit.state.home),
    )
    if reading.complete:
        before = _validated(replace(before, body_hash=body_hash), fetched)
    else:
        # A body that was cut off must be asked for, and read, again.
        before = replace(before, body_hash=b"", etag="", last_modified="")
    read = replace(visit, state=before)
    first = visit.state.last_success is None
    return Poll(
        visit.watcher,
        _succeeded(read, fetched, brought=False),
        reading.served,
        first=first,
        if_new=None if first else _succeeded(read, fetched, brought=True),
        if_turned=_turned(visit, sites),
    )


def _turned(visit: _Visit, sites: Counter[str]) -> SourceState | None:
    """The state as it was, where no link leads home: it is read as often, and judged each time."""
    watcher, now = visit.watcher, visit.now
    state = _from_the_start(visit.state)
    away = _away(watcher, state, sites)
    if not away:
        return None
    allowed = ", ".join(f'"{site}"' for site in (*watcher.sites, away))
    seconds = interval(watcher, Rhythm.read(state.rhythm), now)
    return replace(
        state,
        next_poll=next_poll(
            watcher, seconds, now, wishes=UpdateHints.read(state.wishes), rng=visit.rng
        ),
        last_poll=now,
        last_error=str(Turned(away, state.home, allowed)),
        errors=1,
        turned=True,
    )


def _away(watcher: Watcher, state: SourceState, sites: Counter[str]) -> str:
    """The site that most links lead to, where the source has a home and none leads there."""
    if not (state.home and watcher.options.is_of_one_site):
        return ""
    return away_from((state.home, site_of(watcher.url)), sites)


def _hub(visit: _Visit, fetched: Fetched, reading: _Reading) -> Hub:
    if visit.watcher.kind != FEED:
        return NO_HUB
    if len(reading.served) < 2:
        # What a hub sends is known again by the ids, and one entry alone does not prove them.
        return Hub(visit.state.hub, visit.state.topic)
    return fetched.headers.hub(fetched.url).or_else(reading.hub)


def _succeeded(visit: _Visit, fetched: Fetched, *, brought: bool) -> SourceState:
    watcher, state, now = visit.watcher, visit.state, visit.now
    rhythm = Rhythm.read(state.rhythm)
    if state.last_success is not None:
        rhythm = rhythm.after(state.last_success, now, brought=brought)
    wishes = UpdateHints.read(state.wishes)
    asked = UpdateHints(max(wishes.ttl, fetched.headers.fresh_for(now)), wishes.skipped)
    seconds = interval(watcher, rhythm, now)
    return replace(
        state,
        url=fetched.moved_to or state.url,
        interval=seconds,
        next_poll=next_poll(watcher, seconds, now, wishes=asked, rng=visit.rng),
        last_poll=now,
        last_success=now,
        last_error="",
        errors=0,
        turned=False,
        rhythm=rhythm.written(),
    )


def _validated(state: SourceState, fetched: Fetched) -> SourceState:
    return replace(state, etag=fetched.headers.etag, last_modified=fetched.headers.last_modified)


def _refusal(fetched: Fetched, now: datetime) -> SourceFault:
    status = fetched.status
    if status == HTTPStatus.GONE:
        return Gone(wait=LONGEST_BACK_OFF)
    try:
        named = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        named = str(status)
    advice = _ADVICE.get(status) or ("it is out of order" if status >= 500 else "")
    return BadStatus(
        f"{named}: {advice}" if advice else named, wait=fetched.headers.retry_after(now)
    )


def _failed(visit: _Visit, fault: SourceFault) -> Poll:
    state = visit.state
    errors = state.errors + 1
    due = next_try(visit.watcher, state.interval, errors, visit.now, wait=fault.wait, rng=visit.rng)
    return Poll(
        visit.watcher,
        replace(
            _from_the_start(state),
            next_poll=due,
            last_poll=visit.now,
            last_error=str(fault),
            errors=errors,
        ),
    )


def _from_the_start(state: SourceState) -> SourceState:
    # Perhaps the redirect that was remembered was the mistake: start from what is configured.
    return replace(state, url="", etag="", last_modified="") if state.url else state
