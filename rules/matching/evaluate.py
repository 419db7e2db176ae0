"""The compiler of expressions: from syntax nodes to finders over an indexed document."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rules.language.attributes import condition
from rules.language.expression import (
    And,
    Attribute,
    Count,
    Kind,
    Mode,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Reference,
    Scope,
    Term,
    Within,
)
from rules.language.patterns import pattern
from rules.lexicon.lexicon import Lexicon
from rules.matching.indexed_document import (
    Finder,
    Found,
    IndexedDocument,
    Occurrence,
    Window,
    inside,
    narrower,
)
from rules.matching.terms import Spelling
from rules.records import Field

_COSTS: Final[Mapping[type, int]] = {
    Term: 0,
    Reference: 1,
    Attribute: 1,
    Not: 2,
    Or: 3,
    And: 3,
    Count: 4,
    Near: 5,
    Within: 6,
    Pattern: 7,
}


def spelling(term: Term) -> Spelling:
    """The terms that the scanner has to search for a word."""
    text = f"{term.text}*" if term.mode is Mode.STEM else term.text
    return Spelling(f"term:{term.mode}{term.text}", text, exact=term.mode is Mode.EXACT)


class Compiler:
    """Compiles expressions to finders; those of topics and rules are compiled once and shared."""

    def __init__(self, lexicon: Lexicon, rules: Mapping[str, Node]) -> None:
        self._lexicon = lexicon
        self._rules = rules
        self._made: dict[str, Finder] = {}

    def finder(self, node: Node) -> Finder:
        """The finder of an expression."""
        match node:
            case Term() | Reference() | Attribute() | Pattern():
                return self._leaf(node)
            case Within(scope, body):
                return _within(scope, self.finder(body))
            case Not(body):
                return _not(self.finder(body))
            case And(parts):
                cheapest = sorted(parts, key=lambda part: _COSTS[type(part)])
                return _and([self._condition(part) for part in cheapest])
            case Or(parts):
                return _or([self.finder(part) for part in parts])
            case Near(distance, left, right):
                return _near(distance, self.finder(left), self.finder(right))
            case Count(threshold, parts):
                return _count(threshold, [(self.finder(part.body), part.weight) for part in parts])

    def _condition(self, node: Node) -> Finder:
        finder = self.finder(node)
        if not isinstance(node, Reference) or node.kind is not Kind.TOPIC:
            return finder
        guard = self._lexicon.topics[node.name].guard
        return _without_evidence(finder) if guard else finder

    def _leaf(self, node: Term | Reference | Attribute | Pattern) -> Finder:
        match node:
            case Term():
                return _term(node)
            case Reference():
                return self._reference(node)
            case Attribute():
                return _attribute(node)
            case Pattern():
                return _pattern(node)

    def reference(self, kind: Kind, name: str) -> Finder:
        """The finder of an actor, a topic, an office's holder or a rule."""
        return self._reference(Reference(kind, name))

    def direct(self, actor: str) -> Finder:
        """The finder of an actor's own names, without those of its members."""
        key = f"={actor}"
        if key not in self._made:
            self._made[key] = _actor(frozenset({actor}), f"{Kind.ACTOR}:{actor}")
        return self._made[key]

    def _reference(self, node: Reference) -> Finder:
        part = str(node)
        if part not in self._made:
            self._made[part] = _once(part, self._new_reference(node, part))
        return self._made[part]

    def _new_reference(self, node: Reference, part: str) -> Finder:
        match node.kind:
            case Kind.ACTOR:
                return _actor(frozenset(self._lexicon.members(node.name)), part)
            case Kind.ROLE:
                return _role(self._lexicon, node.name, part)
            case Kind.TOPIC:
                match = self._lexicon.topics[node.name].match
                return _topic(node.name, self.finder(match) if match else None, part)
            case Kind.RULE:
                return _renamed(self.finder(self._rules[node.name]), part)


def _once(key: str, finder: Finder) -> Finder:
    """A finder that caches its result for the whole document."""

    def find(indexed: IndexedDocument, window: Window) -> Found:
        if window is not indexed.whole:
            return finder(indexed, window)
        if key not in indexed.cache:
            indexed.cache[key] = finder(indexed, window)
        return indexed.cache[key]

    return find


def _term(node: Term) -> Finder:
    key, part = spelling(node).key, str(node)

    def find(indexed: IndexedDocument, window: Window) -> Found:
        hits = indexed.found.get(key)
        if not hits:
            return None
        occurrences = [Occurrence(hit.start, hit.end, hit.term, part) for hit in hits]
        return occurrences if window is indexed.whole else inside(occurrences, window) or None

    return find


def _actor(members: frozenset[str], part: str) -> Finder:
    def find(indexed: IndexedDocument, window: Window) -> Found:
        occurrences = [
            Occurrence(hit.start, hit.end, hit.term, part)
            for name, hits in indexed.actors.items()
            if name in members
            for hit in hits
        ]
        return inside(occurrences, window) or None

    return find


def _role(lexicon: Lexicon, office: str, part: str) -> Finder:
    def find(indexed: IndexedDocument, window: Window) -> Found:
        holders = lexicon.holders(office, indexed.document.published.date())
        return _actor(frozenset(holders), part)(indexed, window)

    return find


