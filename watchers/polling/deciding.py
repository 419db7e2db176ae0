"""Deciding: the state of a source after a poll, and when it is read again. Pure."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from watchers.errors import (
    CannotConnect,
    OwnerChanged,
    PartlyRead,
    SourceFault,
    TooSlow,
    UnknownHost,
)
from watchers.fetching.fetcher import Fetched
from watchers.ownership import other_site, owner_site, site_of, sites_of
from watchers.parsing.hub_links import NO_HUB, Hub
from watchers.polling.asking import Asked, with_validators
from watchers.polling.reading import Reading
from watchers.records import FEED, Poll, SourceState, Watcher
from watchers.scheduling.intervals import interval, next_poll, next_try
from watchers.scheduling.rhythm import Rhythm
from watchers.scheduling.update_hints import UpdateHints

# How much smaller a source's window may be than it was before, and how much longer the time
# between two polls may be each time where entries were missed.
_STILL_AS_MANY = 0.9
_CALMING = 1.02
# A source that was not read for so many of its longest intervals was not read at all.
_AWAY = 1.5


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to read a source: its state before, the moment, and how polls are spread."""

    watcher: Watcher
    state: SourceState
    now: datetime
    rng: Random | None


def unchanged(attempt: Attempt, asked: Asked) -> Poll:
    """A poll that brought nothing: not modified, or the body that is known."""
    return Poll(attempt.watcher, _succeeded(attempt, asked.state, asked.fetched, brought=False))


def changed(attempt: Attempt, fetched: Fetched, reading: Reading, body_hash: bytes) -> Poll:
    """A poll that brought a body; which entries are new is decided by the caller."""
    dates = [served.published for served in reading.served if served.published]
    hub = _hub(attempt, fetched, reading)
    sites = sites_of(reading.served)
    state = replace(
        attempt.state,
        rhythm=Rhythm.read(attempt.state.rhythm).with_usual(dates, attempt.now).written(),
        hints=reading.hints.written(),
        ids_untrusted=reading.untrusted,
        hub=hub.address,
        topic=hub.topic,
        home=owner_site(sites, attempt.state.home),
        window=max(len(reading.served), int(_STILL_AS_MANY * attempt.state.window)),
        time_offset=reading.offset.written(),
    )
    if reading.complete:
        state = with_validators(replace(state, body_hash=body_hash), fetched)
    else:
        # A body that was cut off must be asked for, and read, again.
        state = replace(state, body_hash=b"", etag="", last_modified="")
    first = attempt.state.last_success is None
    succeeded = partial(_partly if fetched.cut_off else _succeeded, attempt, state, fetched)
    return Poll(
        attempt.watcher,
        succeeded(brought=False),
        reading.served,
        first=first,
        if_new=None if first else succeeded(brought=True),
        if_owner_changed=_owner_changed(attempt, sites),
        since=attempt.state.last_success,
        earlier=reading.earlier,
    )


def failed(attempt: Attempt, fault: SourceFault) -> Poll:
    """A poll that failed: the source is tried again later, each time after a longer wait."""
    watcher, state, now = attempt.watcher, attempt.state, attempt.now
    # What was read in part succeeded so far that there was no reason to wait longer each time.
    errors = 1 if state.last_poll == state.last_success else state.errors + 1
    due = next_try(watcher, state.interval, errors, now, wait=fault.wait, rng=attempt.rng)
    return Poll(
        watcher,
        replace(
            _from_the_start(state),
            next_poll=due,
            last_poll=now,
            last_error=str(fault),
            errors=errors,
        ),
        unreachable=isinstance(fault, UnknownHost | CannotConnect | TooSlow),
    )


