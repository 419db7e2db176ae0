"""Reconciliation: finding out whether a message arrived whose answer was lost.

Ids in a chat grow. What arrived stands above the last id that is known, and an edit to the very
same content tells that it is there: "not modified". Where such an edit could change what is not
this channel's, the ids are looked at instead.
"""

import html
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from bot.configuration.channels import Channel
from bot.delivery.destination import DoubtfulError, Edited, MessageSearch, Seen, UnreadableError
from bot.messages.rendering import plain

# A gap in the ids is a deleted post; after this many in a row nothing newer is there.
MISSES = 5
EDITED_IDS = 50
# Fewer, since each may be seen by others for a moment.
LOOKED_AT_IDS = 20
# "Not found" can be said of a message that is only just arriving.
ASK_AGAIN_AFTER = 3.0

Look = Callable[[int], Awaitable[Seen]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Lost:
    """A message with a lost answer: its text, button, and the last id known before."""

    text: str
    why: str
    last: int
    has_picture: bool = False


async def find(
    destination: MessageSearch,
    channel: Channel,
    lost: Lost,
    sleep: Callable[[float], Awaitable[None]],
) -> int | None:
    """The id of the message; None where it did not arrive."""
    search = _Search(destination, channel, lost)
    found = await search.look()
    if found is None:
        await sleep(ASK_AGAIN_AFTER)
        found = await search.look()
    return found


async def readable(act: Callable[[str], Awaitable[T]], text: str, say: Callable[[str], None]) -> T:
    """Deliver a text; where its markup is refused, deliver it as plain text."""
    try:
        return await act(text)
    except (UnreadableError, DoubtfulError) as error:
        say(str(error))
        return await act(plain(text))


def same(shown: str, text: str) -> bool:
    """Whether a message's shown text is what a text in HTML renders to."""
    return shown.split() == html.unescape(plain(text)).split()


class _Search:
    """The search for one message."""

    def __init__(self, destination: MessageSearch, channel: Channel, lost: Lost) -> None:
        self._destination = destination
        self._channel = channel
        self._text = lost.text
        self._why = lost.why
        self._has_picture = lost.has_picture
        self._last = lost.last
        self._newest = 0
        self._edits: bool | None = None

    async def look(self) -> int | None:
        """The message's id, searched upward from the last known id, or downward from the newest."""
        found, ended = None, False
        # Where no id is known, messages of ours may be there that an earlier database knew.
        if self._last and self._destination.counts_alone(self._channel):
            found, ended = await self._upward()
        return found if ended else await self._downward()

    async def _upward(self) -> tuple[int | None, bool]:
        """The result of the upward search, and whether it was exhaustive."""
        if self._edits is None:
            self._edits = await self._destination.edits_only_its_own(self._channel)
        look, reach = (self._edited, EDITED_IDS) if self._edits else (self._seen, LOOKED_AT_IDS)
        misses = 0
        for message in range(self._last + 1, self._last + 1 + reach):
            seen = await look(message)
            if seen is Seen.THIS:
                return message, True
            misses = misses + 1 if seen is Seen.NOTHING else 0
            if misses == MISSES:
                return None, True
        return None, False

    async def _downward(self) -> int | None:
        self._newest = self._newest or await self._destination.newest(self._channel)
        first = self._newest - 1
        for message in range(first, max(self._last, first - LOOKED_AT_IDS), -1):
            if await self._seen(message) is Seen.THIS:
                return message
        return None

    async def _seen(self, message: int) -> Seen:
        return await self._destination.look(self._channel, message, self._text)

    async def _edited(self, message: int) -> Seen:
        edit = partial(
            self._destination.edit,
            self._channel,
            message,
            why=self._why,
            has_picture=self._has_picture,
        )
        match await readable(edit, self._text, lambda _: None):
            case Edited.CHANGED | Edited.NOT_MODIFIED:
                return Seen.THIS
            case Edited.NOT_FOUND:
                return Seen.NOTHING
            case Edited.NOT_OURS:
                return Seen.OTHER
