"""What commands are given, and what they give."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.channels import Channel
from bot.clock import Clock
from bot.config import Configuration
from store import Store


@dataclass(frozen=True, slots=True)
class Office:
    """What commands work with.

    `started` is when the process was; `address` is the courier's; `wake` lets a channel's sender
    look into the outbox.
    """

    configuration: Configuration
    stored: Store
    clock: Clock
    started: datetime
    address: Callable[[Channel], str]
    wake: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a message stands: the chat's id, its public name if it has one, and the id there."""

    chat: str
    username: str
    message: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a command.

    `about` is the message that the command was a reply to, `quoted` that message's text.
    """

    arguments: str = ""
    about: Spot | None = None
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in Telegram's HTML: a title, and blocks that each stay on one page."""

    title: str
    blocks: tuple[str, ...] = ()
    between: str = "\n"


@dataclass(frozen=True, slots=True)
class Command:
    """A command: how it is written, what it does, and who answers it."""

    name: str
    usage: str
    purpose: str
    answer: Callable[[Office, Asked], Awaitable[Answer]]


class SorryError(Exception):
    """A command that cannot be done; the text tells whoever gave it why, and what to do."""
