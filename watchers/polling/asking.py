"""Asking: a conditional request, and what its answer is: unchanged, refused, or a new body."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from http import HTTPStatus

from watchers.errors import BadStatus, Challenged, Gone, SourceFault
from watchers.fetching.fetcher import Fetched, Fetcher
from watchers.kinds import PAGE
from watchers.records import SourceState, Watcher
from watchers.scheduling.intervals import LONGEST_BACK_OFF
from watchers.web_addresses import web_address

_ADVICE = {
    401: "it wants a user name and password",
    403: "it refuses us; docs/watchers.md says under Refused requests what may help",
    404: "the feed has moved or was removed; look its address up",
    429: "it is asked too often; set a longer interval",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer to a request, and the state that goes on from it.

    `body_hash` is None where the body is the one that is known: there is nothing to read.
    """

    fetched: Fetched
    state: SourceState
    body_hash: bytes | None


async def ask(watcher: Watcher, state: SourceState, fetcher: Fetcher) -> Fetched:
    """Request the source, on condition that it changed since the last poll."""
    return await fetcher.fetch(
        state.url or watcher.url,
        allow_private=watcher.allow_private,
        headers=_conditions(state),
        access=watcher.access,
        obey_robots=watcher.kind == PAGE,
        keep_partial=True,
    )


def understood(fetched: Fetched, state: SourceState, now: datetime) -> Asked:
    """What an answer means for a source in this state.

    Raises:
        SourceFault: it has another status than 200, or 304 where that was asked for.
    """
    if fetched.status == HTTPStatus.NOT_MODIFIED and (state.etag or state.last_modified):
        return Asked(fetched, state, None)
    need_ok(fetched, now)
    body_hash = blake2b(fetched.body, digest_size=16).digest()
    if body_hash == state.body_hash and not fetched.cut_off:
        return Asked(fetched, with_validators(state, fetched), None)
    return Asked(fetched, state, body_hash)


def for_address(watcher: Watcher, state: SourceState) -> SourceState:
    """The state of a source, or a new one where another address is configured since."""
    if state.address == watcher.url:
        return state
    if not state.address or web_address(state.address) == watcher.url:
        # The same, as it was kept when capitals in it were.
        return replace(state, address=watcher.url)
    return SourceState(watcher.name, address=watcher.url, entries=state.entries)


def with_validators(state: SourceState, fetched: Fetched) -> SourceState:
    """The state with the answer's ETag and Last-Modified (RFC 9110, 8.8)."""
    return replace(state, etag=fetched.headers.etag, last_modified=fetched.headers.last_modified)


def need_ok(fetched: Fetched, now: datetime) -> None:
    """Let an answer with status 200 pass, unless it is a challenge.

    Raises:
        Gone, BadStatus, Challenged: it has another one, or is none of the site's.
    """
    if fetched.status != HTTPStatus.OK or fetched.challenger:
        raise _refusal(fetched, now)


def _conditions(state: SourceState) -> dict[str, str]:
    conditions = {}
    if state.etag:
        conditions["If-None-Match"] = state.etag
    if state.last_modified:
        conditions["If-Modified-Since"] = state.last_modified
    return conditions


def _refusal(fetched: Fetched, now: datetime) -> SourceFault:
    status = fetched.status
    if status == HTTPStatus.GONE:
        return Gone(wait=LONGEST_BACK_OFF)
    try:
        named = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        named = str(status)
    if fetched.challenger:
        return Challenged(fetched.challenger, named, wait=fetched.headers.retry_after(now))
    advice = _ADVICE.get(status) or ("it is out of order" if status >= 500 else "")
    return BadStatus(
        f"{named}: {advice}" if advice else named, wait=fetched.headers.retry_after(now)
    )
