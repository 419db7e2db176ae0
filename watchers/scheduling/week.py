"""The hours of a week in UTC, numbered from Monday's first."""

from datetime import datetime

HOURS = 7 * 24
# The first hour of 1970 was one of a Thursday.
_EPOCH = 3 * 24


def hour_of_week(when: datetime) -> int:
    """The number of the hour."""
    return int(into_week(when))


def into_week(when: datetime) -> float:
    """How many hours have passed of the week."""
    return (when.timestamp() / 3600 + _EPOCH) % HOURS
