"""The configuration as records: what the bot runs on, all of it checked."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.configuration.channels import Channel
from rules import Matcher, Rule
from watchers import Watcher


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """What is one: more new entries in one poll than this, or more stories in a minute."""

    entries: int = 100
    stories: int = 10


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A service, and the name of the environment variable that holds the key to it."""

    url: str
    model: str
    key_env: str
    timeout: timedelta = timedelta(seconds=20)
    a_day: int = 100


@dataclass(frozen=True, slots=True)
class HubCallbackAddress:
    """How hubs reach us: the address of all callbacks, and what it leads to on this machine.

    `lease` is how long a subscription is asked for.
    """

    address: str
    host: str
    port: int
    lease: timedelta = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class RemoteList:
    """A list that is fetched, and the file with its last good copy."""

    name: str
    url: str
    file: Path
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the bot runs on: all of it checked, with the rules ready to match.

    `administrators` is the channel for those who look after the bot, `users` are their ids.
    `warnings` are about what the file says, `remarks` about the shipped lexicon. `files` are what
    was read besides.
    """

    channels: tuple[Channel, ...]
    watchers: tuple[Watcher, ...]
    rules: tuple[Rule, ...]
    matcher: Matcher = field(repr=False)
    administrators: Channel | None = None
    users: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    keep: timedelta = timedelta(days=90)
    edit_every: timedelta = timedelta(minutes=1)
    flood: FloodLimits = field(default_factory=FloodLimits)
    contact: str = ""
    websub: HubCallbackAddress | None = None
    llm: LanguageModel | None = None
    files: tuple[Path, ...] = ()
    lists: tuple[RemoteList, ...] = ()

    @property
    def all_channels(self) -> tuple[Channel, ...]:
        """The channels, that of the administrators among them."""
        return (*self.channels, *([self.administrators] if self.administrators else ()))
