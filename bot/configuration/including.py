"""Files that a configuration includes: read, and merged into one, each key with its place.

What a file says of a channel, rule or watcher that a file it includes has too, by its name, changes
that one: its keys are taken, the others stay.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.configuration.toml_positions import Key, Place, Positions
from bot.configuration.validation_messages import key_text
from bot.errors import ConfigurationError, Fault, did_you_mean

INCLUDE = "include"
SHIPPED = ("beats", "outlets")
_ROOT = Path(__file__).parents[2]
_NAMED = ("channel", "rule", "watcher")


class Document:
    """One file of a configuration: its path, its text, and the tables of it."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self._text = text
        self.tables: dict[str, Any] = _tables(path, text)

    @cached_property
    def positions(self) -> Positions:
        """Where its keys stand."""
        # Only mistakes have need of them, and of 10,000 watchers they take 25 MB.
        return Positions(self._text)

    def fault(self, key: Key, message: str) -> Fault:
        """A mistake at a key of this file."""
        return Fault(str(self.path), self.positions.line(key), key_text(key), message)


class Merged:
    """A configuration file and all that it includes, as one file.

    Attributes:
        documents: The files, those that are changed by others before these.
        tables: What they say together.
    """

    def __init__(self, documents: tuple[Document, ...]) -> None:
        self.documents = documents
        self.tables: dict[str, Any] = {}
        # Where each element of an array of tables is from: documents, and positions in them.
        self._origins: dict[str, list[list[tuple[Document, int]]]] = {}
        for document in documents:
            self._add(document)

    @property
    def included(self) -> tuple[Path, ...]:
        """The files besides the first one."""
        return tuple(document.path for document in self.documents[:-1])

    def document_of(self, key: Key) -> Document:
        """The file that a key stands in, or its table."""
        return self._place(key)[0]

    def fault(self, key: Key, message: str) -> Fault:
        """A mistake at a key of the whole, told with the file and line that it stands in."""
        document, own = self._place(key)
        return document.fault(own, message)

    def fault_inside(self, key: Key, name: str, place: Place, message: str) -> Fault:
        """A mistake inside a key's text; `place` is counted from where the text begins."""
        document, own = self._place(key)
        found = document.positions.inside(own, place.line, place.column)
        shown = f"{key_text(own)} ({name}), column {found.column}"
        return Fault(str(document.path), found.line, shown, message)

    def _add(self, document: Document) -> None:
        for name, value in document.tables.items():
            before = self.tables.get(name)
            if name in _NAMED and isinstance(value, list):
                self._add_named(name, value, document)
            elif isinstance(value, dict) and isinstance(before, dict):
                self.tables[name] = {**before, **value}
            else:
                self.tables[name] = value

    def _add_named(self, name: str, elements: list[Any], document: Document) -> None:
        before = self.tables.get(name)
        merged: list[Any] = [*before] if isinstance(before, list) else []
        origins = self._origins.setdefault(name, [])
        # Two of one name in one file are a mistake, which is told when all is checked.
        known = {_name(element): position for position, element in enumerate(merged)}
        for position, element in enumerate(elements):
            at = known.pop(_name(element), None)
            if at is None:
                merged.append(element)
                origins.append([(document, position)])
            else:
                merged[at] = {**merged[at], **element}
                origins[at].append((document, position))
        self.tables[name] = merged

    def _place(self, key: Key) -> tuple[Document, Key]:
        candidates = list(self._candidates(key))
        for document, own in candidates:
            if document.positions.has(own):
                return document, own
        return candidates[0] if candidates else (self.documents[-1], key)

    def _candidates(self, key: Key) -> Iterator[tuple[Document, Key]]:
        match key:
            case (str(name), int(position), *rest) if name in self._origins:
                for document, own in reversed(self._origins[name][position]):
                    yield document, (name, own, *rest)
            case (name, *_):
                for document in reversed(self.documents):
                    if name in document.tables:
                        yield document, key


def read(path: Path) -> Merged:
    """Read a configuration file, and the files that it includes.

    Raises:
        ConfigurationError: one of them cannot be read, or is no TOML.
    """
    documents: dict[Path, Document] = {}
    _read(Document(path, _text(path)), documents, frozenset())
    return Merged(tuple(documents.values()))


def _read(document: Document, documents: dict[Path, Document], above: frozenset[Path]) -> None:
    """Read what a file includes, then add the file itself; `above` are those that include it."""
    own = document.path.resolve()
    for path in _included(document):
        resolved = path.resolve()
        if resolved not in documents and resolved not in above | {own}:
            _read(Document(path, _text(path)), documents, above | {own})
    documents[own] = document


def _included(document: Document) -> Iterator[Path]:
    wanted = document.tables.get(INCLUDE, [])
    if not (isinstance(wanted, list) and all(isinstance(name, str) for name in wanted)):
        message = 'it is a list of files: ["outlets/en.toml", "more.toml"]'
        raise ConfigurationError([document.fault((INCLUDE,), message)])
    for position, name in enumerate(wanted):
        beside, shipped = document.path.parent / Path(name).expanduser(), _ROOT / name
        if beside.is_file():
            yield beside
        elif next(iter(Path(name).parts), "") in SHIPPED and shipped.is_file():
            yield shipped
        else:
            fault = document.fault((INCLUDE, position), _not_there(name, document))
            raise ConfigurationError([fault])


def _shipped_files() -> list[str]:
    """The files that are shipped to be included, as they are named there."""
    return sorted(
        file.relative_to(_ROOT).as_posix()
        for folder in SHIPPED
        for file in (_ROOT / folder).glob("*.toml")
    )


def _not_there(name: str, document: Document) -> str:
    shipped = _shipped_files()
    return (
        f"there is no file {name!r} in {document.path.absolute().parent}, and none is shipped"
        f"{did_you_mean(name, shipped)} (shipped are: {', '.join(shipped)})"
    )


def _name(element: object) -> object:
    name = element.get("name") if isinstance(element, Mapping) else None
    return name if isinstance(name, str) else None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        reason = "there is no such file; name yours with --config, or make one: the command init"
    except UnicodeDecodeError as error:
        reason = f"it is not written in UTF-8 (byte {error.start}): save it as UTF-8"
    except OSError as error:
        reason = f"it cannot be read: {error.strerror}"
    raise ConfigurationError([Fault(str(path), 0, "", reason)])


def _tables(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError([_syntax_fault(path, text, error)]) from error


def _syntax_fault(path: Path, text: str, error: tomllib.TOMLDecodeError) -> Fault:
    message, _, place = str(error).partition(" (at ")
    line = place.removeprefix("line ").partition(",")[0]
    number = int(line) if line.isdigit() else len(text.splitlines())
    column = place.rstrip(")").rpartition("column ")[2]
    where = f", column {column}" if column.isdigit() else ""
    return Fault(str(path), number, "", f"this is not valid TOML{where}: {message}")
