"""When one source brings so much at once that a channel is to be spared."""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from typing import Final

from bot.configuration.records import FloodLimits

MINUTE: Final = timedelta(minutes=1)
FEW: Final = 3
"""So many stories are no flood, whatever else came with them."""


class Floods:
    """Watches for floods, source by source."""

    def __init__(self, flood: FloodLimits) -> None:
        self._flood = flood
        self._opened: defaultdict[str, deque[datetime]] = defaultdict(
            lambda: deque(maxlen=max(flood.stories, FEW) + 1)
        )

    def is_flooding(self, source: str, entries: int, opened: int, now: datetime) -> bool:
        """Whether a source floods, which now brought so many new entries and opened stories."""
        if opened == 0:
            return False
        times = self._opened[source]
        times.extend([now] * opened)
        in_a_minute = sum(now - time < MINUTE for time in times)
        return in_a_minute > (FEW if entries > self._flood.entries else self._flood.stories)
