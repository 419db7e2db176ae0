"""When one source brings so much at once that a channel is to be spared."""

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

MINUTE: Final = timedelta(minutes=1)
HELD: Final = timedelta(minutes=2)
"""So long the stories of a flood wait, so that more of them are told together."""


@dataclass(frozen=True, slots=True)
class Flood:
    """What is one: more new entries in one poll than this, or more stories in a minute."""

    entries: int = 100
    stories: int = 10


class Floods:
    """Watches for floods, source by source."""

    def __init__(self, flood: Flood) -> None:
        self._flood = flood
        self._opened: defaultdict[str, deque[datetime]] = defaultdict(
            lambda: deque(maxlen=flood.stories + 1)
        )

    def is_flooding(self, source: str, entries: int, opened: int, now: datetime) -> bool:
        """Whether a source floods, which now brought so many new entries and opened stories."""
        if opened == 0:
            return False
        times = self._opened[source]
        times.extend([now] * opened)
        in_a_minute = sum(now - time < MINUTE for time in times)
        return entries > self._flood.entries or in_a_minute > self._flood.stories
