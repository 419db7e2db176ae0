"""The learned publishing rhythm of a source: events an hour, for each hour of the week.

What counts is whether a reading brought anything: entries that come together are one event, and
no date has to be right. How many events there were is estimated from how many were expected.
"""

import math
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from watchers.scheduling.week import HOURS, into_week

# A source of which nothing is known, or that surprised us, is taken to bring so many an hour.
UNKNOWN = 2.0
_WRITTEN = struct.Struct(f"<{HOURS}e5f")
# What is unusual lasts so many hours, by and large.
_LASTING = 1.0
# Much of what looks unusual is chance.
_TRUSTED = 0.5
_SURPRISING = 1 / 3
_NOTHING = 1e-6
_SLICE = 0.25
_HOUR = timedelta(hours=1)
# One a minute: a source is not read more often.
_MOST = 60.0
_RECENT = 10


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Events an hour in each hour of the week (NaN where not observed), and today's.

    `usual` holds where nothing else is known. `surplus` is what comes an hour beyond the
    usual now, and fades. In the hour `present`, `found` events were found in `watched` hours.
    """

    rates: tuple[float, ...] = (math.nan,) * HOURS
    usual: float = UNKNOWN
    surplus: float = 0.0
    present: int = 0
    found: float = 0.0
    watched: float = 0.0

    @classmethod
    def read(cls, written: bytes | None) -> Self:
        """The rhythm stored in a source's state; an empty one where there is none."""
        if written is None or len(written) != _WRITTEN.size:
            return cls()
        values = _WRITTEN.unpack(written)
        usual, surplus, present, found, watched = values[HOURS:]
        return cls(values[:HOURS], usual, surplus, int(present), found, watched)

    def written(self) -> bytes:
        """The rhythm as bytes, to be stored."""
        return _WRITTEN.pack(
            *self.rates, self.usual, self.surplus, self.present, self.found, self.watched
        )

    def with_usual(self, dates: Iterable[datetime], now: datetime) -> Self:
        """The rhythm updated with the publication dates of entries."""
        recent = sorted((date for date in dates if date <= now), reverse=True)[:_RECENT]
        if not recent:
            return self
        between = (recent[0] - recent[-1]) / max(len(recent) - 1, 1)
        hours = max(between, (now - recent[0]) / 2) / _HOUR
        return replace(self, usual=1 / max(hours, 1 / _MOST))

    def after(self, since: datetime, now: datetime, *, brought: bool) -> Self:
        """The rhythm updated with a poll that brought something new or not."""
        hours = (now - since) / _HOUR
        # What was not watched for a week tells nothing of its hours.
        if not 0 < hours < HOURS:
            return self
        slices = [*self._slices(since, now)]
        usually = sum(self._rate(hour) * length for hour, length, _ in slices)
        expected = max(sum(length * rate for _, length, rate in slices), _NOTHING)
        found = expected / -math.expm1(-expected) if brought else 0.0
        kept = math.exp(-hours / _LASTING)
        surplus = self.surplus * kept + _TRUSTED * (1 - kept) * (found - usually) / hours
        if brought and expected < _SURPRISING:
            # Something begins: read it again as a source of which nothing is known.
            surplus = max(surplus, UNKNOWN)
        made = self
        for hour, length, rate in slices:
            # Within its time, an event is where it was to be expected.
            share = rate * length / expected if expected > _NOTHING else length / hours
            made = made._in_hour(hour, length, found * share, min(surplus, _MOST))
        return made

    def when(self, events: float, now: datetime, within: timedelta) -> timedelta:
        """The time until so many events are expected, at most `within`."""
        expected = 0.0
        passed = 0.0
        for _, length, rate in self._slices(now, now + within):
            if expected + rate * length >= events:
                return (passed + (events - expected) / rate) * _HOUR
            expected += rate * length
            passed += length
        return within

    @property
    def hours(self) -> int:
        """How many hours of the week were observed."""
        return sum(not math.isnan(rate) for rate in self.rates)

    def usually(self, since: datetime, until: datetime) -> float:
        """The events that are usual from one time to another, as far as was observed."""
        weeks, rest = divmod((until - since) / _HOUR, HOURS)
        at = into_week(since)
        observed = [0.0 if math.isnan(rate) else rate for rate in self.rates]
        expected = weeks * sum(observed)
        while rest > 0:
            length = min(math.floor(at) + 1 - at, rest)
            expected += observed[int(at) % HOURS] * length
            at += length
            rest -= length
        return expected

    def _slices(self, start: datetime, end: datetime) -> Iterator[tuple[int, float, float]]:
        """The time split at full hours: hour of the week, length in hours, rate."""
        # In floats: with datetimes it took a tenth of all the time of a poll.
        at = into_week(start)
        hour = int(at)
        into = at - hour
        rest = (end - start) / _HOUR
        passed = 0.0
        usually = self._rate(hour)
        while rest > 0:
            length = min(_SLICE, 1 - into, rest)
            rate = usually + self.surplus * math.exp(-(passed + length / 2) / _LASTING)
            yield hour, length, max(rate, 0.0)
            passed += length
            rest -= length
            into += length
            if into >= 1:
                hour, into = (hour + 1) % HOURS, 0.0
                usually = self._rate(hour)

    def _rate(self, hour: int) -> float:
        if not math.isnan(rate := self.rates[hour]):
            return rate
        # The same hour of the other days.
        known = [rate for rate in self.rates[hour % 24 :: 24] if not math.isnan(rate)]
        return sum(known) / len(known) if known else self.usual

    def _in_hour(self, hour: int, length: float, found: float, surplus: float) -> Self:
        """The rhythm updated with a count of events in a part of an hour of the week."""
        # Not `replace`: it takes three times as long, in every poll.
        make = type(self)
        if hour == self.present:
            found, length = self.found + found, self.watched + length
            return make(self.rates, self.usual, surplus, hour, found, length)
        rates = list(self.rates)
        if self.watched:
            seen = min(self.found / self.watched, _MOST)
            before = rates[self.present]
            rates[self.present] = seen if math.isnan(before) else (before + seen) / 2
        return make(tuple(rates), self.usual, surplus, hour, found, length)
