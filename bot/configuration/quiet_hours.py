"""Quiet hours: the times of day in which a channel gets no messages."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

_WRITTEN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A span of the day; `end` may be on the next day."""

    begin: time
    end: time

    def until(self, now: datetime, zone: tzinfo) -> datetime | None:
        """The end of the quiet hours, if they are in effect now; else None."""
        local = now.astimezone(zone)
        for day in (local.date() - timedelta(days=1), local.date()):
            begin = datetime.combine(day, self.begin, zone)
            last = day + timedelta(days=1) if self.end <= self.begin else day
            end = datetime.combine(last, self.end, zone)
            if begin <= local < end:
                return end.astimezone(now.tzinfo)
        return None


def read_quiet_hours(value: object) -> QuietHours | None:
    """Parse quiet hours of the file: "22:00-07:00"; empty for none.

    Raises:
        ValueError: they are written otherwise.
    """
    if isinstance(value, QuietHours):
        return value
    if value is None or value == "":
        return None
    written = _WRITTEN.fullmatch(value.strip()) if isinstance(value, str) else None
    if written is None:
        raise ValueError('quiet hours are written from one time to another: "22:00-07:00"')
    hours = tuple(int(part) for part in written.groups())
    begin, end = time(hours[0], hours[1]), time(hours[2], hours[3])
    if begin == end:
        raise ValueError("quiet hours that never end send nothing: the two times are the same")
    return QuietHours(begin, end)
