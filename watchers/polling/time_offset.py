"""The offset of a source's dates: local time that is written as GMT lies hours ahead. Pure.

Nobody publishes before the date that he writes: where the newest dates lie ahead of now, the clock
or the zone is wrong, by as much at the least. What is behind cannot be told from what is late.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Self

# No zone is further ahead of GMT; what is dated later is an event to come, or a mistake.
_FURTHEST = timedelta(hours=14)
# What is older is no date but a program's first day, from which nothing can be taken off.
_KNOWN = timedelta(days=10_000)
# Clocks differ by a few minutes.
_SKEW = timedelta(minutes=5)
_LEAST = timedelta(minutes=15)
_STEP = timedelta(minutes=30)
# Two entries with dates of their own prove it, and two disprove it.
_PROVEN = 2
# So late may a new entry be served, beyond the time between two readings.
_LATE = timedelta(minutes=45)


@dataclass(frozen=True, slots=True)
class TimeOffset:
    """How far a source's dates lie ahead, in steps of half an hour, as far as was seen.

    `witnesses` are the entries that told it, `newest` is the date of the last of them, in seconds
    of the epoch, and `doubts` are those since that told otherwise.
    """

    ahead: timedelta = timedelta()
    witnesses: int = 0
    newest: int = 0
    doubts: int = 0

    @classmethod
    def read(cls, written: str) -> Self:
        """The offset in a source's state."""
        if not written:
            return cls()
        minutes, witnesses, newest, doubts = map(int, written.split())
        return cls(timedelta(minutes=minutes), witnesses, newest, doubts)

    def written(self) -> str:
        """The offset as text, "" where there is none."""
        if not self.ahead:
            return ""
        minutes = int(self.ahead.total_seconds()) // 60
        return f"{minutes} {self.witnesses} {self.newest} {self.doubts}"

    def after(
        self, dates: Iterable[datetime | None], now: datetime, since: datetime | None
    ) -> Self:
        """The offset after a reading of entries with these dates; the one before was `since`."""
        # A date alone stands for a day: it tells of no clock.
        timed = {date for date in dates if date and date.time() != time()}
        newest = max(timed, default=now)
        lead, written = newest - now, int(newest.timestamp())
        if lead > _FURTHEST or written <= self.newest or not (self.ahead or lead > _LEAST):
            return self
        least = -((_SKEW - lead) // _STEP) * _STEP if lead > _LEAST else timedelta()
        waited = now - since if since else timedelta()
        if self.ahead and (age := self.ahead - lead) > _LATE:
            # A new entry that would be old. If it was not for want of a reading, it is late for
            # once, or the source's clock was changed.
            doubts = self.doubts + (age > _LATE + waited)
            if doubts < _PROVEN:
                return replace(self, newest=written, doubts=doubts)
            return type(self)(least, int(bool(least)), written)
        more = sum(date > now + _LEAST and int(date.timestamp()) > self.newest for date in timed)
        return type(self)(max(least, self.ahead), min(self.witnesses + more, _PROVEN), written)

    def corrected(self, date: datetime | None, now: datetime) -> datetime | None:
        """The right moment for a date of the source.

        Until a second entry proves it, only what lies ahead is taken to be wrong.
        """
        if date is None or not self.ahead or not now - _KNOWN < date <= now + _FURTHEST:
            return date
        if self.witnesses < _PROVEN and date <= now + _LEAST:
            return date
        return date - self.ahead


RIGHT = TimeOffset()
