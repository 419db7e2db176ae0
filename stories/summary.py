"""The summary of a story: sentences of its reports, unchanged."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Final

from rules import Field, normalise, sentences
from stories.opening import DATELINE, in_the_air, is_boilerplate
from stories.records import Report, Sentence, Story
from stories.tongues import tongues
from stories.wording import WORDINGS

MAX_CHARS: Final = 600
MAX_SENTENCES: Final = 4
MIN_CHARS: Final = 15

_MAX_REPORTS: Final = 12
_READ_OF_LEAD: Final = 3_000
_READ_OF_OTHERS: Final = 800
_MAX_OF_LEAD: Final = 25
_MAX_OF_OTHERS: Final = 5
_MAX_SHARED: Final = 0.55
_SAME_AS_HEADLINE: Final = 0.85
_STEM: Final = 6
_EARLY: Final = 3
_WORD: Final = re.compile(r"\w+")
_ENDS: Final = re.compile(r"[.!。۔][\"'”’»“״)\]]*$")
_CUT: Final = re.compile(r"(?:…|\.\.\.+|\[(?:…|\.\.\.)\])[\"'”’»)\]]*$")
_QUOTES: Final = frozenset("\"'“„«‘(")
_STRAIGHT: Final = re.compile(r'(?<!\w)"|"(?!\w)')
_PAIRS: Final = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"))
_SMALL: Final = frozenset(word for wording in WORDINGS.values() for word in wording.common)


class _Candidate:
    """A sentence that may be chosen; what costs time is found out only when it is asked for."""

    def __init__(
        self, report: Report, span: tuple[int, int], order: tuple[int, int], told: Sequence[str]
    ) -> None:
        start, end = span
        text = report.document.text
        self.sentence = Sentence(report, _after_dateline(text, start, end), end)
        self.size = end - self.sentence.start
        self.order = order
        self.evidence = _evidence(self.sentence)
        self._told = told

    @cached_property
    def words(self) -> frozenset[str]:
        return _words(str(self.sentence))

    @property
    def is_all(self) -> bool:
        """Whether its report has no other text."""
        return str(self.sentence) == self.sentence.report.document.text.strip()

    @cached_property
    def is_usable(self) -> bool:
        return _usable(str(self.sentence))

    @cached_property
    def is_airy(self) -> bool:
        return in_the_air(str(self.sentence), self._told)

    def shared(self, known: frozenset[str]) -> float:
        """The share of its words that are there already."""
        return len(self.words & known) / len(self.words) if self.words else 1.0


def summarise(story: Story, language: str | None = None) -> tuple[Sentence, ...]:
    """Two to four sentences of the reports, to the letter, at most `MAX_CHARS` characters in all.

    The lead's first sentence comes first; then those that carry the most of what the rules asked
    for and share few words with what is there already, the headline too. They are all in one
    language: `language` where a report is, else the lead's. A sentence that begins in the air
    follows only the one that it hangs on, and where nothing is fit to be shown the headline
    stands alone.
    """
    reports = _in_one_language(story, language)
    candidates = [
        one for n, (report, told) in enumerate(reports) for one in _candidates(report, n, told)
    ]
    headline = _words(story.lead.document.title) | _words(reports[0][0].document.title)
    chosen = _chosen(candidates, headline)
    return tuple(one.sentence for one in sorted(chosen, key=lambda one: one.order))


def _in_one_language(
    story: Story, language: str | None
) -> Sequence[tuple[Report, tuple[str, ...]]]:
    """The reports in the language that was asked for, or the lead's, with how they can be read."""
    told = [_tongues(report) for report in story.reports]
    spoken = [
        languages[0] if len(languages) == 1 else report.document.language
        for report, languages in zip(story.reports, told, strict=True)
    ]
    wanted = language if language in spoken else spoken[0]
    every = zip(story.reports, told, spoken, strict=True)
    return [(report, read) for report, read, said in every if said == wanted][:_MAX_REPORTS]


def _tongues(report: Report) -> tuple[str, ...]:
    document = report.document
    return tongues(document.title, document.text, document.language)


def _candidates(report: Report, number: int, told: Sequence[str]) -> Iterator[_Candidate]:
    text = report.document.text
    most = _MAX_OF_OTHERS if number else _MAX_OF_LEAD
    read = _READ_OF_OTHERS if number else _READ_OF_LEAD
    for position, span in enumerate(islice(sentences(text[:read]), most)):
        was_cut = span[1] == read < len(text)
        if not was_cut:
            yield _Candidate(report, span, (number, position), told)


def _after_dateline(text: str, start: int, end: int) -> int:
    dateline = DATELINE.match(text, start, end)
    return dateline.end() if dateline and dateline.end() < end - MIN_CHARS else start


def _usable(part: str) -> bool:
    return (
        (part[0].isalnum() or part[0] in _QUOTES)
        and _ENDS.search(part) is not None
        and _CUT.search(part) is None
        and "\n" not in part
        and _quotations_whole(part)
        and not is_boilerplate(part)
    )


def _quotations_whole(part: str) -> bool:
    straight = len(_STRAIGHT.findall(part))
    german = part.count("„")
    if german:
        return german == part.count("“") or german == part.count("”")
    return straight % 2 == 0 and all(part.count(a) == part.count(b) for a, b in _PAIRS)


def _chosen(candidates: Sequence[_Candidate], headline: frozenset[str]) -> list[_Candidate]:
    first = next((one for one in candidates if _fits(one, (), headline, MAX_CHARS)), None)
    if first is None:
        return []
    chosen, known, room = [first], headline | first.words, MAX_CHARS - first.size - 1
    while len(chosen) < MAX_SENTENCES:
        fit = [one for one in candidates if _fits(one, chosen, known, room)]
        if not fit:
            break
        best = max(fit, key=lambda one: _worth(one, known))
        chosen.append(best)
        known |= best.words
        room -= best.size + 1
    return chosen


def _fits(one: _Candidate, chosen: Sequence[_Candidate], known: frozenset[str], room: int) -> bool:
    report, position = one.order
    if one in chosen or one.size > room or (one.size < MIN_CHARS and not one.is_all):
        return False
    if chosen and not one.evidence and position > _EARLY:
        return False
    if one.shared(known) > (_MAX_SHARED if chosen else _SAME_AS_HEADLINE) or not one.is_usable:
        return False
    return not one.is_airy or any(other.order == (report, position - 1) for other in chosen)


def _worth(one: _Candidate, known: frozenset[str]) -> float:
    report, position = one.order
    return min(one.evidence, 4) - 0.4 * position - 0.3 * report - 3 * one.shared(known)


def _evidence(sentence: Sentence) -> int:
    """How many different parts of the rules a sentence made true."""
    start, end = sentence.start, sentence.end
    return len(
        {
            one.part
            for match in sentence.report.matches
            for one in match.evidence
            if one.field is Field.TEXT and start <= one.start and one.end <= end
        }
    )


def _words(text: str) -> frozenset[str]:
    found: list[str] = _WORD.findall(normalise(text))
    return frozenset(word[:_STEM] for word in found if len(word) > 2 and word not in _SMALL)
