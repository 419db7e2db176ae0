"""The term scanner: one automaton (Aho-Corasick) for all spellings, with word boundaries."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from rules.lexicon.inflection import ANY, BARE, Form, forms
from rules.text.normalise import Normalised, normalise

_LONGEST_BEFORE = 5
_APOSTROPHE = re.compile("['’‘`´ʿʾʼʻ′]")


class Hit(NamedTuple):
    """A hit: where a spelling stands in the normalised text."""

    start: int
    end: int
    term: str


class Spelling(NamedTuple):
    """A term: a spelling to search, and the key of its hits.

    `exact` spellings match only as they are written; `marked` ones only with an apostrophe.
    """

    key: str
    text: str
    language: str = ANY
    name: bool = False
    exact: bool = False
    marked: bool = False


class _Candidate(NamedTuple):
    key: str
    term: str
    before: frozenset[str]
    after: str
    exact: bool
    marked: bool


class Scanner:
    """Searches all terms in a text in one pass."""

    def __init__(self, spellings: Iterable[Spelling]) -> None:
        by_literal: dict[str, dict[_Candidate, None]] = {}
        for spelling in spellings:
            for form in _forms(spelling):
                candidate = _Candidate(
                    spelling.key,
                    spelling.text,
                    form.before,
                    form.after,
                    spelling.exact,
                    spelling.marked,
                )
                by_literal.setdefault(form.literal, {})[candidate] = None
        self._candidates = [tuple(found) for found in by_literal.values()]
        self._bare = [all(c.before == BARE for c in found) for found in self._candidates]
        self.automaton = AhoCorasick(list(by_literal), implementation=Implementation.ContiguousNFA)

    def scan(self, normalised: Normalised) -> dict[str, list[Hit]]:
        """All hits by key, in text order."""
        text = normalised.text
        found: dict[str, list[Hit]] = {}
        bare = self._bare
        for number, start, end in self.automaton.find_matches_as_indexes(text, overlapping=True):
            inside = start > 0 and text[start - 1].isalnum()
            if inside and bare[number]:
                continue
            before = _word_before(text, start) if inside else ""
            for candidate in self._candidates[number]:
                if before is None or before not in candidate.before:
                    continue
                last = _end(text, end, candidate.after)
                if last and _as_written(normalised, start, last, candidate):
                    found.setdefault(candidate.key, []).append(Hit(start, last, candidate.term))
        return found


def _forms(spelling: Spelling) -> tuple[Form, ...]:
    if spelling.exact:
        literal = normalise(spelling.text).strip()
        return (Form(literal),) if literal else ()
    return forms(spelling.text, spelling.language, name=spelling.name)


def _word_before(text: str, start: int) -> str | None:
    """The letters directly before a position; None where there are more than a clitic has."""
    begin = start
    while begin and text[begin - 1].isalnum():
        begin -= 1
        if start - begin > _LONGEST_BEFORE:
            return None
    return text[begin:start]


def _end(text: str, end: int, after: str) -> int:
    """The end of a word whose ending matches `after`; 0 where it is another word."""
    if not after:
        return 0 if end < len(text) and text[end].isalnum() else end
    rest = _compiled(after).match(text, end)
    return rest.end() if rest else 0


@cache
def _compiled(after: str) -> re.Pattern[str]:
    return re.compile(f"(?:{after})(?!\\w)")


def _as_written(normalised: Normalised, start: int, end: int, candidate: _Candidate) -> bool:
    if candidate.exact:
        begin, last = normalised.span(start, end)
        return _plain(normalised.original[begin:last]) == _plain(candidate.term)
    if candidate.marked:
        begin, last = normalised.span(start, end)
        return _APOSTROPHE.search(normalised.original, begin, last) is not None
    return True


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).replace("’", "'").split())
