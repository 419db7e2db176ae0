"""Positions of keys in a TOML file, which tomllib does not give."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

Key = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_ASSIGNMENT = re.compile(
    r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*"""
)
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_LONG = ("'''", '"""')


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file: line and column, both from 1."""

    line: int
    column: int


class Positions:
    """The positions of a TOML text's keys; `("watcher", 2, "url")` is the third watcher's."""

    def __init__(self, text: str) -> None:
        self._values: dict[Key, Place] = {}
        self._keys: dict[Key, int] = {}
        self._lines = text.splitlines()
        self._read()

    def has(self, key: Key) -> bool:
        """Whether the key stands in the text."""
        return key in self._keys

    def line(self, key: Key) -> int:
        """The line of a key, or of the nearest enclosing table; 0 where there is none."""
        while key and key not in self._keys:
            key = key[:-1]
        return self._keys.get(key, 0)

    def inside(self, key: Key, line: int, column: int) -> Place:
        """The position of a line and column inside a key's string value."""
        start = self._values.get(key)
        if start is None:
            return Place(self.line(key), column)
        opened = self._lines[start.line - 1][start.column - 1 :]
        if opened in _LONG:
            return Place(start.line + line, column)
        quotes = 3 if opened.startswith(_LONG) else 1
        first = line == 1
        return Place(start.line + line - 1, start.column + quotes + column - 1 if first else column)

    def _read(self) -> None:
        table: Key = ()
        counts: dict[Key, int] = {}
        for number, line in self._outside_long_strings():
            if header := _HEADER.match(line):
                table = self._opened(tuple(_parts(header[2])), header[1] == "[[", counts)
                self._keys.setdefault(table, number)
            elif assignment := _ASSIGNMENT.match(line):
                key = (*table, *_parts(assignment[1]))
                self._keys.setdefault(key, number)
                self._values.setdefault(key, Place(number, assignment.end() + 1))

    def _opened(self, names: tuple[str, ...], is_array: bool, counts: dict[Key, int]) -> Key:  # noqa: FBT001
        table: Key = ()
        for depth, name in enumerate(names):
            table = (*table, name)
            if is_array and depth == len(names) - 1:
                counts[table] = counts.get(table, -1) + 1
            if table in counts:
                table = (*table, counts[table])
        return table

    def _outside_long_strings(self) -> Iterator[tuple[int, str]]:
        closing = ""
        for number, line in enumerate(self._lines, 1):
            if closing:
                closing = "" if closing in line else closing
                continue
            yield number, line
            for quotes in _LONG:
                if line.count(quotes) % 2:
                    closing = quotes


def _parts(dotted: str) -> Iterator[str]:
    for part in _PART.findall(dotted):
        yield part.strip("\"'")
