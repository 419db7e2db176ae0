"""The stance of a report: whether it denies or confirms its claim, and by whom.

The headline decides; where it says nothing either way, the first sentences do. In it the first
verb that denies or confirms in a main clause counts, and a denial before a confirmation: who reads
"Tehran confirms, Washington denies" has to be told of the denial.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from rules import Document, Evidence, Field, Normalised, sentences
from stories.language import languages_of
from stories.positions.subjects import (
    Above,
    Clause,
    Name,
    Signal,
    Subject,
    SubjectFinder,
    clause_at,
)
from stories.records import Reading, Stance
from stories.wording import WORDINGS, Wording

_ACTOR: Final = "actor:"
_LONGEST: Final = 400
_LEADS: Final = 2
_BOUNDARY: Final = re.compile(r"[;:؛…|—]|\.\.+|(?<=\s)[-–](?=\s)|[.!?؟](?=[\s\"'”»]|$)")
_QUESTIONS: Final = ("?", "؟")


class _Found(NamedTuple):
    signal: Signal
    subject: Subject


def stance_of(
    document: Document,
    mentions: Iterable[Evidence],
    above: Above = lambda _: (),
) -> Reading:
    """The stance that a document reports.

    `mentions` are those that `Matcher.mentions` found in it. `above` gives what an actor is part
    of (`Lexicon.above`): of "Iran's foreign ministry spokesman Kanaani" only Kanaani is named then.
    """
    known = [one for one in mentions if one.part.startswith(_ACTOR)]
    for stretch in _stretches(document):
        found, spoken = stretch.found(known, above)
        if found is not None:
            return stretch.reading(found, above)
        if spoken:
            break
    return Reading(Stance.REPORTS)


def _stretches(document: Document) -> Iterator["_Stretch"]:
    told = languages_of(document.title, document.text, document.language)
    has_title = bool(document.title.strip())
    if has_title:
        yield _Stretch(Field.TITLE, document.title[:_LONGEST], 0, told, is_lead=False)
    opening = document.text[: _LEADS * _LONGEST]
    for number, (start, end) in enumerate(sentences(opening)):
        if number == _LEADS:
            break
        part = document.text[start : min(end, start + _LONGEST)]
        yield _Stretch(Field.TEXT, part, start, told, is_lead=has_title or number > 0)


class _Stretch:
    """A headline or a sentence that is searched for a stance."""

    def __init__(
        self, field: Field, text: str, offset: int, told: Sequence[str], *, is_lead: bool
    ) -> None:
        self.field = field
        self.offset = offset
        self.original = text
        self.is_lead = is_lead
        self._normalised = Normalised(text)
        self.text = self._normalised.text
        self._wordings = [WORDINGS[language] for language in told]
        self.clauses = list(self._clauses())

    def found(self, known: Iterable[Evidence], above: Above) -> tuple[_Found | None, bool]:
        """The stance that counts, and whether any word of denying or confirming occurs."""
        names = list(self._names(known))
        spoken = False
        best: _Found | None = None
        for wording in self._wordings:
            signals, neutral = self._signals(wording)
            spoken = spoken or neutral
            for signal in signals:
                if self._is_asked(signal):
                    continue
                finder = SubjectFinder(self.text, self.clauses, wording, names, above)
                subject = finder.subject(signal)
                if not self._counts(signal, subject, wording):
                    spoken = True
                    continue
                one = _Found(signal, subject or ())
                if best is None or _comes_first(one, best):
                    best = one
        return best, spoken

    def reading(self, found: _Found, above: Above) -> Reading:
        """The result in positions of the document."""
        signal, subject = found
        start, end = self._normalised.span(signal.start, signal.end)
        word = Evidence(
            self.field,
            self.offset + start,
            self.offset + end,
            self.original[start:end],
            f"stance:{signal.stance}",
        )
        actors = _lowest([name.evidence.part.removeprefix(_ACTOR) for name in subject], above)
        kept = {_ACTOR + actor for actor in actors}
        shown = tuple(name.evidence for name in subject if name.evidence.part in kept)
        return Reading(signal.stance, actors, (word, *shown))

    def _is_asked(self, signal: Signal) -> bool:
        clause = self.clauses[clause_at(self.clauses, signal.start)]
        return self.text[clause.end :].lstrip("\"') ")[:1] in _QUESTIONS

    def _counts(self, signal: Signal, subject: Subject | None, wording: Wording) -> bool:
        if subject or subject is None:
            return bool(subject)
        if self.is_lead or len(self._wordings) > 1 or signal.stance is Stance.CONFIRMS:
            return False
        outside = f"{self.text[: signal.start]} | {self.text[signal.end :]}"
        return not signal.untrue or wording.says.search(outside) is not None

    def _signals(self, wording: Wording) -> tuple[list[Signal], bool]:
        masked = [found.span() for found in _all(wording.neutral, self.text)]
        kinds = (
            (wording.denies, Stance.DENIES, False),
            (wording.untrue, Stance.DENIES, True),
            (wording.confirms, Stance.CONFIRMS, False),
        )
        signals = [
            Signal(*found.span(), stance, untrue)
            for pattern, stance, untrue in kinds
            for found in pattern.finditer(self.text)
            if not any(start < found.end() and found.start() < end for start, end in masked)
        ]
        return sorted(signals, key=lambda signal: signal.start), bool(masked)

    def _names(self, known: Iterable[Evidence]) -> Iterator[Name]:
        for one in known:
            start, end = one.start - self.offset, one.end - self.offset
            if one.field is self.field and start >= 0 and end <= len(self.original):
                position = self._normalised.position
                yield Name(position(start), position(end), one)

    def _clauses(self) -> Iterator[Clause]:
        start = 0
        for found in _BOUNDARY.finditer(self.original):
            end = self._normalised.position(found.start())
            yield Clause(start, end)
            start = self._normalised.position(found.end())
        yield Clause(start, len(self.text))


def _comes_first(one: _Found, other: _Found) -> bool:
    def rank(found: _Found) -> tuple[bool, bool, int]:
        signal = found.signal
        return (signal.stance is not Stance.DENIES, not found.subject, signal.start)

    return rank(one) < rank(other)


def _lowest(actors: Sequence[str], above: Above) -> tuple[str, ...]:
    """Actors without those that another one is part of, without duplicates."""
    parents = {up for actor in actors for up in above(actor) if up != actor}
    return tuple(dict.fromkeys(actor for actor in actors if actor not in parents))


def _all(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """All matches, overlapping ones too: a negation may begin where another one ends."""
    at = 0
    while found := pattern.search(text, at):
        yield found
        at = found.start() + 1
