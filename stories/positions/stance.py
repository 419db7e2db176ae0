"""What a report does to the claim that it carries, and who does it.

The headline decides; where it says nothing either way, the first sentences do. In it the first
verb that denies or confirms in a main clause counts, and a denial before a confirmation: who reads
"Tehran confirms, Washington denies" has to be told of the denial.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from rules import Document, Evidence, Field, Normalised, sentences
from stories.language import tongues
from stories.positions.wording import WORDINGS, Order, Wording
from stories.records import Reading, Stance

_ACTOR: Final = "actor:"
_LONGEST: Final = 400
_LEADS: Final = 2
_MAX_BETWEEN: Final = 9
_MAX_APPOSED: Final = 3
_MAX_OFFICE: Final = 6
_BOUNDARY: Final = re.compile(r"[;:؛…|—]|\.\.+|(?<=\s)[-–](?=\s)|[.!?؟](?=[\s\"'”»]|$)")
_QUESTIONS: Final = ("?", "؟")
_WORDS: Final = re.compile(r"\w+")


class _Name(NamedTuple):
    start: int
    end: int
    evidence: Evidence


class _Clause(NamedTuple):
    start: int
    end: int


_Above = Callable[[str], Collection[str]]
_Subject = tuple[_Name, ...]


class _Signal(NamedTuple):
    start: int
    end: int
    stance: Stance
    untrue: bool


class _Found(NamedTuple):
    signal: _Signal
    subject: _Subject


def stance_of(
    document: Document,
    mentions: Iterable[Evidence],
    above: _Above = lambda _: (),
) -> Reading:
    """What a document does to the claim that it carries.

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
    told = tongues(document.title, document.text, document.language)
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
    """A headline or a sentence, looked at for a stance."""

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

    def found(self, known: Iterable[Evidence], above: _Above) -> tuple[_Found | None, bool]:
        """The stance that counts, and whether anything at all was said of denying or confirming."""
        names = list(self._names(known))
        spoken = False
        best: _Found | None = None
        for wording in self._wordings:
            signals, neutral = self._signals(wording)
            spoken = spoken or neutral
            for signal in signals:
                if self._is_asked(signal):
                    continue
                subject = _Grammar(self, wording, names, above).subject(signal)
                if not self._counts(signal, subject, wording):
                    spoken = True
                    continue
                one = _Found(signal, subject or ())
                if best is None or _comes_first(one, best):
                    best = one
        return best, spoken

    def reading(self, found: _Found, above: _Above) -> Reading:
        """What was found, in the document's own places."""
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

    def clause(self, position: int) -> int:
        """The number of the clause that a position is in."""
        return next(
            (n for n, clause in enumerate(self.clauses) if position < clause.end),
            len(self.clauses) - 1,
        )

    def _is_asked(self, signal: _Signal) -> bool:
        clause = self.clauses[self.clause(signal.start)]
        return self.text[clause.end :].lstrip("\"') ")[:1] in _QUESTIONS

    def _counts(self, signal: _Signal, subject: _Subject | None, wording: Wording) -> bool:
        if subject or subject is None:
            return bool(subject)
        if self.is_lead or len(self._wordings) > 1 or signal.stance is Stance.CONFIRMS:
            return False
        outside = f"{self.text[: signal.start]} | {self.text[signal.end :]}"
        return not signal.untrue or wording.says.search(outside) is not None

    def _signals(self, wording: Wording) -> tuple[list[_Signal], bool]:
        masked = [found.span() for found in _all(wording.neutral, self.text)]
        kinds = (
            (wording.denies, Stance.DENIES, False),
            (wording.untrue, Stance.DENIES, True),
            (wording.confirms, Stance.CONFIRMS, False),
        )
        signals = [
            _Signal(*found.span(), stance, untrue)
            for pattern, stance, untrue in kinds
            for found in pattern.finditer(self.text)
            if not any(start < found.end() and found.start() < end for start, end in masked)
        ]
        return sorted(signals, key=lambda signal: signal.start), bool(masked)

    def _names(self, known: Iterable[Evidence]) -> Iterator[_Name]:
        for one in known:
            start, end = one.start - self.offset, one.end - self.offset
            if one.field is self.field and start >= 0 and end <= len(self.original):
                position = self._normalised.position
                yield _Name(position(start), position(end), one)

    def _clauses(self) -> Iterator[_Clause]:
        start = 0
        for found in _BOUNDARY.finditer(self.original):
            end = self._normalised.position(found.start())
            yield _Clause(start, end)
            start = self._normalised.position(found.end())
        yield _Clause(start, len(self.text))


