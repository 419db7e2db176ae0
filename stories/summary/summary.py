"""Extractive summaries: unchanged sentences of a story's reports."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Final

from rules import Field, field_text, sentences
from stories.language import languages_of
from stories.records import Report, Sentence, Story
from stories.summary.openings import DATELINE, in_the_air, is_boilerplate
from stories.words import words

MAX_CHARS: Final = 600
MAX_SENTENCES: Final = 4
MIN_CHARS: Final = 15

_MAX_REPORTS: Final = 8
_READ_OF_LEAD: Final = 3_000
_READ_OF_OTHERS: Final = 800
_MAX_OF_LEAD: Final = 25
_MAX_OF_OTHERS: Final = 4
_MAX_SHARED: Final = 0.55
_SAME_AS_HEADLINE: Final = 0.85
_EARLY: Final = 3
_MOST_EVIDENCE: Final = 4
_MOST_SPELLINGS: Final = 40
# Where a term is longer than this, an article may end it otherwise.
_WITH_ENDING: Final = 6
_ENDING: Final = 2
_ENDS: Final = re.compile(r"[.!。۔][\"'”’»“״)\]]*$")
_CUT: Final = re.compile(r"(?:…|\.\.\.+|\[(?:…|\.\.\.)\])[\"'”’»)\]]*$")
_QUOTES: Final = frozenset("\"'“„«‘(")
_STRAIGHT: Final = re.compile(r'(?<!\w)"|"(?!\w)')
_PAIRS: Final = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"))

_Part = tuple[int, int, str]


class _Candidate:
    """A candidate sentence; its costly features are computed when asked for."""

    def __init__(
        self,
        sentence: Sentence,
        order: tuple[int, int],
        asked: Sequence[_Part],
        told: Sequence[str],
    ) -> None:
        self.sentence = sentence
        self.size = sentence.end - sentence.start
        self.order = order
        self.evidence = _evidence(sentence, asked)
        report, position = order
        # What it is worth where nothing of it is there already.
        self.promise = min(self.evidence, _MOST_EVIDENCE) - 0.4 * position - 0.3 * report
        self._told = told

    @cached_property
    def words(self) -> frozenset[str]:
        return words(str(self.sentence))

    @property
    def is_all(self) -> bool:
        """Whether the report has no other text than its headline."""
        return str(self.sentence) == self.sentence.text.strip()

    @cached_property
    def is_usable(self) -> bool:
        return _usable(str(self.sentence))

    @cached_property
    def is_airy(self) -> bool:
        return in_the_air(str(self.sentence), self._told)

    def shared(self, known: frozenset[str]) -> float:
        """The share of its words that the chosen sentences have already."""
        return len(self.words & known) / len(self.words) if self.words else 1.0


def summarise(story: Story, language: str | None = None) -> tuple[Sentence, ...]:
    """Two to four unchanged sentences of the reports, at most `MAX_CHARS` characters in all.

    They are taken from a report's article where there is one, else from its entry's text. The
    lead's first sentence comes first; then those that carry the most of what the rules asked for
    and share few words with what is there already, the headline too. They are all in one language:
    `language` where a report is, else the lead's. A sentence that begins in the air follows only
    the one that it hangs on, and where nothing is fit to be shown the headline stands alone.
    """
    reports = _in_one_language(story, language)
    headline = words(story.lead.document.title) | words(reports[0][0].document.title)
    chosen = _chosen(list(_candidates(reports)), headline)
    if not chosen and any(report.article for report, _ in reports):
        chosen = _chosen(list(_candidates(reports, articles=False)), headline)
    return tuple(one.sentence for one in sorted(chosen, key=lambda one: one.order))


def _in_one_language(
    story: Story, language: str | None
) -> Sequence[tuple[Report, tuple[str, ...]]]:
    """The reports in the wanted language, or the lead's, with their texts."""
    lead = _spoken(story.lead, _languages_of(story.lead))
    wanted = [*_reports_in(story, language)] if language and language != lead else []
    return wanted or [*_reports_in(story, lead)]


