"""Polling intervals: when a source is polled next. Pure."""

from datetime import datetime, timedelta
from random import Random

from watchers.records import Watcher
from watchers.scheduling.rhythm import Rhythm
from watchers.scheduling.update_hints import NO_HINTS, UpdateHints

LONGEST_BACK_OFF = timedelta(days=1)
JITTER = 0.1
# When so many events are to be expected, nineteen readings in twenty bring something: that
# leaves room for those of the hours without news, that `at_most` demands.
_WORTH_IT = 3.0
# While it publishes at all (one event in so many readings), half of this is the median delay.
_PATIENCE = timedelta(minutes=7.5)
_SOMETHING = 1 / 3


def interval(watcher: Watcher, rhythm: Rhythm, now: datetime) -> float:
    """The seconds between polls that fit the source's publishing rate from now on."""
    longest = max(watcher.at_most, watcher.every)
    chosen = rhythm.when(_SOMETHING, now, longest)
    if chosen < _PATIENCE:
        chosen = rhythm.when(_WORTH_IT, now, _PATIENCE)
    return _bounded(chosen.total_seconds(), watcher)


def next_poll(
    watcher: Watcher,
    interval: float,
    now: datetime,
    *,
    hints: UpdateHints = NO_HINTS,
    rng: Random | None = None,
) -> datetime:
    """The time of the next poll after a success.

    The source's hints (ttl, max-age, skipHours) hold up to the watcher's longest interval.
    """
    seconds = max(_bounded(interval, watcher), min(hints.ttl, watcher.at_most).total_seconds())
    if rng is not None:
        seconds *= rng.uniform(1 - JITTER, 1 + JITTER)
    due = now + timedelta(seconds=seconds)
    return due + hints.wait(due, max(watcher.at_most - (due - now), timedelta()))


def next_try(
    watcher: Watcher,
    interval: float,
    errors: int,
    now: datetime,
    *,
    wait: timedelta = timedelta(),
    rng: Random | None = None,
) -> datetime:
    """The time of the next poll after errors in a row: exponential back-off, at most a day."""
    longest = LONGEST_BACK_OFF.total_seconds()
    seconds = min(
        max(interval, watcher.every.total_seconds()) * 2.0 ** min(errors - 1, 30), longest
    )
    if rng is not None:
        seconds *= rng.uniform(1 - JITTER, 1)
    return now + min(max(timedelta(seconds=seconds), wait), LONGEST_BACK_OFF)


def _bounded(seconds: float, watcher: Watcher) -> float:
    return min(
        max(seconds, watcher.every.total_seconds()),
        max(watcher.at_most, watcher.every).total_seconds(),
    )
