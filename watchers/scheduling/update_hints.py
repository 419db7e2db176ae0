"""Update hints of feeds: `ttl`, `skipHours`, `skipDays`, `sy:updatePeriod`."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Self

from watchers.scheduling.week import HOURS, hour_of_week

# In small letters, in which they are searched for: to mind no case takes a multiple of the time.
_TTL = re.compile(rb"<ttl>\s*(\d{1,6})\s*</ttl>")
_PERIOD = re.compile(rb"<sy:updateperiod>\s*(\w{4,8})\s*<")
_FREQUENCY = re.compile(rb"<sy:updatefrequency>\s*(\d{1,4})\s*<")
_SKIPPED_HOURS = re.compile(rb"<skiphours>(.{0,2000}?)</skiphours>", re.DOTALL)
_SKIPPED_DAYS = re.compile(rb"<skipdays>(.{0,1000}?)</skipdays>", re.DOTALL)
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>")
_DAY = re.compile(rb"<day>\s*(\w{6,9})\s*</day>")
_ENTRY = re.compile(rb"<(item|entry)[\s>]")
# Of what is above the entries, and of what is below.
_LONGEST = 50_000
_DAYS = (b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday")
_PERIODS = {
    b"hourly": timedelta(hours=1),
    b"daily": timedelta(days=1),
    b"weekly": timedelta(weeks=1),
    b"monthly": timedelta(days=30),
    b"yearly": timedelta(days=365),
}


@dataclass(frozen=True, slots=True)
class UpdateHints:
    """`ttl` is the shortest time between two readings; `skipped` are hours of the week as bits.

    Both are in GMT, as RSS has it.
    """

    ttl: timedelta = timedelta()
    skipped: int = 0

    @classmethod
    def read(cls, written: str) -> Self:
        """The hints in a source's state."""
        ttl, _, skipped = written.partition(" ")
        return cls(timedelta(seconds=int(ttl)), int(skipped, 16)) if written else cls()

    def written(self) -> str:
        """The hints as text, "" where there are none."""
        return f"{int(self.ttl.total_seconds())} {self.skipped:x}" if self else ""

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.ttl or self.skipped)

    def wait(self, due: datetime, at_most: timedelta) -> timedelta:
        """How much longer to wait because the time is to be skipped, at most `at_most`."""
        number = hour_of_week(due)
        hours = 0
        while hours < HOURS and self.skipped >> (number + hours) % HOURS & 1:
            hours += 1
        if not hours:
            return timedelta()
        # Not every zone is whole hours away.
        begun = due.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return min(begun + timedelta(hours=hours) - due, at_most)


def found(text: bytes) -> UpdateHints:
    """The hints in a feed's own elements, before or after its items."""
    head = _around_entries(text).lower()
    days = {*_DAY.findall(_inside(_SKIPPED_DAYS, head))}
    hours = {int(hour) % 24 for hour in _HOUR.findall(_inside(_SKIPPED_HOURS, head))}
    return UpdateHints(_ttl(head), _skipped(frozenset(days), frozenset(hours)))


def _around_entries(text: bytes) -> bytes:
    first = _ENTRY.search(text)
    if first is None:
        return text[:_LONGEST]
    below = text[text.rfind(b"</%b>" % first[1]) :]
    return text[: min(first.start(), _LONGEST)] + below[-_LONGEST:]


def _ttl(head: bytes) -> timedelta:
    if said := _TTL.search(head):
        return timedelta(minutes=int(said[1]))
    period = _PERIOD.search(head)
    frequency = _FREQUENCY.search(head)
    times = max(int(frequency[1]), 1) if frequency else 1
    chosen = _PERIODS.get(period[1], timedelta()) / times if period else timedelta()
    # WordPress writes "hourly" into the feeds of those who never chose it, news agencies too.
    return timedelta() if chosen == _PERIODS[b"hourly"] else chosen


def _inside(pattern: re.Pattern[bytes], head: bytes) -> bytes:
    inside = pattern.search(head)
    return inside[1] if inside else b""


NO_HINTS = UpdateHints()


@lru_cache(maxsize=100)
def _skipped(days: frozenset[bytes], hours: frozenset[int]) -> int:
    return sum(
        1 << number
        for number in range(HOURS)
        if number % 24 in hours or _DAYS[number // 24] in days
    )
