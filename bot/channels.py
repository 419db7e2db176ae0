"""Where stories go, and what can happen on the way there."""

from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import Enum, auto
from typing import Protocol

ADMINISTRATORS = "administrators"
"""The name of the channel that tells whoever looks after the bot what they must know."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A configured channel: a Telegram chat, or the terminal where `chat` is empty."""

    name: str
    chat: str = ""
    topic: int | None = None
    timezone: tzinfo = UTC
    silent: bool = False


class Edited(Enum):
    """What came of an edit."""

    CHANGED = auto()
    NOT_MODIFIED = auto()
    NOT_FOUND = auto()
    NOT_OURS = auto()


class CourierError(Exception):
    """A message was not delivered, as far as is known."""


class NotSentError(CourierError):
    """It certainly did not arrive: trying again is safe."""


class AmbiguousError(CourierError):
    """It may have arrived: the answer was lost."""


class WaitError(NotSentError):
    """The channel takes no more for `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"wait {seconds:g} s")


class RefusedError(CourierError):
    """The channel does not take messages from us; the text says why and what to do."""


class UnreadableError(CourierError):
    """The markup was refused: our mistake. The plain text may still go through."""


class Courier(Protocol):
    """Carries texts in Telegram's HTML to channels."""

    def address(self, channel: Channel) -> str:
        """What tells this channel's messages from those of all others, also in later runs."""
        ...

    async def send(self, channel: Channel, text: str) -> int:
        """Send a message and return its id. Ids at one address grow.

        Raises:
            NotSentError, WaitError, AmbiguousError, RefusedError, UnreadableError
        """
        ...

    async def edit(self, channel: Channel, message_id: int, text: str) -> Edited:
        """Give a message this text. Raises as `send` does."""
        ...
