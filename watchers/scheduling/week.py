"""Hours of the week in UTC, numbered from Monday 00:00."""

from datetime import datetime

HOURS = 7 * 24
# The first hour of 1970 was one of a Thursday.
_EPOCH = 3 * 24


def hour_of_week(when: datetime) -> int:
    """The number of the hour, 0 to 167."""
    return int(into_week(when))


def into_week(when: datetime) -> float:
    """The hours passed since Monday 00:00."""
    return (when.timestamp() / 3600 + _EPOCH) % HOURS
