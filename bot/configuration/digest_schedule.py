"""The digest schedule: when a channel's digests are due, and which period each covers."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WRITTEN: Final = re.compile(
    rf"(?:daily|weekly\s+({'|'.join(_WEEKDAYS)}))\s+([01]\d|2[0-3]):([0-5]\d)"
)


@dataclass(frozen=True, slots=True)
class Period:
    """The period that a digest covers; `begin` is included, `end` is not."""

    begin: datetime
    end: datetime

    @property
    def is_week(self) -> bool:
        """Whether it covers a week; a day otherwise."""
        # Where clocks are changed, neither is as long as it is elsewhere.
        return self.end - self.begin > 2 * _DAY

    def includes(self, moment: datetime) -> bool:
        """Whether a moment is within it."""
        return self.begin <= moment < self.end

    def days(self, zone: tzinfo) -> tuple["Period", ...]:
        """Its days, from one local time to the same time of the next day."""
        begin = self.begin.astimezone(zone)
        count = round((self.end - self.begin) / _DAY)
        between = [(begin + day * _DAY).astimezone(UTC) for day in range(1, count)]
        return tuple(map(Period, [self.begin, *between], [*between, self.end]))


@dataclass(frozen=True, slots=True)
class DigestTime:
    """A daily or weekly time at which digests are due (weekday 0 is Monday)."""

    at: time
    weekday: int | None = None

    def last(self, now: datetime, zone: tzinfo) -> Period:
        """The latest period that has ended."""
        end = self._end_after(now, zone)
        while self._at(end, zone) > now:
            end -= self._length
        return Period(self._at(end - self._length, zone), self._at(end, zone))

    def following(self, now: datetime, zone: tzinfo) -> datetime:
        """The end of the current period."""
        end = self._end_after(now, zone)
        while self._at(end - self._length, zone) > now:
            end -= self._length
        return self._at(end, zone)

    @property
    def _length(self) -> timedelta:
        return _DAY if self.weekday is None else _WEEK

    def _end_after(self, now: datetime, zone: tzinfo) -> date:
        """A day at which a period ends that has not ended yet."""
        day = now.astimezone(zone).date() + 2 * _DAY
        return day if self.weekday is None else day + _DAY * ((self.weekday - day.weekday()) % 7)

    def _at(self, day: date, zone: tzinfo) -> datetime:
        # In UTC, since times of one zone compare as clocks show them.
        return datetime.combine(day, self.at, zone).astimezone(UTC)


def read_digest_time(value: object) -> DigestTime | None:
    """Parse a digest time of the file: "daily 08:00", "weekly mon 08:00"; empty for none.

    Raises:
        ValueError: it is written otherwise.
    """
    if isinstance(value, DigestTime):
        return value
    if value is None or value == "":
        return None
    written = _WRITTEN.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if written is None:
        raise ValueError(
            'a digest is written as a day and a time: "daily 08:00", "weekly mon 08:00" '
            f"(the days are {', '.join(_WEEKDAYS)})"
        )
    weekday, hour, minute = written.groups()
    at = time(int(hour), int(minute))
    return DigestTime(at, _WEEKDAYS.index(weekday) if weekday else None)
