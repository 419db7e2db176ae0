"""How often a feed asks to be read: its `ttl`, `skipHours`, `skipDays`, `sy:updatePeriod`."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Self

from watchers.week import HOURS, hour_of_week

_FLAGS = re.IGNORECASE
_TTL = re.compile(rb"<ttl>\s*(\d{1,6})\s*</ttl>", _FLAGS)
_PERIOD = re.compile(rb"<sy:updatePeriod>\s*(\w{4,8})\s*<", _FLAGS)
_FREQUENCY = re.compile(rb"<sy:updateFrequency>\s*(\d{1,4})\s*<", _FLAGS)
_SKIPPED_HOURS = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", _FLAGS | re.DOTALL)
_SKIPPED_DAYS = re.compile(rb"<skipDays>(.{0,1000}?)</skipDays>", _FLAGS | re.DOTALL)
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>", _FLAGS)
_DAY = re.compile(rb"<day>\s*(\w{6,9})\s*</day>", _FLAGS)
_DAYS = (b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday")
_PERIODS = {
    b"hourly": timedelta(hours=1),
    b"daily": timedelta(days=1),
    b"weekly": timedelta(weeks=1),
    b"monthly": timedelta(days=30),
    b"yearly": timedelta(days=365),
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """`ttl` is the shortest time between two readings; `skipped` are hours of the week as bits.

    Both are in GMT, as RSS has it.
    """

    ttl: timedelta = timedelta()
    skipped: int = 0

    @classmethod
    def read(cls, written: str) -> Self:
        """The wishes in a source's state."""
        ttl, _, skipped = written.partition(" ")
        return cls(timedelta(seconds=int(ttl)), int(skipped, 16)) if written else cls()

    def written(self) -> str:
        """The wishes as text, "" where there are none."""
        return f"{int(self.ttl.total_seconds())} {self.skipped:x}" if self else ""

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.ttl or self.skipped)

    def wait(self, due: datetime, at_most: timedelta) -> timedelta:
        """How much longer to wait where the time is one to be skipped, `at_most` at the most."""
        number = hour_of_week(due)
        hours = 0
        while hours < HOURS and self.skipped >> (number + hours) % HOURS & 1:
            hours += 1
        if not hours:
            return timedelta()
        # Not every zone is whole hours away.
        begun = due.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return min(begun + timedelta(hours=hours) - due, at_most)


def found(head: bytes) -> Wishes:
    """What a feed says above its entries."""
    days = {name.lower() for name in _DAY.findall(_inside(_SKIPPED_DAYS, head))}
    hours = {int(hour) % 24 for hour in _HOUR.findall(_inside(_SKIPPED_HOURS, head))}
    return Wishes(_ttl(head), _skipped(frozenset(days), frozenset(hours)))


def _ttl(head: bytes) -> timedelta:
    if said := _TTL.search(head):
        return timedelta(minutes=int(said[1]))
    period = _PERIOD.search(head)
    frequency = _FREQUENCY.search(head)
    times = max(int(frequency[1]), 1) if frequency else 1
    chosen = _PERIODS.get(period[1].lower(), timedelta()) / times if period else timedelta()
    # WordPress writes "hourly" into the feeds of those who never chose it, news agencies too.
    return timedelta() if chosen == _PERIODS[b"hourly"] else chosen


def _inside(pattern: re.Pattern[bytes], head: bytes) -> bytes:
    inside = pattern.search(head)
    return inside[1] if inside else b""


NO_WISHES = Wishes()


@lru_cache(maxsize=100)
def _skipped(days: frozenset[bytes], hours: frozenset[int]) -> int:
    return sum(
        1 << number
        for number in range(HOURS)
        if number % 24 in hours or _DAYS[number // 24] in days
    )
