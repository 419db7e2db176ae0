"""The hours of a week in UTC, numbered from Monday's first."""

from datetime import UTC, datetime

HOURS = 7 * 24


def hour_of_week(when: datetime) -> int:
    """The number of the hour."""
    at = when.astimezone(UTC)
    return at.weekday() * 24 + at.hour