def with_gap(poll: Poll, until: datetime) -> Poll:
    """The poll of a source of which entries before a time may have been missed.

    Where that is not because nobody read it, it is read more often from now on.
    """
    watcher, now = poll.watcher, poll.state.last_poll or until
    since = poll.since or until
    longest = max(watcher.at_most, watcher.every) * _AWAY
    every = watcher.every.total_seconds()
    hurry = max((now - since).total_seconds() / 2, every) if now - since < longest else 0.0

    def with_it(state: SourceState) -> SourceState:
        due = state.next_poll
        if hurry and due:
            due = min(due, max(now + timedelta(seconds=hurry), now + watcher.every))
        return replace(
            state,
            gaps=state.gaps + 1,
            gap_since=since,
            gap_until=until,
            hurry=hurry or state.hurry,
            interval=min(state.interval, hurry) if hurry else state.interval,
            next_poll=due,
        )

    if_new = with_it(poll.if_new) if poll.if_new else None
    return replace(poll, state=with_it(poll.state), if_new=if_new)


def site_away(watcher: Watcher, state: SourceState, sites: Counter[str]) -> str:
    """The site that most links lead to, if the source has a home and none leads there; else ""."""
    if not (state.home and watcher.options.is_of_one_site):
        return ""
    return other_site((state.home, site_of(watcher.url)), sites)


def _owner_changed(attempt: Attempt, sites: Counter[str]) -> SourceState | None:
    """The state before, to be kept where the source now serves another site; else None."""
    watcher, now = attempt.watcher, attempt.now
    state = _from_the_start(attempt.state)
    away = site_away(watcher, state, sites)
    if not away:
        return None
    allowed = ", ".join(f'"{site}"' for site in (*watcher.sites, away))
    seconds = interval(watcher, Rhythm.read(state.rhythm), now)
    hints = UpdateHints.read(state.hints)
    return replace(
        state,
        next_poll=next_poll(watcher, seconds, now, hints=hints, rng=attempt.rng),
        last_poll=now,
        last_error=str(OwnerChanged(away, state.home, allowed)),
        errors=1,
        owner_changed=True,
    )


def _hub(attempt: Attempt, fetched: Fetched, reading: Reading) -> Hub:
    if attempt.watcher.kind != FEED:
        return NO_HUB
    if len(reading.served) < 2:
        # What a hub sends is known again by the ids, and one entry alone does not prove them.
        return Hub(attempt.state.hub, attempt.state.topic)
    return fetched.headers.hub(fetched.url).or_else(reading.hub)


def _succeeded(
    attempt: Attempt, state: SourceState, fetched: Fetched, *, brought: bool
) -> SourceState:
    watcher, now = attempt.watcher, attempt.now
    rhythm = Rhythm.read(state.rhythm)
    if state.last_success is not None:
        rhythm = rhythm.after(state.last_success, now, brought=brought)
    hints = UpdateHints.read(state.hints)
    asked = UpdateHints(max(hints.ttl, fetched.headers.fresh_for(now)), hints.skipped)
    hurry = state.hurry * _CALMING if state.hurry < watcher.at_most.total_seconds() else 0.0
    seconds = interval(watcher, rhythm, now)
    if hurry:
        seconds = min(seconds, max(hurry, watcher.every.total_seconds()))
    return replace(
        state,
        hurry=hurry,
        url=fetched.moved_to or state.url,
        interval=seconds,
        next_poll=next_poll(watcher, seconds, now, hints=asked, rng=attempt.rng),
        last_poll=now,
        last_success=now,
        last_error="",
        errors=0,
        owner_changed=False,
        rhythm=rhythm.written(),
    )


def _partly(
    attempt: Attempt, state: SourceState, fetched: Fetched, *, brought: bool
) -> SourceState:
    """The state after an answer that was cut off: it is counted, and its pace stays."""
    succeeded = _succeeded(attempt, state, fetched, brought=brought)
    return replace(succeeded, last_error=str(PartlyRead()), errors=attempt.state.errors + 1)


def _from_the_start(state: SourceState) -> SourceState:
    # Perhaps the redirect that was remembered was the mistake: start from what is configured.
    return replace(state, url="", etag="", last_modified="") if state.url else state
