"""When to read a source again: functions of what it served, said and did."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from watchers.records import Watcher

LONGEST_BACK_OFF = timedelta(days=1)
JITTER = 0.1
# A source is read so many times in the time in which it brings one entry.
_READS_PER_ENTRY = 3
_RECENT = 10
_SLOWING = 1.1


def interval_from_dates(watcher: Watcher, dates: Iterable[datetime], now: datetime) -> float:
    """The seconds between polls that fit how often these entries were published."""
    recent = sorted((date for date in dates if date <= now), reverse=True)[:_RECENT]
    if not recent:
        return watcher.every.total_seconds()
    silence = now - recent[0]
    between = (recent[0] - recent[-1]) / max(len(recent) - 1, 1)
    return _bounded(max(between, silence / 2).total_seconds() / _READS_PER_ENTRY, watcher)


def slowed(watcher: Watcher, interval: float) -> float:
    """The seconds between polls after one that brought nothing."""
    return _bounded(interval * _SLOWING, watcher)


def next_poll(
    watcher: Watcher,
    interval: float,
    now: datetime,
    *,
    asked: timedelta = timedelta(),
    rng: Random | None = None,
) -> datetime:
    """When to poll after a success.

    The source's wishes in `asked` (ttl, max-age) hold up to the watcher's longest interval.
    """
    seconds = max(_bounded(interval, watcher), min(asked, watcher.at_most).total_seconds())
    if rng is not None:
        seconds *= rng.uniform(1 - JITTER, 1 + JITTER)
    return now + timedelta(seconds=seconds)


def next_try(
    watcher: Watcher,
    interval: float,
    errors: int,
    now: datetime,
    *,
    wait: timedelta = timedelta(),
    rng: Random | None = None,
) -> datetime:
    """When to poll after so many errors in a row: the interval, doubled with each, up to a day."""
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
