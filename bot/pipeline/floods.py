"""Flood detection: sources that open very many stories at once."""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from typing import Final

from bot.configuration.records import FloodLimits

MINUTE: Final = timedelta(minutes=1)
FEW: Final = 3
"""So many stories are never a flood, however many entries came."""


class Floods:
    """Detects floods by source."""

    def __init__(self, flood: FloodLimits) -> None:
        self._flood = flood
        self._opened: defaultdict[str, deque[datetime]] = defaultdict(
            lambda: deque(maxlen=max(flood.stories, FEW) + 1)
        )

    def is_flooding(self, source: str, entries: int, opened: int, now: datetime) -> bool:
        """Whether a source floods, given its new entries and opened stories now."""
        if opened == 0:
            return False
        times = self._opened[source]
        times.extend([now] * opened)
        in_a_minute = sum(now - time < MINUTE for time in times)
        return in_a_minute > (FEW if entries > self._flood.entries else self._flood.stories)
