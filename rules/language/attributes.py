"""Conditions on attributes of an entry: source, language, author, category, link, age."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final

from rules.errors import ParseError
from rules.language.expression import Attribute, Key
from rules.records import Document, Field, field_text
from rules.text.normalise import normalise

_AGE: Final = re.compile(r"([<>]?)=?\s*(\d{1,5})\s*([mhdw])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*", re.IGNORECASE)

Place = Callable[[str], tuple[int, int] | None]


# The characters of the attribute's text that make it true, at this time; None where it is not.
Condition = Callable[[Document, datetime | None], tuple[int, int] | None]


def condition(node: Attribute) -> Condition:
    """The condition that an attribute sets.

    Raises:
        ParseError: where its value can never be right.
    """
    if node.key is Key.AGE:
        return _age(node)
    field, place = Field(node.key), _PLACES[node.key](node)
    return lambda document, _: place(field_text(document, field))


def _source(node: Attribute) -> Place:
    wanted = node.value.casefold()
    return lambda text: (0, len(text)) if fnmatchcase(text.casefold(), wanted) else None


def _language(node: Attribute) -> Place:
    wanted = node.value.casefold()
    if not _LANGUAGE.fullmatch(wanted):
        raise ParseError(node.at, 'a language is written by its short name: "en", "ar", "fa"')

    def place(text: str) -> tuple[int, int] | None:
        tag = text.casefold().replace("_", "-")
        return (0, len(text)) if tag == wanted or tag.startswith(f"{wanted}-") else None

    return place


def _words(node: Attribute) -> Place:
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


def _link(node: Attribute) -> Place:
    wanted = node.value.casefold()

    def place(text: str) -> tuple[int, int] | None:
        at = text.casefold().find(wanted)
        return (at, at + len(wanted)) if at >= 0 else None

    return place


_PLACES: Final[dict[Key, Callable[[Attribute], Place]]] = {
    Key.SOURCE: _source,
    Key.LANGUAGE: _language,
    Key.AUTHOR: _words,
    Key.CATEGORY: _words,
    Key.LINK: _link,
}


def _age(node: Attribute) -> Condition:
    written = _AGE.fullmatch(node.value.strip())
    if written is None:
        raise ParseError(node.at, "an age is written like age:<36h or age:>2d", "age:<2d")
    sign, number, unit = written.groups()
    limit = timedelta(**{_UNITS[unit]: int(number)})

    def place(document: Document, now: datetime | None) -> tuple[int, int] | None:
        age = (now or document.published) - document.published
        is_true = age > limit if sign == ">" else age <= limit
        return (0, len(field_text(document, Field.AGE))) if is_true else None

    return place
