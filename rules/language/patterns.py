"""Regular expressions in linear time (RE2)."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

import re2

MAX_PATTERN: Final = 500
_MAX_MEMORY: Final = 1 << 20
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class PatternError(Exception):
    """A regular expression is not valid."""


class LinearPattern:
    """A regular expression; case does not count unless it says `(?-i)`."""

    def __init__(self, source: str) -> None:
        if len(source) > MAX_PATTERN:
            raise PatternError(f"a regular expression has at most {MAX_PATTERN} characters")
        options = re2.Options()
        options.max_mem = _MAX_MEMORY
        options.case_sensitive = False
        options.log_errors = False
        try:
            self._compiled = re2.compile(source.replace("\\/", "/"), options=options)
        except re2.error as error:
            raise PatternError(_said(error)) from None
        if self._compiled.search(""):
            raise PatternError("this regular expression is true of no characters at all")

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """The spans of its matches, from the left, without overlaps."""
        for found in self._compiled.finditer(_SURROGATE.sub("\ufffd", text)):
            yield found.start(), found.end()


@cache
def pattern(source: str) -> LinearPattern:
    """A compiled regular expression, cached."""
    return LinearPattern(source)


def _said(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    if "too large" in text:
        return "this regular expression would need too much memory"
    return f"this is no regular expression: {text}"
