"""The records of a checked configuration."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.configuration.channels import Channel
from rules import Matcher, Rule
from watchers import Watcher
from watchers.access import USUAL, Access


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """The limits from which a source floods: new entries in a poll, stories in a minute."""

    entries: int = 100
    stories: int = 10


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """An OpenAI-compatible service, and the environment variable with its key."""

    url: str
    model: str
    key_env: str
    timeout: timedelta = timedelta(seconds=20)
    a_day: int = 100


@dataclass(frozen=True, slots=True)
class HubCallbackAddress:
    """The public address of the WebSub callback, and the local address that it leads to.

    `lease` is how long a subscription is asked for.
    """

    address: str
    host: str
    port: int
    lease: timedelta = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class RemoteList:
    """An OPML list at an address, and the file with its last good copy."""

    name: str
    url: str
    file: Path
    allow_private: bool = False
    access: Access = USUAL


@dataclass(frozen=True, slots=True)
class Configuration:
    """The checked configuration, with its rules compiled.

    `administrators` is the channel for those who look after the bot, `users` are their ids.
    `warnings` are about what the file says, `remarks` about the shipped lexicon. `files` are what
    was read besides. `switched_off` are the names of watchers that are not used.
    `access` is how requests are made that no watcher says otherwise of. `metrics` is the file for
    a node exporter.
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
    metrics: Path | None = None
    websub: HubCallbackAddress | None = None
    llm: LanguageModel | None = None
    files: tuple[Path, ...] = ()
    lists: tuple[RemoteList, ...] = ()
    switched_off: frozenset[str] = frozenset()
    access: Access = USUAL

    @property
    def names(self) -> frozenset[str]:
        """The names of all watchers, also of those that are switched off."""
        return self.switched_off.union(watcher.name for watcher in self.watchers)

    @property
    def all_channels(self) -> tuple[Channel, ...]:
        """All channels, the administrators' included."""
        return (*self.channels, *([self.administrators] if self.administrators else ()))

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the environment that hold secrets for requests, each once."""
        every = (self.access, *(w.access for w in self.watchers), *(o.access for o in self.lists))
        return tuple(dict.fromkeys(name for access in every for name in access.variables))
