"""Traits of a report for grouping: words, names, numbers, days, turns, places, mentions."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

from rules import Field, normalise
from stories.grouping.vocabulary import (
    ALL_STOP_WORDS,
    CITIES,
    DAYS,
    NO_TURN_AFTER,
    NO_TURN_BEFORE,
    NUMBERS,
    STOP_WORDS,
    TURNS,
)
from stories.records import Report

LEAD: Final = 700
"""Characters of the text that are read; what follows is background."""

STEM: Final = 6
SHINGLE: Final = 4
_MOSTLY_CAPITALS: Final = 0.6
_LEAST_TITLE: Final = 5
_SCRIPTS: Final = (
    ("\u0400", "\u04ff", ("ru",)),
    ("\u0590", "\u05ff", ("he",)),
    ("\u0600", "\u06ff", ("ar", "fa")),
)
_LATIN: Final = ("en", "fr", "de", "tr")
_TOKEN: Final = re.compile(
    r"\d+(?:[.,\u066b]\d+)*(?:st|nd|rd|th)?(?![^\W\d_])|[^\W\d_]+(?:'[^\W\d_]+)*"
)
_WORD: Final = re.compile(r"[^\W\d_][\w'’]*")
_FIRST_HEBREW: Final = "\u0590"
_ENDS: Final = '.!?؟:“"«'
_THOUSANDS: Final = re.compile(r"[.,](?=\d{3}(?:\D|$))")
_SUFFIXES: Final = ("ing", "ed", "es", "s")
_ARABIC_PREFIXES: Final = ("وال", "بال", "فال", "کال", "لل", "ال")
_HEBREW_PREFIXES: Final = "והבלמשכ"


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits of one report.

    `words` has the weight of each stem by how often it occurs; `names` are the stems that stand
    capitalised where nothing else makes them so; `keys` the actors and topics; `marks` the
    numbers, days and turns that tell one development from the next of its kind.
    """

    language: str
    words: Mapping[str, float]
    names: frozenset[str]
    keys: frozenset[str]
    numbers: frozenset[str]
    days: frozenset[str]
    turns: frozenset[str]
    cities: frozenset[str]
    title: str
    shingles: frozenset[str]


def traits(report: Report) -> Traits:
    """The traits of a report."""
    document = report.document
    lead = document.text[:LEAD]
    title = _TOKEN.findall(normalise(document.title))
    tokens = title + _TOKEN.findall(normalise(lead))
    told = chain.from_iterable(_TOKEN.findall(normalise(text)) for text in _untold(report, lead))
    bare = [token.replace("'", "") for token in tokens]
    language = _language(document.language, bare)
    counts = Counter(chain.from_iterable(_stems(token, language) for token in told))
    return Traits(
        language=language,
        words={stem: 1 + math.log(count) for stem, count in counts.items()},
        names=frozenset(_names(document.title, lead, language)) & counts.keys(),
        keys=frozenset(evidence.part for evidence in report.mentions),
        numbers=frozenset(_numbers(bare)),
        days=frozenset(_known(bare, DAYS)),
        turns=frozenset(_turns(bare[: len(title)])),
        cities=frozenset(_known(bare, CITIES)),
        title=" ".join(title) if len(title) >= _LEAST_TITLE else "",
        shingles=frozenset(_shingles(bare[len(title) :])),
    )


def _untold(report: Report, lead: str) -> Iterator[str]:
    """Title and lead without mentions of actors and topics, which are compared separately."""
    for field, text in ((Field.TITLE, report.document.title), (Field.TEXT, lead)):
        at = 0
        for start, end in sorted({(e.start, e.end) for e in report.mentions if e.field is field}):
            yield text[at:start]
            at = max(at, end)
        yield text[at:]


def _language(said: str | None, tokens: list[str]) -> str:
    """The language: by script, then by function words; the feed's own counts as one of these."""
    seen = set(tokens)
    claimed = (said or "").casefold()[:2]
    votes = {
        language: len(seen & STOP_WORDS[language]) + (language == claimed)
        for language in _written_with("".join(tokens))
    }
    return max(votes, key=lambda language: (votes[language], language == "en"))


def _written_with(letters: str) -> tuple[str, ...]:
    if not letters.isascii():
        for first, last, languages in _SCRIPTS:
            if 2 * sum(first <= letter <= last for letter in letters) > len(letters):
                return languages
    return _LATIN


@lru_cache(maxsize=50_000)
def _stems(token: str, language: str) -> tuple[str, ...]:
    word = token.removesuffix("'s").replace("'", "")
    skipped = word[0].isdigit() or word in ALL_STOP_WORDS or word in NUMBERS or word in DAYS
    return () if skipped or len(word) < 2 else (_stem(word, language),)


def _stem(word: str, language: str) -> str:
    if language in {"ar", "fa"}:
        word = _without_prefix(word)
    elif language == "he" and len(word) > 4 and word[0] in _HEBREW_PREFIXES:
        word = word[1:]
    elif word.isascii():
        for suffix in _SUFFIXES:
            if word.endswith(suffix) and len(word) - len(suffix) >= 3:
                word = word.removesuffix(suffix)
                break
    return word[:STEM]


def _without_prefix(word: str) -> str:
    for prefix in _ARABIC_PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            return word.removeprefix(prefix)
    return word[1:] if word[0] in "وبل" and len(word) > 5 else word


def _names(title: str, lead: str, language: str) -> Iterator[str]:
    for text in (title, *lead.split("\n")):
        words = list(_WORD.finditer(text))
        capitals = [word for word in words if word[0][0].isupper()]
        if len(capitals) > _MOSTLY_CAPITALS * len(words):
            continue
        for word in capitals:
            before = text[: word.start()].rstrip()[-1:]
            if before and before not in _ENDS:
                yield from _stems(normalise(word[0]), language)


def _numbers(tokens: list[str]) -> Iterator[str]:
    for token in tokens:
        if token in NUMBERS:
            yield NUMBERS[token]
        elif token[0].isdigit():
            yield _number(token)


def _number(token: str) -> str:
    bare = token.rstrip("stndrh").replace("\u066b", ".")
    if _THOUSANDS.sub("", bare).isdigit() and not bare.startswith("0"):
        bare = _THOUSANDS.sub("", bare)
    bare = bare.replace(",", ".")
    return bare if token[-1].isdigit() else bare + "th"


def _known(tokens: list[str], table: Mapping[str, str]) -> Iterator[str]:
    for token in tokens:
        if token in table:
            yield table[token]
        elif token[0] >= _FIRST_HEBREW and (bare := _without_prefix(token)) in table:
            yield table[bare]


def _turns(title: list[str]) -> Iterator[str]:
    """The turns (begin, end, ...) in a headline; "by the end of August" is none."""
    around = ["", *title, ""]
    for before, token, after in zip(around, title, around[2:], strict=False):
        if before not in NO_TURN_AFTER and after not in NO_TURN_BEFORE:
            yield from _known([token], TURNS)


def _shingles(tokens: list[str]) -> Iterator[str]:
    for at in range(len(tokens) - SHINGLE + 1):
        yield " ".join(tokens[at : at + SHINGLE])
