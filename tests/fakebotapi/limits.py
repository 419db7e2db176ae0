"""Telegram's published limits, and chats that take nothing for a while."""

import math
from collections import defaultdict, deque
from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` within any `seconds`."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits that Telegram publishes; None is no limit."""

    chat: Rate | None = Rate(1, 1.0)
    group: Rate | None = Rate(20, 60.0)
    overall: Rate | None = Rate(30, 1.0)


UNLIMITED = Limits(chat=None, group=None, overall=None)


class Flood:
    """Counts what is sent, and says when to wait."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._sent: dict[Hashable, deque[float]] = defaultdict(deque)
        self._held_until: dict[int, float] = {}

    def hold(self, chat: int, seconds: int, now: float) -> None:
        """Let a chat take nothing for so long."""
        self._held_until[chat] = max(self._held_until.get(chat, 0.0), now + seconds)

    def held(self, chat: int, now: float) -> int:
        """Return how many seconds a chat still takes nothing, as it was told to the client."""
        return max(0, math.ceil(round(self._held_until.get(chat, 0.0) - now, 6)))

    def wait(self, chat: int, now: float, *, is_group: bool) -> int:
        """Count a message, or return the seconds after which it may be sent."""
        rates = [
            (("overall",), self.limits.overall),
            (("chat", chat), self.limits.chat),
            (("group", chat), self.limits.group if is_group else None),
        ]
        used = [(self._sent[key], rate) for key, rate in rates if rate is not None]
        seconds = max((self._until_free(sent, rate, now) for sent, rate in used), default=0.0)
        if seconds > 0:
            return max(1, math.ceil(seconds))
        for sent, _ in used:
            sent.append(now)
        return 0

    @staticmethod
    def _until_free(sent: deque[float], rate: Rate, now: float) -> float:
        while sent and sent[0] <= now - rate.seconds + 1e-6:
            sent.popleft()
        return 0.0 if len(sent) < rate.count else sent[-rate.count] + rate.seconds - now
