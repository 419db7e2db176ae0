"""From an expression to what finds it in a scene."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rules.language.attributes import attribute
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
from rules.matching.indexed_document import Finder, Found, Scene, Spot, Window, inside, narrower
from rules.matching.terms import Spelling

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
    """What the scanner has to look for to find a term."""
    text = f"{term.text}*" if term.mode is Mode.STEM else term.text
    return Spelling(f"term:{term.mode}{term.text}", text, exact=term.mode is Mode.EXACT)


class Compiler:
    """Makes finders of expressions; those of topics and rules are made once and shared."""

    def __init__(self, lexicon: Lexicon, rules: Mapping[str, Node]) -> None:
        self._lexicon = lexicon
        self._rules = rules
        self._made: dict[str, Finder] = {}

    def finder(self, node: Node) -> Finder:
        """What finds an expression in a scene."""
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
                return attribute(node)
            case Pattern():
                return _pattern(node)

    def reference(self, kind: Kind, name: str) -> Finder:
        """What finds an actor, a topic, an office's holder or a rule."""
        return self._reference(Reference(kind, name))

    def direct(self, actor: str) -> Finder:
        """What finds an actor by its own names, without those of its members."""
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
    """A finder that looks at the whole of a scene only once."""

    def find(scene: Scene, window: Window) -> Found:
        if window is not scene.whole:
            return finder(scene, window)
        if key not in scene.cache:
            scene.cache[key] = finder(scene, window)
        return scene.cache[key]

    return find


def _term(node: Term) -> Finder:
    key, part = spelling(node).key, str(node)

    def find(scene: Scene, window: Window) -> Found:
        hits = scene.found.get(key)
        if not hits:
            return None
        spots = [Spot(hit.start, hit.end, hit.term, part) for hit in hits]
        return spots if window is scene.whole else inside(spots, window) or None

    return find


def _actor(members: frozenset[str], part: str) -> Finder:
    def find(scene: Scene, window: Window) -> Found:
        spots = [
            Spot(hit.start, hit.end, hit.term, part)
            for name, hits in scene.actors.items()
            if name in members
            for hit in hits
        ]
        return inside(spots, window) or None

    return find


def _role(lexicon: Lexicon, office: str, part: str) -> Finder:
    def find(scene: Scene, window: Window) -> Found:
        holders = lexicon.holders(office, scene.document.published.date())
        return _actor(frozenset(holders), part)(scene, window)

    return find


def _topic(name: str, match: Finder | None, part: str) -> Finder:
    def find(scene: Scene, window: Window) -> Found:
        hits = scene.topics.get(name, ())
        spots = inside([Spot(hit.start, hit.end, hit.term, part) for hit in hits], window)
        more = match(scene, window) if match else None
        if more is None:
            return spots or None
        return spots + [_as_part(spot, part) for spot in dict.fromkeys(more)]

    return find


def _renamed(finder: Finder, part: str) -> Finder:
    def find(scene: Scene, window: Window) -> Found:
        found = finder(scene, window)
        return None if found is None else [_as_part(spot, part) for spot in found]

    return find


def _as_part(spot: Spot, part: str) -> Spot:
    return Spot(spot.start, spot.end, spot.term, part, spot.origin, spot.field)


def _pattern(node: Pattern) -> Finder:
    compiled, part = pattern(node.source), str(node)

    def spots(scene: Scene) -> Iterator[Spot]:
        offset = len(scene.document.title) + 1
        for text, begin in ((scene.document.title, 0), (scene.document.text, offset)):
            for first, last in compiled.spans(text):
                origin = (first + begin, last + begin)
                start, end = map(scene.normalised.position, origin)
                yield Spot(start, end, node.source, part, origin)

    def find(scene: Scene, window: Window) -> Found:
        return inside(list(spots(scene)), window) or None

    return _once(part, find)


def _within(scope: Scope, body: Finder) -> Finder:
    def in_field(scene: Scene, window: Window) -> Found:
        field = scene.title if scope is Scope.TITLE else scene.text
        return body(scene, narrower(window, field))

    def in_sentence(scene: Scene, window: Window) -> Found:
        found = [body(scene, sentence) for sentence in scene.sentences(window)]
        true = [spots for spots in found if spots is not None]
        return [spot for spots in true for spot in spots] if true else None

    return in_sentence if scope is Scope.SENTENCE else in_field


def _not(body: Finder) -> Finder:
    def find(scene: Scene, window: Window) -> Found:
        return [] if body(scene, window) is None else None

    return find


def _without_evidence(finder: Finder) -> Finder:
    def find(scene: Scene, window: Window) -> Found:
        return None if finder(scene, window) is None else []

    return find


def _and(parts: Sequence[Finder]) -> Finder:
    def find(scene: Scene, window: Window) -> Found:
        spots: list[Spot] = []
        for part in parts:
            found = part(scene, window)
            if found is None:
                return None
            spots += found
        return spots

    return find


def _or(parts: Sequence[Finder]) -> Finder:
    def find(scene: Scene, window: Window) -> Found:
        found = [part(scene, window) for part in parts]
        true = [spots for spots in found if spots is not None]
        return [spot for spots in true for spot in spots] if true else None

    return find


def _count(threshold: float, parts: Sequence[tuple[Finder, float]]) -> Finder:
    def find(scene: Scene, window: Window) -> Found:
        spots: list[Spot] = []
        reached = 0.0
        for part, weight in parts:
            found = part(scene, window)
            if found is not None:
                reached += weight
                spots += found
        return spots if reached >= threshold - 1e-9 else None

    return find


def _near(distance: int, left: Finder, right: Finder) -> Finder:
    def find(scene: Scene, window: Window) -> Found:
        ones = left(scene, window)
        others = right(scene, window) if ones else None
        if not ones or not others:
            return None
        found = dict.fromkeys(
            spot for pair in pairs(scene, ones, others, distance) for spot in pair
        )
        return list(found) or None

    return find


def pairs(
    scene: Scene, ones: Sequence[Spot], others: Sequence[Spot], distance: int
) -> Iterator[tuple[Spot, Spot]]:
    """The pairs of two places in one field with at most `distance` words between them."""
    ordered = sorted((spot for spot in others if spot.field is None), key=lambda s: s.start)
    words = [scene.word(spot.start) for spot in ordered]
    longest = max(
        (scene.word(s.end - 1) - w for s, w in zip(ordered, words, strict=True)), default=0
    )
    for one in ones:
        if one.field is not None:
            continue
        lowest = scene.word(one.start) - distance - 1 - longest
        highest = scene.word(one.end - 1) + distance + 1
        for other in ordered[bisect_left(words, lowest) : bisect_right(words, highest)]:
            between = words_between(scene, one, other)
            if between is not None and between <= distance:
                yield one, other


def words_between(scene: Scene, one: Spot, other: Spot) -> int | None:
    """How many words stand between two places; None where they overlap or fields differ."""
    first, second = (one, other) if one.start <= other.start else (other, one)
    if second.start < first.end or first.start < scene.title_end < second.start:
        return None
    return max(scene.word(second.start) - scene.word(first.end - 1) - 1, 0)
