"""What commands are given, and what they give."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.clock import Clock
from bot.configuration.channels import Channel
from bot.configuration.records import Configuration
from store import Store
from watchers.discovery import Source


@dataclass(frozen=True, slots=True)
class Adding:
    """Adding watchers: the configuration file, and how to find out what an address is."""

    file: Path
    sources: Callable[[str], Awaitable[Sequence[Source]]]


@dataclass(frozen=True, slots=True)
class CommandContext:
    """The services that commands use.

    `started` is when the process was; `address` is the courier's; `wake` lets a channel's sender
    look into the outbox; `correct` makes the corrections that wait. `adding` is how watchers are
    added, where they can be.
    """

    configuration: Configuration
    stored: Store
    clock: Clock
    started: datetime
    address: Callable[[Channel], str]
    wake: Callable[[str], None]
    correct: Callable[[], Awaitable[object]]
    adding: Adding | None = None


@dataclass(frozen=True, slots=True)
class MessageLocation:
    """The location of a message: chat id, the chat's public name if any, message id."""

    chat: str
    username: str
    message: int


@dataclass(frozen=True, slots=True)
class Asked:
    """The input of a command.

    `about` is the message that the command was a reply to, `quoted` that message's text, `user`
    the id of whoever asks.
    """

    arguments: str = ""
    about: MessageLocation | None = None
    quoted: str = ""
    user: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """A question with two buttons, for the user who gave the command, until a time."""

    user: int
    until: datetime
    yes: str
    no: str
    act: Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in Telegram's HTML: a title, and blocks that are not split across pages.

    `ready` are pages that are made already. A `picture` (PNG) comes before them, with its caption;
    a `question` stands under an answer of one page.
    """

    title: str = ""
    blocks: tuple[str, ...] = ()
    between: str = "\n"
    ready: tuple[str, ...] = ()
    picture: bytes | None = None
    caption: str = ""
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A command: name, usage, purpose, and the function that answers it."""

    name: str
    usage: str
    purpose: str
    answer: Callable[[CommandContext, Asked], Awaitable[Answer]]


class SorryError(Exception):
    """A command failed; the text tells the user why, and what to do."""
