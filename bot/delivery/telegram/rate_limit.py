"""Rate limiting of requests to Telegram, by its published limits.

core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from telegram.ext import BaseRateLimiter

MAX_CHATS: Final = 1_000
# A copy that was made to be looked at would stand in its chat for a second, and after a kill in
# that second for ever.
_AT_ONCE: Final = frozenset({"deleteMessage"})

Answer = bool | dict[str, Any] | list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` requests within any `seconds`."""

    count: int
    seconds: float


# A little longer than they are published: requests do not all take the same time to get there.
OVERALL: Final = (Rate(30, 1.05),)
CHAT: Final = (Rate(1, 1.05),)
GROUP: Final = (Rate(1, 1.05), Rate(20, 60.5))


class Pacing(BaseRateLimiter[None]):
    """A rate limiter for all requests and for each chat.

    The library's own limiter lets twice as many through at first, and knows no limit for a chat.
    """

    def __init__(self) -> None:
        self._overall = _Queue(OVERALL)
        self._chats: OrderedDict[str, _Queue] = OrderedDict()

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

    async def process_request(  # noqa: PLR0917  the library says so
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,  # noqa: ARG002
    ) -> Answer:
        """Pass a request on when its chat and all chats together are below their limits."""
        if (chat := data.get("chat_id")) is not None:
            if endpoint not in _AT_ONCE:
                await self._of_chat(str(chat)).wait()
            await self._overall.wait()
        return await callback(*args, **kwargs)

    def _of_chat(self, chat: str) -> "_Queue":
        # A name is that of a channel or group, a number below zero, too.
        queue = self._chats.setdefault(chat, _Queue(CHAT if chat.isdecimal() else GROUP))
        self._chats.move_to_end(chat)
        if len(self._chats) > MAX_CHATS:
            self._chats.popitem(last=False)
        return queue


class _Queue:
    """A queue of requests that keeps to rates."""

    def __init__(self, rates: tuple[Rate, ...]) -> None:
        self._lock = asyncio.Lock()
        self._last = [(rate, deque[float](maxlen=rate.count)) for rate in rates]

    async def wait(self) -> None:
        """Wait until one more request is allowed."""
        loop = asyncio.get_running_loop()
        async with self._lock:
            for rate, last in self._last:
                if len(last) == rate.count:
                    await asyncio.sleep(last[0] + rate.seconds - loop.time())
            for _, last in self._last:
                last.append(loop.time())
