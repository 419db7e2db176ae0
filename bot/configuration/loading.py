"""Loading the configuration: `config.toml` and the lexicon, read, checked, made into records."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.configuration import building, cross_checks
from bot.configuration.records import Configuration, FloodLimits, RemoteList
from bot.configuration.schema import FileTable, WatcherTable
from bot.configuration.sources import kind_options, opml
from bot.configuration.sources.gdelt_query import query_of
from bot.configuration.toml_positions import Key, Positions
from bot.configuration.validation_messages import causes, explained, key_text, suggestion_text
from bot.errors import ConfigurationError, Fault, UnreadableSourceError
from rules import ExpressionError, Lexicon, LexiconError, Matcher, Rule
from watchers import Watcher
from watchers.kinds.gdelt import GdeltOptions

LISTS = "lists"
_LEXICON_TABLES = ("actor", "topic", "office")


def load(path: Path, data: Path | None = None) -> Configuration:
    """Read and check a configuration file; lists of feeds at addresses have copies in `data`.

    Raises:
        ConfigurationError: with every mistake found, each with its line.
    """
    return _Loader(path, data).load()


class _Loader:
    """Loads one file; every mistake is reported with its line and key."""

    def __init__(self, path: Path, data: Path | None) -> None:
        self._path = path
        self._data = data
        self._text = self._read()

    def load(self) -> Configuration:
        tables = self._tables()
        file = self._checked(tables)
        self._raise([self._fault(*mistake) for mistake in cross_checks.mistakes(file)])
        rules = tuple(building.rule(table) for table in file.rule)
        lexicon = self._lexicon(tables)
        matcher = self._matcher(rules, lexicon)
        warnings = lexicon.warnings()
        # A second one takes half a second, which a file without names of its own need not wait.
        is_shipped = not _own_names(tables)
        remarks = warnings if is_shipped else Lexicon.from_tables(shipped_lexicon()).warnings()
        return Configuration(
            channels=tuple(building.channel(table, file.settings) for table in file.channel),
            watchers=self._watchers(file, matcher),
            rules=rules,
            matcher=matcher,
            warnings=tuple(w for w in warnings if w not in remarks),
            remarks=remarks,
            administrators=building.administrators(file),
            users=file.administrators.users,
            keep=file.settings.keep,
            edit_every=file.settings.edit_every,
            flood=FloodLimits(file.watching.flood_entries, file.watching.flood_stories),
            contact=file.settings.contact,
            websub=building.hub_address(file.websub),
            llm=building.language_model(file),
            files=tuple(
                path for w in file.watcher if w.kind == opml.KIND and (path := self._list_file(w))
            ),
            lists=tuple(
                RemoteList(
                    w.name,
                    w.url,
                    path,
                    allow_private=w.allow_private,
                    access=building.watcher(w, file.watching).access,
                )
                for w in file.watcher
                if w.kind == opml.KIND and w.enabled and w.url and (path := self._list_file(w))
            ),
            access=building.usual_access(file.watching),
        )

    @cached_property
    def _positions(self) -> Positions:
        # Only mistakes have need of them, and of 10,000 watchers they take 25 MB.
        return Positions(self._text)

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
            others = [self._fault(tuple(e["loc"]), explained(e)) for e in causes(error)]
            raise ConfigurationError([*others, *faults]) from error
        self._raise(faults)
        return file

    def _kinds(self, watchers: object) -> Iterator[Fault]:
        for position, table in enumerate(watchers if isinstance(watchers, list) else ()):
            if isinstance(table, dict):
                for key, message in kind_options.mistakes(table):
                    yield self._fault(("watcher", position, *key), message)

    def _fault(self, key: Key, message: str) -> Fault:
        return Fault(str(self._path), self._positions.line(key), key_text(key), message)

    def _raise(self, faults: Sequence[Fault]) -> None:
        if faults:
            raise ConfigurationError(faults)

    def _watchers(self, file: FileTable, matcher: Matcher) -> tuple[Watcher, ...]:
        made = [
            self._asking(position, building.watcher(table, file.watching), table.url, matcher)
            for position, table in enumerate(file.watcher)
            if table.enabled and table.kind != opml.KIND
        ]
        names = {table.name for table in file.watcher}
        for position, table in enumerate(file.watcher):
            if table.enabled and table.kind == opml.KIND:
                known = {watcher.url for watcher in made}
                for outline in self._outlines(position, table):
                    if outline.url not in known:
                        made.append(
                            building.listed_watcher(
                                outline, building.watcher(table, file.watching), names
                            )
                        )
                        names.add(made[-1].name)
        return tuple(made)

    def _asking(self, position: int, watcher: Watcher, url: str, matcher: Matcher) -> Watcher:
        """The watcher with the query that is made of its rule, where it names one."""
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
        """The file of an OPML list, or of its copy in the data folder."""
        if not table.url:
            return self._path.parent / str(table.own_keys["file"])
        return self._data / LISTS / f"{table.name}.opml" if self._data else None

    def _lexicon(self, tables: Mapping[str, Any]) -> Lexicon:
        own = (str(self._path), _own_names(tables))
        try:
            return Lexicon.from_tables([*shipped_lexicon(), own])
        except LexiconError as error:
            key: Key = tuple(error.key.split("."))
            line = self._positions.line(key) if error.origin == str(self._path) else 0
            message = error.message + suggestion_text(error.suggestion)
            raise ConfigurationError([Fault(error.origin, line, error.key, message)]) from error

    def _matcher(self, rules: Sequence[Rule], lexicon: Lexicon) -> Matcher:
        try:
            return Matcher(rules, lexicon)
        except ExpressionError as error:
            raise ConfigurationError([self._expression_fault(rules, error)]) from error

    def _expression_fault(self, rules: Sequence[Rule], error: ExpressionError) -> Fault:
        names = [rule.name for rule in rules]
        message = error.message + suggestion_text(error.suggestion)
        if error.rule not in names:
            return Fault(str(self._path), 0, error.rule, message)
        position = names.index(error.rule)
        part = "when" if error.expression == rules[position].when else "unless"
        key: Key = ("rule", position, part)
        place = self._positions.inside(key, error.line, error.column)
        shown = f"{key_text(key)} (rule {error.rule}), column {place.column}"
        return Fault(str(self._path), place.line, shown, message)


def _own_names(tables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tables[name] for name in _LEXICON_TABLES if name in tables}


def shipped_lexicon() -> Iterator[tuple[str, dict[str, Any]]]:
    """The tables of the shipped lexicon (`rules/lexicon/*.toml`), each with its file name."""
    folder = files("rules") / "lexicon"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield f"rules/lexicon/{file.name}", tomllib.loads(file.read_text("utf-8"))


def _syntax_fault(path: Path, text: str, error: tomllib.TOMLDecodeError) -> Fault:
    message, _, place = str(error).partition(" (at ")
    line = place.removeprefix("line ").partition(",")[0]
    number = int(line) if line.isdigit() else len(text.splitlines())
    column = place.rstrip(")").rpartition("column ")[2]
    where = f", column {column}" if column.isdigit() else ""
    return Fault(str(path), number, "", f"this is not valid TOML{where}: {message}")
