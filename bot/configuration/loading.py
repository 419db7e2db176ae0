"""Loading the configuration: `config.toml` and the lexicon, read, checked, made into records."""

import gc
import pickle
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.configuration import building, cross_checks, including
from bot.configuration.records import Configuration, FloodLimits, RemoteList
from bot.configuration.schema import FileTable, WatcherTable
from bot.configuration.sources import kind_options, opml
from bot.configuration.sources.gdelt_query import query_of
from bot.configuration.toml_positions import Key, Place
from bot.configuration.validation_messages import causes, explained, suggestion_text
from bot.errors import ConfigurationError, Fault, UnreadableSourceError
from rules import ExpressionError, Lexicon, LexiconError, Matcher, Rule
from watchers import Watcher
from watchers.kinds.gdelt import GdeltOptions

LISTS = "lists"
MANY = 1_000
_LEXICON_TABLES = ("actor", "topic", "office")


def load(path: Path, data: Path | None = None) -> Configuration:
    """Read and check a configuration file; lists of feeds at addresses have copies in `data`.

    Raises:
        ConfigurationError: with every mistake found, each with its line.
    """
    configuration = _Loader(path, data).load()
    if len(configuration.watchers) < MANY:
        return configuration
    # Thousands of tables leave memory in pieces, which what is kept of them holds fast: 20 MB of
    # 10,000 watchers. So that is made again in one piece when all else is gone.
    packed = _packed(configuration)
    if packed is None:
        return configuration
    configuration = replace(configuration, watchers=())
    gc.collect()
    watchers = pickle.loads(packed)  # noqa: S301  it was made above
    return replace(configuration, watchers=watchers)


def _packed(configuration: Configuration) -> bytes | None:
    try:
        return pickle.dumps(configuration.watchers)
    except (pickle.PicklingError, AttributeError, TypeError):
        # Options of another package's kind may be anything.
        return None


class _Loader:
    """Loads a file and what it includes; every mistake is reported with its file, line and key."""

    def __init__(self, path: Path, data: Path | None) -> None:
        self._path = path
        self._data = data
        self._merged = including.read(path)
        self._left_out: list[str] = []

    def load(self) -> Configuration:
        file = self._checked(self._merged.tables)
        self._raise([self._fault(*mistake) for mistake in cross_checks.mistakes(file)])
        rules = tuple(building.rule(table, file.channel) for table in file.rule if table.enabled)
        lexicon = self._lexicon()
        matcher = self._matcher(rules, file, lexicon)
        warnings = lexicon.warnings()
        # A second one takes half a second, which a file without names of its own need not wait.
        is_shipped = not _own_names(self._merged.tables)
        remarks = warnings if is_shipped else Lexicon.from_tables(shipped_lexicon()).warnings()
        watchers = self._watchers(file, matcher)
        return Configuration(
            channels=tuple(building.channel(table, file.settings) for table in file.channel),
            watchers=watchers,
            rules=rules,
            matcher=matcher,
            warnings=(*(w for w in warnings if w not in remarks), *self._left_out),
            remarks=remarks,
            administrators=building.administrators(file),
            users=file.administrators.users,
            keep=file.settings.keep,
            edit_every=file.settings.edit_every,
            flood=FloodLimits(file.watching.flood_entries, file.watching.flood_stories),
            contact=file.settings.contact,
            metrics=self._path.parent / file.settings.metrics if file.settings.metrics else None,
            websub=building.hub_address(file.websub),
            llm=building.language_model(file),
            files=(*self._merged.included, *(path for _, path in self._lists(file))),
            lists=tuple(
                RemoteList(
                    w.name,
                    w.url,
                    path,
                    allow_private=w.allow_private,
                    access=building.watcher(w, file.watching).access,
                )
                for w, path in self._lists(file)
                if w.enabled and w.url
            ),
            switched_off=frozenset(t.name for t in file.watcher if not t.enabled),
            access=building.usual_access(file.watching),
        )

    def _lists(self, file: FileTable) -> Iterator[tuple[WatcherTable, Path]]:
        for position, table in enumerate(file.watcher):
            if table.kind == opml.KIND and (path := self._list_file(position, table)):
                yield table, path

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
        return self._merged.fault(key, message)

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

    def _outlines(self, position: int, table: WatcherTable) -> Sequence[opml.Outline]:
        file = self._list_file(position, table)
        try:
            found = opml.read_file(file) if file else opml.FeedList()
        except UnreadableSourceError as error:
            if table.url:
                # It was not fetched yet.
                return ()
            fault = self._fault(("watcher", position, "file"), str(error))
            raise ConfigurationError([fault]) from error
        self._left_out += [f"the list {table.name}: {note}" for note in found.notes()]
        return found.feeds

    def _list_file(self, position: int, table: WatcherTable) -> Path | None:
        """The file of an OPML list, or of its copy in the data folder."""
        if not table.url:
            folder = self._merged.document_of(("watcher", position, "file")).path.parent
            return folder / str(table.own_keys["file"])
        return self._data / LISTS / f"{table.name}.opml" if self._data else None

    def _lexicon(self) -> Lexicon:
        own = {str(document.path): document for document in self._merged.documents}
        names = [(origin, _own_names(document.tables)) for origin, document in own.items()]
        try:
            return Lexicon.from_tables([*shipped_lexicon(), *names])
        except LexiconError as error:
            message = error.message + suggestion_text(error.suggestion)
            fault = Fault(error.origin, 0, error.key, message)
            if document := own.get(error.origin):
                line = document.positions.line(tuple(error.key.split(".")))
                fault = replace(fault, line=line)
            raise ConfigurationError([fault]) from error

    def _matcher(self, rules: Sequence[Rule], file: FileTable, lexicon: Lexicon) -> Matcher:
        try:
            return Matcher(rules, lexicon)
        except ExpressionError as error:
            raise ConfigurationError([self._expression_fault(file, error)]) from error

    def _expression_fault(self, file: FileTable, error: ExpressionError) -> Fault:
        names = [table.name for table in file.rule]
        message = error.message + suggestion_text(error.suggestion)
        if error.rule not in names:
            return Fault(str(self._path), 0, error.rule, message)
        position = names.index(error.rule)
        part = "when" if error.expression == file.rule[position].when else "unless"
        return self._merged.fault_inside(
            ("rule", position, part), f"rule {error.rule}", Place(error.line, error.column), message
        )


def _own_names(tables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tables[name] for name in _LEXICON_TABLES if name in tables}


def shipped_lexicon() -> Iterator[tuple[str, dict[str, Any]]]:
    """The tables of the shipped lexicon (`rules/lexicon/*.toml`), each with its file name."""
    folder = files("rules") / "lexicon"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield f"rules/lexicon/{file.name}", tomllib.loads(file.read_text("utf-8"))
