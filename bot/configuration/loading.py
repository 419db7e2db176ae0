"""The configuration: `config.toml` and the lexicon, read, checked, and turned into records."""

import tomllib
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.configuration import kind_options as kinds
from bot.configuration import opml
from bot.configuration.channels import ADMINISTRATORS, Channel
from bot.configuration.gdelt_query import query_of
from bot.configuration.opml import ListAtAddress
from bot.configuration.schema import (
    AdministratorsTable,
    ChannelTable,
    FileTable,
    LlmTable,
    RuleTable,
    SettingsTable,
    WatcherTable,
    WatchingTable,
    WebsubTable,
)
from bot.configuration.toml_positions import Key, Places
from bot.configuration.watcher_names import name_for
from bot.errors import ConfigurationError, Fault, UnreadableSourceError, did_you_mean
from bot.pipeline.floods import Flood
from bot.pipeline.hubs.subscriptions import Public
from bot.pipeline.language_model import Service
from rules import ExpressionError, Lexicon, LexiconError, Matcher, Rule
from watchers import FEED, NO_OPTIONS, Watcher
from watchers.kinds.gdelt import GdeltOptions

LISTS = "lists"
_LEXICON_TABLES = ("actor", "topic", "office")


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
    flood: Flood = field(default_factory=Flood)
    contact: str = ""
    websub: Public | None = None
    llm: Service | None = None
    files: tuple[Path, ...] = ()
    lists: tuple[ListAtAddress, ...] = ()

    @property
    def all_channels(self) -> tuple[Channel, ...]:
        """The channels, that of the administrators among them."""
        return (*self.channels, *([self.administrators] if self.administrators else ()))


def load(path: Path, data: Path | None = None) -> Configuration:
    """Read and check a configuration file; lists of feeds at addresses have copies in `data`.

    Raises:
        ConfigurationError: with every mistake found, each with its line.
    """
    return _Loader(path, data).load()


