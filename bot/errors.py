"""Errors that the user can mend; each text says what is wrong, where, and what to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Self
from urllib.parse import urlsplit


def closest(found: str, allowed: Iterable[str]) -> str:
    """The allowed word that was probably meant, or ""."""
    return next(iter(get_close_matches(found, list(allowed), n=1)), "")


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """The end of an error text that suggests a word."""
    close = closest(found, allowed)
    return f"; did you mean {close!r}?" if close else ""


class BackchannelError(Exception):
    """The base of all errors that the user can mend."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in a configuration: file, line, key, and what would be right."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class ConfigurationError(BackchannelError):
    """The configuration has mistakes."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class TokenRefusedError(BackchannelError):
    """Telegram does not accept the token in TELEGRAM_BOT_TOKEN.

    Copy it again from @BotFather (/mybots, your bot, API Token): it looks like 123456:ABC-DEF.
    """

    def __str__(self) -> str:
        return " ".join((self.__doc__ or "").split())


@dataclass
class AlreadyRunningError(BackchannelError):
    """Another Backchannel is running on this data folder: stop it first, or set another folder."""

    folder: str

    def __str__(self) -> str:
        return f"{self.folder}: {self.__doc__}"


@dataclass
class DataFolderError(BackchannelError):
    """The data folder cannot be written: make it writable for this user, or name another."""

    folder: str
    cause: str

    def __str__(self) -> str:
        return f"{self.folder}: {self.__doc__} ({self.cause})"


@dataclass
class NotInstalledError(BackchannelError):
    """Something is configured for which a library is missing."""

    what: str
    extra: str

    def __str__(self) -> str:
        return (
            f"{self.what} is configured, and its library is not installed: "
            f'run .venv/bin/pip install "backchannel[{self.extra}]", or take {self.what} out'
        )


@dataclass
class NoKeyError(BackchannelError):
    """A service is configured, and the key to it is missing."""

    variable: str

    def __str__(self) -> str:
        return (
            f"the environment has no {self.variable}, in which [llm] wants the key to its service: "
            "set it (any text where the service wants none), or take [llm] out"
        )


@dataclass
class NoSuchError(BackchannelError):
    """A name does not exist."""

    kind: str
    name: str
    known: Sequence[str]

    def __str__(self) -> str:
        close = get_close_matches(self.name, self.known, n=1)
        meant = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(self.known)}"
        return f"there is no {self.kind} {self.name!r}; {meant}"


@dataclass
class NoSuchIdError(BackchannelError):
    """No id begins with this prefix."""

    kind: str
    name: str
    near: Sequence[str]

    def __str__(self) -> str:
        near = f"did you mean {' or '.join(self.near)}?" if self.near else "none is like it"
        return f"there is no {self.kind} {self.name}; {near}"


@dataclass
class AmbiguousIdError(BackchannelError):
    """Several ids begin with this prefix."""

    kind: str
    name: str
    ids: Sequence[str]

    def __str__(self) -> str:
        return f"more than one {self.kind} begins with {self.name!r}: {', '.join(self.ids)}"


@dataclass
class NonsenseError(BackchannelError):
    """A request contradicts itself."""

    reason: str

    def __str__(self) -> str:
        return f"that cannot be done: {self.reason}"


@dataclass
class NothingStoredError(BackchannelError):
    """nothing is stored here yet: let the bot run first, or name its folder with --data."""

    folder: str

    def __str__(self) -> str:
        return f"{self.folder}: {self.__doc__}"


@dataclass
class UnreadableSourceError(BackchannelError):
    """A source or file cannot be read."""

    place: str
    cause: str

    def __str__(self) -> str:
        return f"{self.place}: {self.cause}"


@dataclass
class NotWritableError(BackchannelError):
    """A file cannot be written."""

    place: str
    cause: str

    def __str__(self) -> str:
        return f"{self.place} cannot be written: {self.cause}"


@dataclass
class AlreadyThereError(BackchannelError):
    """A file that was to be made is there."""

    place: str

    def __str__(self) -> str:
        return f"{self.place} is there already, and stays as it is: name another with --config"


@dataclass
class AlreadyWatchedError(BackchannelError):
    """A source is a watcher already."""

    place: str
    watcher: str

    def __str__(self) -> str:
        return f"{self.place} is watched already, by {self.watcher!r}"


@dataclass
class NoChatError(BackchannelError):
    """has no chat, and there is a token: write chat = "@your_channel" (docs/telegram.md)."""

    channel: str

    def __str__(self) -> str:
        return f"the channel {self.channel} {self.__doc__}"


class AnotherBotError(BackchannelError):
    """Another process answers with the same token, so this one stops: run one at a time.

    For a second one, make another bot with @BotFather (/newbot) and give it a token of its own.
    """

    def __str__(self) -> str:
        return " ".join((self.__doc__ or "").split())


@dataclass
class WebhookSetError(BackchannelError):
    """a webhook is set for this bot, so that messages to it do not come here."""

    webhook: str
    api: str

    @classmethod
    def of(cls, url: str, base_url: str) -> Self:
        """For a webhook's URL and the Bot API's; what may hold the token is left out."""
        parts = urlsplit(url)
        shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/…" if url else "not known"
        return cls(shown, base_url.rpartition("/bot")[0])

    def __str__(self) -> str:
        method = f"{self.api}/bot$TELEGRAM_BOT_TOKEN/deleteWebhook"
        return f'{self.__doc__} It is {self.webhook}; remove it with: curl "{method}"'


@dataclass
class TelegramUnreachableError(BackchannelError):
    """Telegram cannot be reached: look at the network, and at TELEGRAM_API_URL if it is set."""

    cause: str

    def __str__(self) -> str:
        return f"{self.__doc__} ({self.cause})"


class NoTokenError(BackchannelError):
    """TELEGRAM_BOT_TOKEN is not set: write it before the command, TELEGRAM_BOT_TOKEN=123:ABC ./run.

    Where to get one is in docs/telegram.md.
    """

    def __str__(self) -> str:
        return " ".join((self.__doc__ or "").split())
