"""One poll of a source: ask, read, and say what is to be remembered."""

import asyncio
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from http import HTTPStatus
from random import Random

from watchers.errors import BadStatus, Gone, SourceFault, TooSlow, UnexpectedFault
from watchers.fetching import Fetched, Fetcher
from watchers.identity import serve
from watchers.intervals import LONGEST_BACK_OFF, interval_from_dates, next_poll, next_try, slowed
from watchers.parsing import parse
from watchers.records import Poll, Served, SourceState, Watcher

# Parsing less than this takes less time than may be taken from the event loop.
_SMALL = 4_000
_ADVICE = {
    401: "it wants a user name and password",
    403: "it refuses us",
    404: "the feed has moved or was removed; look its address up",
    429: "it is asked too often; set a longer interval",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Reading:
    served: tuple[Served, ...]
    untrusted: bool
    ttl: timedelta
    complete: bool


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
    try:
        fetched = await fetcher.fetch(
            state.url or watcher.url,
            allow_private=watcher.allow_private,
            conditions=_conditions(state),
        )
        return await _polled(watcher, state, fetcher, fetched, now(), rng)
    except SourceFault as fault:
        return _failed(watcher, state, fault, now(), rng)
    except Exception as error:  # noqa: BLE001  whatever a source does to us, the others are read
        # Neither the error's text nor its chain: an address in them may carry a password.
        frames = "".join(traceback.format_tb(error.__traceback__))
        log.error("%s: unexpected %s\n%s", watcher.name, type(error).__name__, frames)  # noqa: TRY400
        return _failed(watcher, state, UnexpectedFault(type(error).__name__), now(), rng)


def _conditions(state: SourceState) -> dict[str, str]:
    conditions = {}
    if state.etag:
        conditions["If-None-Match"] = state.etag
    if state.last_modified:
        conditions["If-Modified-Since"] = state.last_modified
    return conditions


async def _polled(
    watcher: Watcher,
    state: SourceState,
    fetcher: Fetcher,
    fetched: Fetched,
    now: datetime,
    rng: Random | None,
) -> Poll:
    if fetched.status == HTTPStatus.NOT_MODIFIED and (state.etag or state.last_modified):
        return _unchanged(watcher, state, fetched, now, rng)
    if fetched.status != HTTPStatus.OK:
        raise _refusal(fetched, now)
    body_hash = blake2b(fetched.body, digest_size=16).digest()
    if body_hash == state.body_hash:
        return _unchanged(watcher, _validated(state, fetched), fetched, now, rng)
    reading = await _read(watcher, state, fetcher, fetched, now)
    return _changed(watcher, replace(state, body_hash=body_hash), fetched, reading, now, rng)


async def _read(
    watcher: Watcher, state: SourceState, fetcher: Fetcher, fetched: Fetched, now: datetime
) -> _Reading:
    if len(fetched.body) < _SMALL:
        return _reading(watcher, state, fetched, now)
    try:
        async with asyncio.timeout(fetcher.limits.parse):
            return await fetcher.aside(_reading, watcher, state, fetched, now)
    except TimeoutError:
        raise TooSlow(fetcher.limits.parse) from None


def _reading(watcher: Watcher, state: SourceState, fetched: Fetched, now: datetime) -> _Reading:
    parsed = parse(
        fetched.body,
        url=fetched.url,
        content_type=fetched.headers.content_type,
        watcher=watcher,
        now=now,
    )
    served, untrusted = serve(
        watcher.name, parsed.entries, ids_untrusted=state.ids_untrusted, seen=now
    )
    return _Reading(served, untrusted, parsed.ttl, parsed.complete)


def _unchanged(
    watcher: Watcher, state: SourceState, fetched: Fetched, now: datetime, rng: Random | None
) -> Poll:
    interval = slowed(watcher, state.interval)
    due = next_poll(watcher, interval, now, asked=fetched.headers.fresh_for(now), rng=rng)
    return Poll(watcher, _succeeded(state, fetched, interval, due, now))


def _changed(
    watcher: Watcher,
    state: SourceState,
    fetched: Fetched,
    reading: _Reading,
    now: datetime,
    rng: Random | None,
) -> Poll:
    dates = [served.entry.published for served in reading.served if served.entry.dated]
    interval = interval_from_dates(watcher, dates, now)
    asked = max(reading.ttl, fetched.headers.fresh_for(now))
    due = next_poll(watcher, interval, now, asked=asked, rng=rng)
    after = replace(_succeeded(state, fetched, interval, due, now), ids_untrusted=reading.untrusted)
    after = _validated(after, fetched) if reading.complete else _unvalidated(after)
    return Poll(watcher, after, reading.served, first=state.last_success is None)


def _succeeded(
    state: SourceState, fetched: Fetched, interval: float, due: datetime, now: datetime
) -> SourceState:
    return replace(
        state,
        url=fetched.moved_to or state.url,
        interval=interval,
        next_poll=due,
        last_poll=now,
        last_success=now,
        last_error="",
        errors=0,
    )


def _validated(state: SourceState, fetched: Fetched) -> SourceState:
    return replace(state, etag=fetched.headers.etag, last_modified=fetched.headers.last_modified)


def _unvalidated(state: SourceState) -> SourceState:
    # A body that was cut off must be asked for again whole.
    return replace(state, etag="", last_modified="")


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


def _failed(
    watcher: Watcher, state: SourceState, fault: SourceFault, now: datetime, rng: Random | None
) -> Poll:
    errors = state.errors + 1
    due = next_try(watcher, state.interval, errors, now, wait=fault.wait, rng=rng)
    if state.url:
        # Perhaps the redirect that was remembered was the mistake: start from what is configured.
        state = replace(state, url="", etag="", last_modified="")
    return Poll(
        watcher,
        replace(state, next_poll=due, last_poll=now, last_error=str(fault), errors=errors),
    )