class _Loader:
    """One file on its way to a configuration; every mistake is reported with its place in it."""

    def __init__(self, path: Path, data: Path | None) -> None:
        self._path = path
        self._data = data
        self._text = self._read()

    def load(self) -> Configuration:
        tables = self._tables()
        file = self._checked(tables)
        self._raise(
            [
                *self._repeated(file),
                *self._unknown_channels(file),
                *self._unknown_rules(file),
                *self._intervals(file),
                *self._abstracts(file),
            ]
        )
        rules = tuple(_rule(table) for table in file.rule)
        lexicon = self._lexicon(tables)
        matcher = self._matcher(rules, lexicon)
        warnings = lexicon.warnings()
        # A second one takes half a second, which a file without names of its own need not wait.
        is_shipped = not _own_names(tables)
        remarks = warnings if is_shipped else Lexicon.from_tables(shipped_lexicon()).warnings()
        return Configuration(
            channels=tuple(_channel(table, file.settings) for table in file.channel),
            watchers=self._watchers(file, matcher),
            rules=rules,
            matcher=matcher,
            warnings=tuple(w for w in warnings if w not in remarks),
            remarks=remarks,
            administrators=_administrators(file),
            users=file.administrators.users,
            keep=file.settings.keep,
            edit_every=file.settings.edit_every,
            flood=Flood(file.watching.flood_entries, file.watching.flood_stories),
            contact=file.settings.contact,
            websub=_public(file.websub),
            llm=_service(file),
            files=tuple(
                path for w in file.watcher if w.kind == opml.KIND and (path := self._list_file(w))
            ),
            lists=tuple(
                ListAtAddress(w.name, w.url, path, allow_private=w.allow_private)
                for w in file.watcher
                if w.kind == opml.KIND and w.enabled and w.url and (path := self._list_file(w))
            ),
        )

    @cached_property
    def _places(self) -> Places:
        # Only mistakes have need of them, and of 10,000 watchers they take 25 MB.
        return Places(self._text)

    def _read(self) -> str:
        try:
            return self._path.read_text("utf-8")
        except FileNotFoundError:
            reason = "there is no such file; name yours with --config"
        except UnicodeDecodeError as error:
            reason = f"it is not written in UTF-8 (byte {error.start}): save it as UTF-8"
        except OSError as error:
            reason = f"it cannot be read: {error.strerror}"
        raise ConfigurationError([Fault(str(self._path), 0, "", reason)])

    def _tables(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            raise ConfigurationError([_syntax_fault(self._path, self._text, error)]) from error

    def _checked(self, tables: Mapping[str, Any]) -> FileTable:
        faults = list(self._kinds(tables.get("watcher")))
        try:
            file = FileTable.model_validate(tables)
        except ValidationError as error:
            others = [self._fault(tuple(e["loc"]), _explained(e)) for e in _causes(error)]
            raise ConfigurationError([*others, *faults]) from error
        self._raise(faults)
        return file

    def _kinds(self, watchers: object) -> Iterator[Fault]:
        for position, table in enumerate(watchers if isinstance(watchers, list) else ()):
            if isinstance(table, dict):
                for key, message in kinds.mistakes(table):
                    yield self._fault(("watcher", position, *key), message)

    def _fault(self, key: Key, message: str) -> Fault:
        return Fault(str(self._path), self._places.line(key), _shown(key), message)

    def _raise(self, faults: Sequence[Fault]) -> None:
        if faults:
            raise ConfigurationError(faults)

    def _repeated(self, file: FileTable) -> Iterator[Fault]:
        groups: dict[str, Sequence[ChannelTable | WatcherTable | RuleTable]] = {
            "channel": file.channel,
            "watcher": file.watcher,
            "rule": file.rule,
        }
        for kind, members in groups.items():
            seen: Counter[str] = Counter()
            for position, member in enumerate(members):
                seen[member.name] += 1
                if seen[member.name] > 1:
                    yield self._fault(
                        (kind, position, "name"),
                        f"there is another {kind} named {member.name!r} above: each needs its own",
                    )

    def _unknown_channels(self, file: FileTable) -> Iterator[Fault]:
        names = [channel.name for channel in file.channel]
        for position, rule in enumerate(file.rule):
            for name in rule.channels:
                if name not in names:
                    yield self._fault(
                        ("rule", position, "channels"),
                        f"there is no channel {name!r}{did_you_mean(name, names)}",
                    )

    def _unknown_rules(self, file: FileTable) -> Iterator[Fault]:
        names = [rule.name for rule in file.rule]
        for position, table in enumerate(file.watcher):
            options = kinds.options(table.kind, table.own_keys)
            if isinstance(options, GdeltOptions) and options.rule not in ("", *names):
                yield self._fault(
                    ("watcher", position, "rule"),
                    f"there is no rule {options.rule!r}{did_you_mean(options.rule, names)}",
                )

    def _abstracts(self, file: FileTable) -> Iterator[Fault]:
        for position, table in enumerate(file.channel):
            if table.abstract and not file.llm.model:
                yield self._fault(
                    ("channel", position, "abstract"), "[llm] has to say which model writes them"
                )

    def _intervals(self, file: FileTable) -> Iterator[Fault]:
        for position, table in enumerate(file.watcher):
            watcher = _watcher(table, file.watching)
            if watcher.every > watcher.at_most:
                yield self._fault(
                    ("watcher", position, "every"),
                    f"every ({_time(watcher.every)}) is longer than at_most "
                    f"({_time(watcher.at_most)})",
                )

    def _watchers(self, file: FileTable, matcher: Matcher) -> tuple[Watcher, ...]:
        made = [
            self._asking(position, _watcher(table, file.watching), table.url, matcher)
            for position, table in enumerate(file.watcher)
            if table.enabled and table.kind != opml.KIND
        ]
        names = {table.name for table in file.watcher}
        for position, table in enumerate(file.watcher):
            if table.enabled and table.kind == opml.KIND:
                known = {watcher.url for watcher in made}
                for outline in self._outlines(position, table):
                    if outline.url not in known:
                        made.append(_listed(outline, _watcher(table, file.watching), names))
                        names.add(made[-1].name)
        return tuple(made)

    def _asking(self, position: int, watcher: Watcher, url: str, matcher: Matcher) -> Watcher:
        """The watcher with a query in the place of the rule that it is to be made of."""
        options = watcher.options
        if not (isinstance(options, GdeltOptions) and options.rule):
            return watcher
        query = query_of(matcher.wording(options.rule))
        if not query:
            fault = self._fault(
                ("watcher", position, "rule"),
                f"nothing in the rule {options.rule!r} can be asked of GDELT, which wants English "
                "words of three letters or more: write a query",
            )
            raise ConfigurationError([fault])
        options = replace(options, query=query, rule="")
        return replace(watcher, options=options, url=options.address(url))

    def _outlines(self, position: int, table: WatcherTable) -> list[opml.Outline]:
        file = self._list_file(table)
        try:
            return opml.read_file(file) if file else []
        except UnreadableSourceError as error:
            if table.url:
                # It was not fetched yet.
                return []
            fault = self._fault(("watcher", position, "file"), str(error))
            raise ConfigurationError([fault]) from error

    def _list_file(self, table: WatcherTable) -> Path | None:
        """Where a list stands, or its copy, which is in the data folder."""
        if not table.url:
            return self._path.parent / str(table.own_keys["file"])
        return self._data / LISTS / f"{table.name}.opml" if self._data else None

    def _lexicon(self, tables: Mapping[str, Any]) -> Lexicon:
        own = (str(self._path), _own_names(tables))
        try:
            return Lexicon.from_tables([*shipped_lexicon(), own])
        except LexiconError as error:
            key: Key = tuple(error.key.split("."))
            line = self._places.line(key) if error.origin == str(self._path) else 0
            message = error.message + _suggested(error.suggestion)
            raise ConfigurationError([Fault(error.origin, line, error.key, message)]) from error

    def _matcher(self, rules: Sequence[Rule], lexicon: Lexicon) -> Matcher:
        try:
            return Matcher(rules, lexicon)
        except ExpressionError as error:
            raise ConfigurationError([self._expression_fault(rules, error)]) from error

    def _expression_fault(self, rules: Sequence[Rule], error: ExpressionError) -> Fault:
        names = [rule.name for rule in rules]
        message = error.message + _suggested(error.suggestion)
        if error.rule not in names:
            return Fault(str(self._path), 0, error.rule, message)
        position = names.index(error.rule)
        part = "when" if error.expression == rules[position].when else "unless"
        key: Key = ("rule", position, part)
        place = self._places.inside(key, error.line, error.column)
        shown = f"{_shown(key)} (rule {error.rule}), column {place.column}"
        return Fault(str(self._path), place.line, shown, message)


def _own_names(tables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tables[name] for name in _LEXICON_TABLES if name in tables}


def shipped_lexicon() -> Iterator[tuple[str, dict[str, Any]]]:
    """The tables of `rules/lexicon/*.toml`, each with the name of its file."""
    folder = files("rules") / "lexicon"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield f"rules/lexicon/{file.name}", tomllib.loads(file.read_text("utf-8"))


def _channel(table: ChannelTable, settings: SettingsTable) -> Channel:
    return Channel(
        name=table.name,
        chat=table.chat,
        topic=table.topic,
        language=table.language,
        timezone=table.timezone or settings.timezone,
        silent=table.silent,
        quiet_hours=table.quiet_hours,
        silent_in_quiet_hours=table.silent_in_quiet_hours,
        messages_an_hour=table.messages_an_hour,
        digest=table.digest,
        digest_theme=table.digest_theme,
        preview=table.preview,
        abstract=table.abstract,
    )


def _administrators(file: FileTable) -> Channel | None:
    chat = file.administrators.chat
    return Channel(ADMINISTRATORS, chat, timezone=file.settings.timezone) if chat else None


def _public(table: WebsubTable) -> Public | None:
    if not table.address:
        return None
    host, _, port = table.listen.rpartition(":")
    return Public(table.address, host.strip("[]"), int(port), table.lease)


def _service(file: FileTable) -> Service | None:
    table = file.llm
    if not any(channel.abstract for channel in file.channel):
        return None
    return Service(table.url, table.model, table.key_env, table.timeout, table.a_day)


def _watcher(table: WatcherTable, defaults: WatchingTable) -> Watcher:
    every = table.every or defaults.every
    options = kinds.options(table.kind, table.own_keys)
    return Watcher(
        name=table.name,
        title=table.title,
        url=options.address(table.url),
        kind=table.kind,
        options=options,
        owner=table.owner,
        language=table.language,
        every=every,
        at_most=table.at_most or max(defaults.at_most, every),
        max_age=table.max_age or defaults.max_age,
        allow_private=table.allow_private,
        articles=table.articles or defaults.articles,
        sites=table.sites,
    )


def _listed(outline: opml.Outline, of: Watcher, names: Container[str]) -> Watcher:
    title = outline.title or urlsplit(outline.url).hostname or of.title
    return replace(
        of,
        name=name_for(outline.title, outline.url, names, prefix=of.name),
        title=title,
        url=outline.url,
        kind=FEED,
        options=NO_OPTIONS,
        language=of.language or outline.language,
    )


def _rule(table: RuleTable) -> Rule:
    return Rule(
        name=table.name,
        title=table.title,
        when=table.when,
        unless=table.unless,
        channels=table.channels,
        hashtags=table.hashtags,
        priority=table.priority,
        quiet=table.quiet,
    )


def _syntax_fault(path: Path, text: str, error: tomllib.TOMLDecodeError) -> Fault:
    message, _, place = str(error).partition(" (at ")
    line = place.removeprefix("line ").partition(",")[0]
    number = int(line) if line.isdigit() else len(text.splitlines())
    column = place.rstrip(")").rpartition("column ")[2]
    where = f", column {column}" if column.isdigit() else ""
    return Fault(str(path), number, "", f"this is not valid TOML{where}: {message}")


def _causes(error: ValidationError) -> Iterator[ErrorDetails]:
    """The mistakes themselves, without what they make of the list that they stand in."""
    found = error.errors()
    for one in found:
        inside = any(other is not one and other["loc"][:1] == one["loc"] for other in found)
        if not (one["type"] == "too_short" and inside):
            yield one


def _explained(error: ErrorDetails) -> str:
    found = error["input"]
    key = str(error["loc"][-1]) if error["loc"] else ""
    match error["type"]:
        case "extra_forbidden":
            allowed = list(_model_at(error["loc"][:-1]).model_fields)
            return (
                f"there is no such key{did_you_mean(key, allowed)}; allowed: {', '.join(allowed)}"
            )
        case "missing":
            return "this key is missing and has to be there"
        case "enum":
            expected = error.get("ctx", {}).get("expected", "")
            return f"{found!r} is not allowed; allowed: {expected}"
        case "string_pattern_mismatch":
            return f"{found!r} is not allowed: {_patterns(key)}"
        case "too_short":
            return "at least one is needed"
        case "value_error":
            return f"{found!r} is not allowed: {error['msg'].removeprefix('Value error, ')}"
        case _:
            return f"{_article(found)} was found: {error['msg'].removeprefix('Input ')}"


def _model_at(location: Sequence[str | int]) -> type[BaseModel]:
    models: dict[str, type[BaseModel]] = {
        "settings": SettingsTable,
        "administrators": AdministratorsTable,
        "watching": WatchingTable,
        "websub": WebsubTable,
        "llm": LlmTable,
        "channel": ChannelTable,
        "watcher": WatcherTable,
        "rule": RuleTable,
    }
    return models.get(str(location[0]), FileTable) if location else FileTable


def _patterns(key: str) -> str:
    if key == "language":
        return 'a language is written by its short name: "en", "ar", "fa"'
    return "a name has small letters, digits and hyphens only"


def _article(found: object) -> str:
    return repr(found) if isinstance(found, (str, int, float)) else f"a {type(found).__name__}"


def _shown(key: Key) -> str:
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in key]
    return "".join(parts).removeprefix(".")


def _suggested(suggestion: str) -> str:
    return f"; did you mean {suggestion}?" if suggestion else ""


def _time(duration: timedelta) -> str:
    seconds = int(duration.total_seconds())
    for unit, size in (("w", 604800), ("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