class _Grammar:
    """Who the subject of a verb is, as far as the order of words tells."""

    def __init__(
        self, stretch: _Stretch, wording: Wording, names: Sequence[_Name], above: _Above
    ) -> None:
        self._stretch = stretch
        self._text = stretch.text
        self._wording = wording
        self._above = above
        self._groups = self._grouped(sorted(names, key=lambda name: name[:2]))

    def subject(self, signal: _Signal) -> _Subject | None:
        """Who denies or confirms; nobody where no known actor does; None where another says so.

        "Iran: Washington confirmed the transfer" is what Iran says, and no confirmation.
        """
        number = self._stretch.clause(signal.start)
        clause = self._stretch.clauses[number]
        inside = [g for g in self._groups if clause.start <= g[0].start < clause.end]
        subject = self._of_verb(signal, clause, inside)
        if not subject and (signal.untrue or not self._has_words_before(signal, clause)):
            subject = self._speaker(number, untrue=signal.untrue)
        elif (
            subject
            and subject[0].start < signal.start
            and self._said_by_another(subject, number, inside)
        ):
            return None
        return subject

    def _of_verb(self, signal: _Signal, clause: _Clause, inside: Sequence[_Subject]) -> _Subject:
        before = [g for g in inside if g[-1].end <= signal.start]
        after = [g for g in inside if g[0].start >= signal.end]
        within = [g for g in inside if signal.start <= g[0].start < signal.end]
        agent = self._agent(signal, before, after)
        if agent:
            return agent
        if signal.untrue:
            return self._attributed(signal, inside) or self._first(before, signal)
        match self._wording.order:
            case Order.BEFORE:
                return self._nearest(before, signal)
            case Order.EITHER:
                return self._inverted(after, signal, clause) or self._nearest(before, signal)
            case Order.AFTER:
                return self._following(after or within, signal) or self._nearest(before, signal)
            case Order.FIRST:
                return self._first([*before, *within], signal)

    def _nearest(self, before: Sequence[_Subject], signal: _Signal) -> _Subject:
        for group in reversed(before):
            between = self._text[group[-1].end : signal.start]
            if len(_WORDS.findall(between)) > _MAX_BETWEEN:
                return ()
            if self._may_act(group) and not self._wording.matter.match(between):
                return group
        return ()

    def _inverted(self, after: Sequence[_Subject], signal: _Signal, clause: _Clause) -> _Subject:
        """The subject directly after the verb, where the object or a quotation stands before it."""
        if not after:
            return ()
        group = after[0]
        before = self._text[clause.start : signal.start].rstrip()
        moved = before.endswith((",", '"')) or self._wording.claim.search(before)
        article = self._text[signal.end : group[0].start].strip()
        if not moved or article not in _ARTICLES:
            return ()
        return () if self._wording.matter.match(self._text[group[-1].end :]) else group

    def _following(self, after: Sequence[_Subject], signal: _Signal) -> _Subject:
        """The subject after a verb that comes first, at the most with its office in between."""
        if not after:
            return ()
        group = after[0]
        between = self._text[signal.end : group[0].start]
        words = _WORDS.findall(between)
        office = self._wording.office.search(between)
        if self._wording.and_.fullmatch(between) or "," in between:
            return ()
        if len(words) > (_MAX_OFFICE if office else 1):
            return ()
        return group if self._may_act(group) else ()

    def _first(self, before: Sequence[_Subject], signal: _Signal) -> _Subject:
        able = [group for group in before if self._may_act(group)]
        if not able:
            return ()
        between = self._text[able[-1][-1].end : signal.start]
        if not between.strip(" ،,") or len(able) == 1:
            return able[-1]
        return able[0]

    def _agent(
        self, signal: _Signal, before: Sequence[_Subject], after: Sequence[_Subject]
    ) -> _Subject:
        for group in after[:1]:
            between = self._text[signal.end : group[0].start]
            by = self._wording.by.search(between)
            if by and len(_WORDS.findall(between[: by.start()])) <= 1:
                return group
        if self._wording.order is Order.FIRST:
            for group in (*before, *after):
                if self._wording.by.search(self._text[: group[0].start]):
                    return group
        return ()

    def _attributed(self, signal: _Signal | _Clause, inside: Sequence[_Subject]) -> _Subject:
        """The group beside a word of saying: "Kanaani says", "says Kanaani"."""
        for group in inside:
            if isinstance(signal, _Signal) and signal.start <= group[0].start < signal.end:
                continue
            rest = self._text[group[-1].end :]
            says = self._wording.says.search(rest[:40])
            if says and len(_WORDS.findall(rest[: says.start()])) <= 3 and self._may_act(group):
                return group
            told = list(self._wording.says.finditer(self._text[: group[0].start]))
            if told and len(_WORDS.findall(self._text[told[-1].end() : group[0].start])) <= 3:
                return group
        return ()

    def _speaker(self, number: int, *, untrue: bool) -> _Subject:
        """Whoever speaks in a clause beside this one: "White House: ..."."""
        clauses = self._stretch.clauses
        for other in (*range(number - 1, -1, -1), number + 1):
            if other == len(clauses):
                break
            clause = clauses[other]
            inside = [g for g in self._groups if clause.start <= g[0].start < clause.end]
            for group in inside[:1] if other > number else inside[-1:]:
                if self._is_alone(group, clause, before=other < number):
                    return group
            if untrue and (found := self._attributed(clause, inside)):
                return found
        return ()

    def _is_alone(self, group: _Subject, clause: _Clause, *, before: bool) -> bool:
        left = self._text[clause.start : group[0].start]
        right = self._text[group[-1].end : clause.end]
        if self._wording.matter.match(right) or not self._may_act(group):
            return False
        outside = len(_WORDS.findall(left)) + (len(_WORDS.findall(right)) if before else 0)
        return outside <= 3

    def _said_by_another(self, subject: _Subject, number: int, inside: Sequence[_Subject]) -> bool:
        first = subject[0].start
        speakers = [
            g
            for g in inside
            if g[-1].end <= first and self._may_act(g) and self._says(self._text[g[-1].end : first])
        ]
        if number and self._text[self._stretch.clauses[number - 1].end :].startswith(":"):
            speakers += [s for s in [self._before_colon(number - 1)] if s]
        return any(not self._related(speaker, subject) for speaker in speakers)

    def _before_colon(self, number: int) -> _Subject:
        clause = self._stretch.clauses[number]
        inside = [g for g in self._groups if clause.start <= g[0].start < clause.end]
        return next((g for g in inside[-1:] if self._is_alone(g, clause, before=True)), ())

    def _says(self, between: str) -> bool:
        says = self._wording.says.search(between)
        return says is not None and len(_WORDS.findall(between[: says.start()])) <= 3

    def _related(self, ones: _Subject, others: _Subject) -> bool:
        def line(name: _Name) -> set[str]:
            actor = name.evidence.part.removeprefix(_ACTOR)
            return {actor, *self._above(actor)}

        return any(line(one) & line(other) for one in ones for other in others)

    def _may_act(self, group: _Subject) -> bool:
        """Whether a name is not part of something else: "talks with Iran", "İran'ın iddiası"."""
        before = self._text[: group[0].start]
        after = self._text[group[-1].end :]
        if self._wording.after_name.match(after):
            return False
        if self._wording.impersonal.search(before) and self._wording.order is not Order.FIRST:
            return True
        return not self._wording.of.search(before) or bool(self._wording.office.search(before))

    def _has_words_before(self, signal: _Signal, clause: _Clause) -> bool:
        return len(_WORDS.findall(self._text[clause.start : signal.start])) > 1

    def _grouped(self, names: Sequence[_Name]) -> list[_Subject]:
        """Names that stand together, by "and" or by apposition, are one subject."""
        groups: list[list[_Name]] = []
        for name in names:
            last = groups[-1][-1] if groups else None
            if last and self._joined(last, name):
                groups[-1].append(name)
            else:
                groups.append([name])
        return [tuple(group) for group in groups]

    def _joined(self, one: _Name, other: _Name) -> bool:
        if other.start <= one.end:
            return True
        between = self._text[one.end : other.start]
        if self._wording.and_.fullmatch(between):
            return "," not in between or self._may_act((one,))
        if len(_WORDS.findall(between)) > _MAX_APPOSED or self._wording.says.search(between):
            return False
        after_name = self._wording.after_name
        in_process = (
            self._wording.of.search(between)
            or after_name.match(between)
            or after_name.match(self._text[other.end :])
        )
        return not in_process and self._related((one,), (other,))


_ARTICLES: Final = frozenset({"", "das", "der", "die", "la", "le", "les", "l'"})


def _comes_first(one: _Found, other: _Found) -> bool:
    def rank(found: _Found) -> tuple[bool, bool, int]:
        signal = found.signal
        return (signal.stance is not Stance.DENIES, not found.subject, signal.start)

    return rank(one) < rank(other)


def _lowest(actors: Sequence[str], above: _Above) -> tuple[str, ...]:
    """Actors without those that another of them is part of, each once."""
    parents = {up for actor in actors for up in above(actor) if up != actor}
    return tuple(dict.fromkeys(actor for actor in actors if actor not in parents))


def _all(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """All matches, those inside one another too: a negation may begin where another ends."""
    at = 0
    while found := pattern.search(text, at):
        yield found
        at = found.start() + 1