def _reports_in(story: Story, language: str | None) -> Iterator[tuple[Report, tuple[str, ...]]]:
    read = ((report, _languages_of(report)) for report in story.reports)
    fitting = ((report, told) for report, told in read if _spoken(report, told) == language)
    return islice(fitting, _MAX_REPORTS)


def _languages_of(report: Report) -> tuple[str, ...]:
    document = report.document
    return languages_of(document.title, document.text, document.language)


def _spoken(report: Report, told: Sequence[str]) -> str | None:
    return told[0] if len(told) == 1 else report.document.language


def _candidates(
    reports: Sequence[tuple[Report, Sequence[str]]], *, articles: bool = True
) -> Iterator[_Candidate]:
    for number, (report, told) in enumerate(reports):
        in_article = articles and bool(report.article)
        text = report.article if in_article else report.document.text
        most = _MAX_OF_OTHERS if number else _MAX_OF_LEAD
        read = _READ_OF_OTHERS if number else _READ_OF_LEAD
        head = text[:read]
        asked = [*(_asked_again(report, head) if in_article else _asked(report))]
        for position, (start, end) in enumerate(islice(sentences(head), most)):
            was_cut = end == read < len(text)
            if not was_cut:
                begin = _after_dateline(text, start, end)
                sentence = Sentence(report, begin, end, in_article)
                yield _Candidate(sentence, (number, position), asked, told)


def _asked(report: Report) -> Iterator[_Part]:
    """The spans of evidence in the entry's text."""
    for match in report.matches:
        for one in match.evidence:
            if one.field is Field.TEXT:
                yield one.start, one.end, one.part


def _asked_again(report: Report, article: str) -> Iterator[_Part]:
    """The spans in the article of the words that are evidence in the entry."""
    spellings = {
        field_text(report.document, one.field)[one.start : one.end].lower(): one.part
        for match in report.matches
        for one in match.evidence
        if one.field in {Field.TITLE, Field.TEXT}
    }
    lowered = article.lower()
    if len(lowered) != len(article):
        lowered = article
    for spelling, part in islice(spellings.items(), _MOST_SPELLINGS):
        looked_for = spelling[:-_ENDING] if len(spelling) > _WITH_ENDING else spelling
        at = lowered.find(looked_for) if looked_for else -1
        while at >= 0:
            if not lowered[at - 1 : at].isalnum():
                yield at, at + len(looked_for), part
            at = lowered.find(looked_for, at + len(looked_for))


def _evidence(sentence: Sentence, asked: Sequence[_Part]) -> int:
    """How many parts of the rules a sentence makes true."""
    first, last = sentence.start, sentence.end
    return len({part for start, end, part in asked if first <= start and end <= last})


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
    promising = sorted(candidates, key=lambda one: -one.promise)
    chosen, known, room = [first], headline | first.words, MAX_CHARS - first.size - 1
    while len(chosen) < MAX_SENTENCES:
        best = _best(promising, chosen, known, room)
        if best is None:
            break
        chosen.append(best)
        known |= best.words
        room -= best.size + 1
    return chosen


def _best(
    promising: Sequence[_Candidate],
    chosen: Sequence[_Candidate],
    known: frozenset[str],
    room: int,
) -> _Candidate | None:
    """The candidate of the highest value, without scoring those that cannot reach it."""
    best, worth = None, float("-inf")
    for one in promising:
        if one.promise <= worth:
            break
        if _fits(one, chosen, known, room):
            value = one.promise - 3 * one.shared(known)
            if value > worth:
                best, worth = one, value
    return best


def _fits(one: _Candidate, chosen: Sequence[_Candidate], known: frozenset[str], room: int) -> bool:
    report, position = one.order
    if one in chosen or one.size > room or (one.size < MIN_CHARS and not one.is_all):
        return False
    if chosen and not one.evidence and position > _EARLY:
        return False
    if one.shared(known) > (_MAX_SHARED if chosen else _SAME_AS_HEADLINE) or not one.is_usable:
        return False
    return not one.is_airy or any(other.order == (report, position - 1) for other in chosen)
