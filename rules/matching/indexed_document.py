"""The indexed document: normalised text, and what the scanner found in it."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from rules.matching.terms import Hit
from rules.records import Document, Evidence, Field
from rules.text.normalise import SEPARATOR, Normalised
from rules.text.sentences import sentences

_WORD = re.compile(r"\w+")


class Window(NamedTuple):
    """A span of the normalised text that an expression is evaluated in."""

    start: int
    end: int


class Occurrence(NamedTuple):
    """An occurrence: a span of the normalised text, and the part of an expression it makes true.

    What stands in no text has its `field`; `origin` says where it stands in the original where
    that is known better.
    """

    start: int
    end: int
    term: str
    part: str
    origin: tuple[int, int] | None = None
    field: Field | None = None


Found = list[Occurrence] | None
"""The places that make an expression true; none where it is true of no place; None where false."""

Finder = Callable[["IndexedDocument", Window], Found]


class IndexedDocument:
    """One document with its normalised text and everything found in it."""

    __slots__ = (
        "_sentences",
        "_words",
        "actors",
        "cache",
        "document",
        "found",
        "normalised",
        "now",
        "title_end",
        "topics",
        "whole",
    )

    def __init__(self, document: Document, now: datetime | None = None) -> None:
        title, text = document.title, document.text
        if SEPARATOR in title:
            title = title.replace(SEPARATOR, " ")
        self.document = document
        self.now = now
        self.normalised = Normalised(f"{title}{SEPARATOR}{text}")
        self.title_end = self.normalised.text.find(SEPARATOR)
        self.whole = Window(0, len(self.normalised.text))
        self.found: Mapping[str, list[Hit]] = {}
        self.actors: Mapping[str, list[Hit]] = {}
        self.topics: Mapping[str, list[Hit]] = {}
        self.cache: dict[str, Found] = {}
        self._sentences: list[Window] | None = None
        self._words: list[int] | None = None

    @property
    def title(self) -> Window:
        """The window of the title."""
        return Window(0, self.title_end)

    @property
    def text(self) -> Window:
        """The window of the text, without the title."""
        return Window(self.title_end + 1, self.whole.end)

    def word(self, position: int) -> int:
        """The number of the word at a position, or of the last one before it."""
        if self._words is None:
            self._words = [word.start() for word in _WORD.finditer(self.normalised.text)]
        return bisect_right(self._words, position) - 1

    def sentences(self, window: Window) -> Iterator[Window]:
        """The windows of the sentences inside a window; the title is one of its own."""
        if self._sentences is None:
            position = self.normalised.position
            offset = len(self.document.title) + 1
            found = sentences(self.document.text)
            inner = [Window(position(a + offset), position(b + offset)) for a, b in found]
            self._sentences = [self.title, *inner]
        for sentence in self._sentences:
            narrowed = narrower(window, sentence)
            if narrowed.start < narrowed.end:
                yield narrowed

    def evidence(self, occurrences: Iterable[Occurrence]) -> tuple[Evidence, ...]:
        """Occurrences as evidence, in document order, without duplicates."""
        found = map(self._one, dict.fromkeys(occurrences))
        return tuple(sorted(found, key=_in_order))

    def _one(self, occurrence: Occurrence) -> Evidence:
        start, end = occurrence.origin or self.normalised.span(occurrence.start, occurrence.end)
        if occurrence.field is not None:
            return Evidence(occurrence.field, start, end, occurrence.term, occurrence.part)
        offset = len(self.document.title) + 1
        if start < offset:
            return Evidence(Field.TITLE, start, end, occurrence.term, occurrence.part)
        return Evidence(Field.TEXT, start - offset, end - offset, occurrence.term, occurrence.part)


def narrower(one: Window, other: Window) -> Window:
    """The intersection of two windows."""
    return Window(max(one.start, other.start), min(one.end, other.end))


def inside(occurrences: list[Occurrence], window: Window) -> list[Occurrence]:
    """The occurrences that are wholly inside a window."""
    return [
        occurrence
        for occurrence in occurrences
        if window.start <= occurrence.start and occurrence.end <= window.end
    ]


_FIELDS = {field: number for number, field in enumerate(Field)}


def _in_order(evidence: Evidence) -> tuple[int, int, int, str]:
    return _FIELDS[evidence.field], evidence.start, -evidence.end, evidence.part
