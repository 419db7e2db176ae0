"""The subject of a verb that denies or confirms, by word order in eight languages."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple

from rules import Evidence
from stories.records import Stance
from stories.wording import Order, Wording

_ACTOR: Final = "actor:"
_MAX_BETWEEN: Final = 9
_MAX_APPOSED: Final = 3
_MAX_OFFICE: Final = 6
_WORDS: Final = re.compile(r"\w+")
_ARTICLES: Final = frozenset({"", "das", "der", "die", "la", "le", "les", "l'"})


class Name(NamedTuple):
    """An actor that is named: where in the normalised text, and the evidence of it."""

    start: int
    end: int
    evidence: Evidence


class Clause(NamedTuple):
    """A clause: from where to where in the normalised text."""

    start: int
    end: int


Above = Callable[[str], Collection[str]]
Subject = tuple[Name, ...]


class Signal(NamedTuple):
    """A word that denies or confirms; `untrue` where it says of a claim that it is false."""

    start: int
    end: int
    stance: Stance
    untrue: bool


def clause_at(clauses: Sequence[Clause], position: int) -> int:
    """The number of the clause that a position is in."""
    return next((n for n, clause in enumerate(clauses) if position < clause.end), len(clauses) - 1)


class SubjectFinder:
    """Finds the subject of a verb that denies or confirms, by the order of the words.

    `names` are the actors named in the text, `above` gives what an actor is part of.
    """

    def __init__(
        self,
        text: str,
        clauses: Sequence[Clause],
        wording: Wording,
        names: Sequence[Name],
        above: Above,
    ) -> None:
        self._text = text
        self._clauses = clauses
        self._wording = wording
        self._above = above
        self._groups = self._grouped(sorted(names, key=lambda name: name[:2]))

    def subject(self, signal: Signal) -> Subject | None:
        """Who denies or confirms; nobody where no known actor does; None where another says so.

        "Iran: Washington confirmed the transfer" is what Iran says, and no confirmation.
        """
        number = clause_at(self._clauses, signal.start)
        clause = self._clauses[number]
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

    def _of_verb(self, signal: Signal, clause: Clause, inside: Sequence[Subject]) -> Subject:
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

    def _nearest(self, before: Sequence[Subject], signal: Signal) -> Subject:
        for group in reversed(before):
            between = self._text[group[-1].end : signal.start]
            if len(_WORDS.findall(between)) > _MAX_BETWEEN:
                return ()
            if self._may_act(group) and not self._wording.matter.match(between):
                return group
        return ()

    def _inverted(self, after: Sequence[Subject], signal: Signal, clause: Clause) -> Subject:
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

    def _following(self, after: Sequence[Subject], signal: Signal) -> Subject:
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

    def _first(self, before: Sequence[Subject], signal: Signal) -> Subject:
        able = [group for group in before if self._may_act(group)]
        if not able:
            return ()
        between = self._text[able[-1][-1].end : signal.start]
        if not between.strip(" ،,") or len(able) == 1:
            return able[-1]
        return able[0]

    def _agent(
        self, signal: Signal, before: Sequence[Subject], after: Sequence[Subject]
    ) -> Subject:
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

    def _attributed(self, signal: Signal | Clause, inside: Sequence[Subject]) -> Subject:
        """The group beside a word of saying: "Kanaani says", "says Kanaani"."""
        for group in inside:
            if isinstance(signal, Signal) and signal.start <= group[0].start < signal.end:
                continue
            rest = self._text[group[-1].end :]
            says = self._wording.says.search(rest[:40])
            if says and len(_WORDS.findall(rest[: says.start()])) <= 3 and self._may_act(group):
                return group
            told = list(self._wording.says.finditer(self._text[: group[0].start]))
            if told and len(_WORDS.findall(self._text[told[-1].end() : group[0].start])) <= 3:
                return group
        return ()

    def _speaker(self, number: int, *, untrue: bool) -> Subject:
        """Whoever speaks in a clause beside this one: "White House: ..."."""
        clauses = self._clauses
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

    def _is_alone(self, group: Subject, clause: Clause, *, before: bool) -> bool:
        left = self._text[clause.start : group[0].start]
        right = self._text[group[-1].end : clause.end]
        if self._wording.matter.match(right) or not self._may_act(group):
            return False
        outside = len(_WORDS.findall(left)) + (len(_WORDS.findall(right)) if before else 0)
        return outside <= 3

    def _said_by_another(self, subject: Subject, number: int, inside: Sequence[Subject]) -> bool:
        first = subject[0].start
        speakers = [
            g
            for g in inside
            if g[-1].end <= first and self._may_act(g) and self._says(self._text[g[-1].end : first])
        ]
        if number and self._text[self._clauses[number - 1].end :].startswith(":"):
            speakers += [s for s in [self._before_colon(number - 1)] if s]
        return any(not self._related(speaker, subject) for speaker in speakers)

    def _before_colon(self, number: int) -> Subject:
        clause = self._clauses[number]
        inside = [g for g in self._groups if clause.start <= g[0].start < clause.end]
        return next((g for g in inside[-1:] if self._is_alone(g, clause, before=True)), ())

    def _says(self, between: str) -> bool:
        says = self._wording.says.search(between)
        return says is not None and len(_WORDS.findall(between[: says.start()])) <= 3

    def _related(self, ones: Subject, others: Subject) -> bool:
        def line(name: Name) -> set[str]:
            actor = name.evidence.part.removeprefix(_ACTOR)
            return {actor, *self._above(actor)}

        return any(line(one) & line(other) for one in ones for other in others)

    def _may_act(self, group: Subject) -> bool:
        """Whether a name is not part of something else: "talks with Iran", "İran'ın iddiası"."""
        before = self._text[: group[0].start]
        after = self._text[group[-1].end :]
        if self._wording.after_name.match(after):
            return False
        if self._wording.impersonal.search(before) and self._wording.order is not Order.FIRST:
            return True
        return not self._wording.of.search(before) or bool(self._wording.office.search(before))

    def _has_words_before(self, signal: Signal, clause: Clause) -> bool:
        return len(_WORDS.findall(self._text[clause.start : signal.start])) > 1

    def _grouped(self, names: Sequence[Name]) -> list[Subject]:
        """Names that stand together, by "and" or by apposition, are one subject."""
        groups: list[list[Name]] = []
        for name in names:
            last = groups[-1][-1] if groups else None
            if last and self._joined(last, name):
                groups[-1].append(name)
            else:
                groups.append([name])
        return [tuple(group) for group in groups]

    def _joined(self, one: Name, other: Name) -> bool:
        if other.start <= one.end:
            return True
        between = self._text[one.end : other.start]
        if self._wording.and_.fullmatch(between):
            return "," not in between or self._may_act((one,))
        if len(_WORDS.findall(between)) > _MAX_APPOSED or self._wording.says.search(between):
            return False
        after_name = self._wording.after_name
        is_separate = (
            self._wording.of.search(between)
            or after_name.match(between)
            or after_name.match(self._text[other.end :])
        )
        return not is_separate and self._related((one,), (other,))
