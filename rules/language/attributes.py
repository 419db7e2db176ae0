"""Conditions on attributes of an entry: source, language, author, category, link, age."""

import re
from collections.abc import Callable
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Final

from rules.errors import ParseError
from rules.language.expression import Attribute, Key
from rules.matching.indexed_document import Finder, Found, IndexedDocument, Occurrence, Window
from rules.records import Field, field_text
from rules.text.normalise import normalise

_AGE: Final = re.compile(r"([<>]?)=?\s*(\d{1,5})\s*([mhdw])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*", re.IGNORECASE)

Places = Callable[[str], tuple[int, int] | None]


def attribute(node: Attribute) -> Finder:
    """The finder of a condition.

    Raises:
        ParseError: where its value can never be right.
    """
    if node.key is Key.AGE:
        return _age(node)
    return _in_field(node, _FINDERS[node.key](node))


def _in_field(node: Attribute, place: Places) -> Finder:
    field = Field(node.key)
    part = str(node)

    def find(indexed: IndexedDocument, _: Window) -> Found:
        found = place(field_text(indexed.document, field))
        return [Occurrence(0, 0, node.value, part, found, field)] if found else None

    return find


def _source(node: Attribute) -> Places:
    wanted = node.value.casefold()
    return lambda text: (0, len(text)) if fnmatchcase(text.casefold(), wanted) else None


def _language(node: Attribute) -> Places:
    wanted = node.value.casefold()
    if not _LANGUAGE.fullmatch(wanted):
        raise ParseError(node.at, 'a language is written by its short name: "en", "ar", "fa"')

    def place(text: str) -> tuple[int, int] | None:
        tag = text.casefold().replace("_", "-")
        return (0, len(text)) if tag == wanted or tag.startswith(f"{wanted}-") else None

    return place


def _words(node: Attribute) -> Places:
    normal = normalise(node.value.rstrip("*")).strip()
    if not normal:
        raise ParseError(node.at, f"there is nothing to look for in {node}")
    after = "" if node.value.endswith("*") else r"(?!\w)"
    wanted = re.compile(rf"(?<!\w){re.escape(normal)}{after}")

    def place(text: str) -> tuple[int, int] | None:
        begin = 0
        for line in text.split("\n"):
            if wanted.search(normalise(line)):
                return begin, begin + len(line)
            begin += len(line) + 1
        return None

    return place


def _link(node: Attribute) -> Places:
    wanted = node.value.casefold()

    def place(text: str) -> tuple[int, int] | None:
        at = text.casefold().find(wanted)
        return (at, at + len(wanted)) if at >= 0 else None

    return place


_FINDERS: Final[dict[Key, Callable[[Attribute], Places]]] = {
    Key.SOURCE: _source,
    Key.LANGUAGE: _language,
    Key.AUTHOR: _words,
    Key.CATEGORY: _words,
    Key.LINK: _link,
}


def _age(node: Attribute) -> Finder:
    written = _AGE.fullmatch(node.value.strip())
    if written is None:
        raise ParseError(node.at, "an age is written like age:<36h or age:>2d", "age:<2d")
    sign, number, unit = written.groups()
    limit = timedelta(**{_UNITS[unit]: int(number)})
    part = str(node)

    def find(indexed: IndexedDocument, _: Window) -> Found:
        published = indexed.document.published
        age = (indexed.now or published) - published
        is_true = age > limit if sign == ">" else age <= limit
        whole = (0, len(field_text(indexed.document, Field.AGE)))
        return [Occurrence(0, 0, node.value, part, whole, Field.AGE)] if is_true else None

    return find
