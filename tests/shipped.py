"""The shipped lexicon, read and checked once in a process: every configuration has it.

What has names of its own, or another lexicon, is read as ever.
"""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from functools import cache
from typing import Any
from unittest.mock import patch

from bot.configuration import loading
from rules import Lexicon

_read, _make, _warnings = loading.shipped_lexicon, Lexicon.from_tables, Lexicon.warnings


def read_once() -> ExitStack:
    """From now on, until what is returned is closed."""
    patches = ExitStack()
    patches.enter_context(patch.object(loading, "shipped_lexicon", lambda: iter(_tables())))
    patches.enter_context(patch.object(Lexicon, "from_tables", _from_tables))
    patches.enter_context(patch.object(Lexicon, "warnings", _warnings_of))
    return patches


@cache
def _tables() -> tuple[tuple[str, dict[str, Any]], ...]:
    return tuple(_read())


@cache
def _lexicon() -> Lexicon:
    return _make(_tables())


@cache
def _shipped_warnings() -> tuple[str, ...]:
    return _warnings(_lexicon())


def _from_tables(tables: Iterable[tuple[str, Mapping[str, object]]]) -> Lexicon:
    given = list(tables)
    is_shipped = [one for one in given if one[1]] == [*_tables()]
    return _lexicon() if is_shipped else _make(given)


def _warnings_of(lexicon: Lexicon) -> tuple[str, ...]:
    return _shipped_warnings() if lexicon is _lexicon() else _warnings(lexicon)
