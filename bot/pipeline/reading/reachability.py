"""Whether sources cannot be reached because of themselves, or because there is no network."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

# So many sources in a row, and none that answers for so long, are no chance.
ENOUGH, LONG = 5, timedelta(seconds=10)
# With fewer sources nothing can be told of the network.
LEAST = 3


class Reachability:
    """Tells a network that is down from sources that are, by what many sources did."""

    def __init__(self, sources: int, now: Callable[[], datetime]) -> None:
        """`sources` is how many there are."""
        self._enough = max(LEAST, min(ENOUGH, sources))
        self._now = now
        self._reached = now()
        self._missing: dict[str, str] = {}
        self.is_down = False

    def missed(self, source: str, reason: str, *, at_once: bool = False) -> bool:
        """Take note that a source could not be reached; returns whether the network went down now.

        `at_once` does not wait to see whether another source answers.
        """
        self._missing.setdefault(source, reason)
        long = at_once or self._now() - self._reached >= LONG
        goes_down = not self.is_down and len(self._missing) >= self._enough and long
        self.is_down = self.is_down or goes_down
        return goes_down

    def reached(self) -> Mapping[str, str]:
        """Take note that a source answered; returns those missed since the last time, with why."""
        missing, self._missing = self._missing, {}
        self._reached = self._now()
        self.is_down = False
        return missing