def _topic(name: str, match: Finder | None, part: str) -> Finder:
    def find(indexed: IndexedDocument, window: Window) -> Found:
        hits = indexed.topics.get(name, ())
        occurrences = inside(
            [Occurrence(hit.start, hit.end, hit.term, part) for hit in hits], window
        )
        more = match(indexed, window) if match else None
        if more is None:
            return occurrences or None
        return occurrences + [_as_part(occurrence, part) for occurrence in dict.fromkeys(more)]

    return find


def _renamed(finder: Finder, part: str) -> Finder:
    def find(indexed: IndexedDocument, window: Window) -> Found:
        found = finder(indexed, window)
        return None if found is None else [_as_part(occurrence, part) for occurrence in found]

    return find


def _as_part(occurrence: Occurrence, part: str) -> Occurrence:
    return Occurrence(
        occurrence.start, occurrence.end, occurrence.term, part, occurrence.origin, occurrence.field
    )


def _attribute(node: Attribute) -> Finder:
    place, field, part = condition(node), Field(node.key), str(node)

    def find(indexed: IndexedDocument, _: Window) -> Found:
        found = place(indexed.document, indexed.now)
        return [Occurrence(0, 0, node.value, part, found, field)] if found else None

    return find


def _pattern(node: Pattern) -> Finder:
    compiled, part = pattern(node.source), str(node)

    def occurrences(indexed: IndexedDocument) -> Iterator[Occurrence]:
        offset = len(indexed.document.title) + 1
        for text, begin in ((indexed.document.title, 0), (indexed.document.text, offset)):
            for first, last in compiled.spans(text):
                origin = (first + begin, last + begin)
                start, end = map(indexed.normalised.position, origin)
                yield Occurrence(start, end, node.source, part, origin)

    def find(indexed: IndexedDocument, window: Window) -> Found:
        return inside(list(occurrences(indexed)), window) or None

    return _once(part, find)


def _within(scope: Scope, body: Finder) -> Finder:
    def in_field(indexed: IndexedDocument, window: Window) -> Found:
        field = indexed.title if scope is Scope.TITLE else indexed.text
        return body(indexed, narrower(window, field))

    def in_sentence(indexed: IndexedDocument, window: Window) -> Found:
        found = [body(indexed, sentence) for sentence in indexed.sentences(window)]
        true = [occurrences for occurrences in found if occurrences is not None]
        return [occurrence for occurrences in true for occurrence in occurrences] if true else None

    return in_sentence if scope is Scope.SENTENCE else in_field


def _not(body: Finder) -> Finder:
    def find(indexed: IndexedDocument, window: Window) -> Found:
        return [] if body(indexed, window) is None else None

    return find


def _without_evidence(finder: Finder) -> Finder:
    def find(indexed: IndexedDocument, window: Window) -> Found:
        return None if finder(indexed, window) is None else []

    return find


def _and(parts: Sequence[Finder]) -> Finder:
    def find(indexed: IndexedDocument, window: Window) -> Found:
        occurrences: list[Occurrence] = []
        for part in parts:
            found = part(indexed, window)
            if found is None:
                return None
            occurrences += found
        return occurrences

    return find


def _or(parts: Sequence[Finder]) -> Finder:
    def find(indexed: IndexedDocument, window: Window) -> Found:
        found = [part(indexed, window) for part in parts]
        true = [occurrences for occurrences in found if occurrences is not None]
        return [occurrence for occurrences in true for occurrence in occurrences] if true else None

    return find


def _count(threshold: float, parts: Sequence[tuple[Finder, float]]) -> Finder:
    def find(indexed: IndexedDocument, window: Window) -> Found:
        occurrences: list[Occurrence] = []
        reached = 0.0
        for part, weight in parts:
            found = part(indexed, window)
            if found is not None:
                reached += weight
                occurrences += found
        return occurrences if reached >= threshold - 1e-9 else None

    return find


def _near(distance: int, left: Finder, right: Finder) -> Finder:
    def find(indexed: IndexedDocument, window: Window) -> Found:
        ones = left(indexed, window)
        others = right(indexed, window) if ones else None
        if not ones or not others:
            return None
        found = dict.fromkeys(
            occurrence for pair in pairs(indexed, ones, others, distance) for occurrence in pair
        )
        return list(found) or None

    return find


def pairs(
    indexed: IndexedDocument,
    ones: Sequence[Occurrence],
    others: Sequence[Occurrence],
    distance: int,
) -> Iterator[tuple[Occurrence, Occurrence]]:
    """Pairs of occurrences in one field with at most `distance` words between them."""
    ordered = sorted(
        (occurrence for occurrence in others if occurrence.field is None), key=lambda s: s.start
    )
    words = [indexed.word(occurrence.start) for occurrence in ordered]
    longest = max(
        (indexed.word(s.end - 1) - w for s, w in zip(ordered, words, strict=True)), default=0
    )
    for one in ones:
        if one.field is not None:
            continue
        lowest = indexed.word(one.start) - distance - 1 - longest
        highest = indexed.word(one.end - 1) + distance + 1
        for other in ordered[bisect_left(words, lowest) : bisect_right(words, highest)]:
            between = words_between(indexed, one, other)
            if between is not None and between <= distance:
                yield one, other


def words_between(indexed: IndexedDocument, one: Occurrence, other: Occurrence) -> int | None:
    """The number of words between two occurrences; None where they overlap or fields differ."""
    first, second = (one, other) if one.start <= other.start else (other, one)
    if second.start < first.end or first.start < indexed.title_end < second.start:
        return None
    return max(indexed.word(second.start) - indexed.word(first.end - 1) - 1, 0)
