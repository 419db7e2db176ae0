"""The reader of lexicon tables: every value checked, every fault with its key."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from rules.errors import LexiconError, closest
from rules.lexicon.inflection import ANY, LANGUAGES

_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KEYS: Final = {
    "actor": ("name", "kind", "part_of", "hashtag", "near", "names", "short", "not"),
    "topic": ("name", "called", "hashtag", "hidden", "guard", "match", "names", "not"),
    "office": ("name", "of", "holders"),
}
_HOLDER_KEYS: Final = ("actor", "from", "until", "source")


class Table:
    """A table with its origin: file and key."""

    def __init__(self, origin: str, key: str, values: Mapping[str, object]) -> None:
        self.origin = origin
        self.key = key
        self._values = values

    def text(self, key: str, default: str | None = None) -> str:
        """A non-empty text; without a default the key is required."""
        value = self._values.get(key, default)
        if not isinstance(value, str):
            raise self.fault(key, "a text is needed" if value is None else "a text was expected")
        if default is None and not value.strip():
            raise self.fault(key, "this text is empty")
        return value

    def flag(self, key: str) -> bool:
        """A boolean; false where it is absent."""
        value = self._values.get(key, False)
        if not isinstance(value, bool):
            raise self.fault(key, "true or false was expected, without quotes")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where it is absent."""
        return self._texts(key, self._values.get(key, ()))

    def words(self, key: str) -> dict[str, str]:
        """A text for each of some languages."""
        value = self._values.get(key, {})
        if not isinstance(value, Mapping):
            raise self.fault(key, 'this is given by language: ar = "..."')
        return {
            language: Table(self.origin, f"{self.key}.{key}", value).text(language)
            for language in value
        }

    def spellings(self, key: str) -> dict[str, tuple[str, ...]]:
        """Lists of spellings by language."""
        value = self._values.get(key, {})
        if not isinstance(value, Mapping):
            raise self.fault(key, 'spellings are given by language: en = ["..."]')
        found: dict[str, tuple[str, ...]] = {}
        for language, spellings in value.items():
            place = f"{key}.{language}"
            if language not in (*LANGUAGES, ANY):
                allowed = (*LANGUAGES, ANY)
                message = f"there is no language {language!r}; allowed: {', '.join(allowed)}"
                raise self.fault(place, message, closest(language, allowed))
            found[language] = self._texts(place, spellings)
            for spelling in found[language]:
                if not any(char.isalnum() for char in spelling):
                    raise self.fault(place, f"{spelling!r} has no letter to look for")
        return found

    def day(self, key: str) -> date | None:
        """A date, or None where it is absent."""
        value = self._values.get(key)
        if isinstance(value, datetime):
            return value.date()
        if value is None or isinstance(value, date):
            return value
        raise self.fault(key, "a day is written without quotes: 2022-06-28")

    def tables(self, key: str, keys: Sequence[str]) -> Iterator["Table"]:
        """A list of tables with no other keys than the given ones."""
        value = self._values.get(key, ())
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise self.fault(key, "a list of tables was expected")
        for number, values in enumerate(value, 1):
            place = f"{self.key}.{key}[{number}]"
            if not isinstance(values, Mapping):
                raise LexiconError(self.origin, place, "a table was expected")
            table = Table(self.origin, place, values)
            table.allow(keys)
            yield table

    def holders(self) -> Iterator["Table"]:
        """The tables of an office's holders."""
        return self.tables("holders", _HOLDER_KEYS)

    def allow(self, keys: Sequence[str]) -> None:
        """Reject keys other than the given ones."""
        for key in self._values:
            if key not in keys:
                message = f"there is no such key; allowed: {', '.join(keys)}"
                raise self.fault(key, message, closest(key, keys))

    def fault(self, key: str, message: str, suggestion: str = "") -> LexiconError:
        """A fault in the value of a key."""
        return LexiconError(self.origin, f"{self.key}.{key}", message, suggestion)

    def _texts(self, place: str, value: object) -> tuple[str, ...]:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self.fault(place, 'a list of texts was expected: ["...", "..."]')
        for text in value:
            if not isinstance(text, str) or not text.strip():
                raise self.fault(place, f"{text!r} is not a text")
        return tuple(value)


def merged(
    tables: Sequence[tuple[str, Mapping[str, object]]], kind: str
) -> Iterator[tuple[str, Table]]:
    """The tables of one kind by id; a later key replaces an earlier one."""
    values: dict[str, dict[str, object]] = {}
    origins: dict[str, str] = {}
    for origin, table in tables:
        _allow_kinds(origin, table)
        group = table.get(kind, {})
        if not isinstance(group, Mapping):
            raise LexiconError(origin, kind, f"this is written as [{kind}.some-id]")
        for name, found in group.items():
            Table(origin, f"{kind}.{name}", _checked(origin, kind, name, found)).allow(_KEYS[kind])
            values[name] = _together(values.get(name, {}), found)
            origins[name] = origin
    for name, value in values.items():
        yield name, Table(origins[name], f"{kind}.{name}", value)


def _allow_kinds(origin: str, table: Mapping[str, object]) -> None:
    for key in table:
        if key not in _KEYS:
            message = f"a lexicon has the tables {', '.join(_KEYS)}"
            raise LexiconError(origin, key, message, closest(key, _KEYS))


def _checked(origin: str, kind: str, name: str, found: object) -> Mapping[str, object]:
    if not _ID.fullmatch(name):
        message = "an id has small letters, digits and hyphens only"
        raise LexiconError(origin, f"{kind}.{name}", message)
    if not isinstance(found, Mapping):
        raise LexiconError(origin, f"{kind}.{name}", "a table was expected")
    return found


def _together(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    """Merge a table into an earlier one: spellings by language, other keys as a whole."""
    both = {**before, **after}
    for key in ("called", "names", "short", "not"):
        old, new = before.get(key), after.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            both[key] = {**old, **new}
    return both
