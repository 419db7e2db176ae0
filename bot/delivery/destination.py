"""The interface of destinations: what takes messages for channels, and its errors."""

from enum import Enum, auto
from typing import Protocol, runtime_checkable

from bot.configuration.channels import Channel


class Capability(Enum):
    """What a destination may be able to do besides sending texts.

    Without `EDIT` a message stays as it was sent, without `REPLY` it stands alone, without
    `PICTURE` the caption is sent as a text. That a destination can look for messages whose answer
    was lost is told by its type, `MessageSearch`.
    """

    EDIT = auto()
    REPLY = auto()
    PICTURE = auto()


class Edited(Enum):
    """What came of an edit."""

    CHANGED = auto()
    NOT_MODIFIED = auto()
    NOT_FOUND = auto()
    NOT_OURS = auto()


class Seen(Enum):
    """What stands at an id: the text or caption that was looked for, another, or nothing."""

    THIS = auto()
    OTHER = auto()
    NOTHING = auto()


class DeliveryError(Exception):
    """A message was not delivered, as far as is known."""


class NotSentError(DeliveryError):
    """It certainly did not arrive: trying again is safe."""


class AmbiguousError(DeliveryError):
    """It may have arrived: the answer was lost."""


class WaitError(NotSentError):
    """The channel takes no more for `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"wait {seconds:g} s")


class RefusedError(DeliveryError):
    """The channel does not take messages from us; the text says why and what to do."""


class DoubtfulError(RefusedError):
    """The refusal is of a kind we do not know: the message may be at fault, or the channel."""


class UnreadableError(DeliveryError):
    """The markup was refused: our mistake. The plain text may still go through."""


class Destination(Protocol):
    """Takes messages for channels, as texts in Telegram's HTML."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What it can do besides sending texts."""
        ...

    def address(self, channel: Channel) -> str:
        """What tells this channel's messages from those of all others, also in later runs."""
        ...

    async def send(
        self,
        channel: Channel,
        text: str,
        *,
        reply_to: int | None = None,
        silent: bool = False,
        why: str = "",
        picture: bytes | None = None,
    ) -> int:
        """Send a message, under another where one is given, and return its id.

        `why` is what the button Why under it carries; without it there is none. With a `picture`
        (PNG) the text is its caption.

        Ids at one address grow.

        Raises:
            NotSentError, WaitError, AmbiguousError, RefusedError, UnreadableError
        """
        ...

    async def edit(
        self,
        channel: Channel,
        message_id: int,
        text: str,
        *,
        why: str = "",
        has_picture: bool = False,
    ) -> Edited:
        """Give a message this text and button; its picture stays. Raises as `send` does."""
        ...


@runtime_checkable
class MessageSearch(Destination, Protocol):
    """A destination that can look whether a message arrived whose answer was lost.

    All raise as `send` does.
    """

    def counts_alone(self, channel: Channel) -> bool:
        """Whether the ids in the channel go up by one, with no other chat's between them."""
        ...

    async def edits_only_its_own(self, channel: Channel) -> bool:
        """Whether an edit in the channel's chat can change nothing but this channel's messages."""
        ...

    async def look(self, channel: Channel, message_id: int, text: str) -> Seen:
        """What stands at an id. Changes nothing, but may be seen by others for a moment."""
        ...

    async def newest(self, channel: Channel) -> int:
        """An id above all that there are now. May be seen by others for a moment."""
        ...
