"""Verification of abstracts: whether names, numbers and words are in the reports."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from rules import normalise
from stories.grouping.vocabulary import ALL_STOP_WORDS, NUMBERS
from stories.grouping.word_frequencies import COMMON
from stories.language import languages_of
from stories.records import Report, Story
from stories.words import words

MAX_ABSTRACT: Final = 600
# Their scripts have no capital letters, by which names are told from words.
_WITHOUT_CAPITALS: Final = frozenset({"ar", "fa", "he"})
_OWN_WORDS: Final = 0.7
_LINK: Final = re.compile(r"https?:|www\.|\bt\.me\b|@\w|[<>\[\]]|\w\.(?:com|org|net|ru|ir)\b")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_WORD: Final = re.compile(r"\w+(?:['’]\w+)?")
_STARTS: Final = re.compile(r"(?:^|[.!?:…]\s+|\n)[\"'“„«(]*(\w+)")


def can_be_checked(story: Story, language: str) -> bool:
    """Whether names can be checked in an abstract in the language.

    In a script without capitals only against reports in that language.
    """
    return language not in _WITHOUT_CAPITALS or any(
        language in _languages_of(report) for report in story.reports
    )


def unsupported(
    text: str, story: Story, language: str, actors: Collection[str], names: Collection[str]
) -> str:
    """The reason not to show an abstract, or "".

    `actors` are those that it speaks of, as `Report.mentions` calls them; `names` the spellings of
    those that the reports speak of.
    """
    if not text:
        return "it is empty"
    if len(text) > MAX_ABSTRACT:
        return f"it is longer than {MAX_ABSTRACT} characters"
    if _LINK.search(text):
        return "it holds a link or markup"
    if language not in languages_of("", text, None):
        return "it is in another language"
    told = "\n".join(_told(report) for report in story.reports)
    known = words(told).union(*map(words, names))
    if invented := sorted(_numbers(text) - _numbers(told)):
        return f"no report has the number {invented[0]}"
    mentioned = {one.part for report in story.reports for one in report.mentions}
    if invented := sorted(set(actors) - mentioned):
        return f"no report speaks of {invented[0]}"
    if mentioned and not actors:
        return "it speaks of nobody that the reports speak of"
    if language in _WITHOUT_CAPITALS:
        own = words(text)
        return "" if len(own & known) >= _OWN_WORDS * len(own) else "too few words are the reports'"
    name = next(_invented(text, known, told), "")
    return f"no report has the name {name}" if name else ""


def _invented(text: str, known: frozenset[str], told: str) -> Iterator[str]:
    """Capitalised words that are in no report; the first word of a sentence is exempt."""
    starts = {found.start(1) for found in _STARTS.finditer(text)}
    for found in _WORD.finditer(text):
        word = found[0]
        if not word[0].isupper() or len(word) == 1 or normalise(word) in ALL_STOP_WORDS:
            continue
        stems = words(word)
        if found.start() in starts and stems <= COMMON.keys():
            continue
        if not (stems <= known if stems else word in told):
            yield word


def _numbers(text: str) -> set[str]:
    folded = normalise(text)
    found = {re.sub(r"[.,]", "", number) for number in _NUMBER.findall(folded)}
    return found | {NUMBERS[word] for word in folded.split() if word in NUMBERS}


def _told(report: Report) -> str:
    return f"{report.document.title}\n{report.document.text}\n{report.article}"


def _languages_of(report: Report) -> tuple[str, ...]:
    return languages_of(report.document.title, report.document.text, report.document.language)
