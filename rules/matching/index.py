"""An index of rules by required terms: which rules can be true, given what was found."""

from collections import Counter
from collections.abc import Iterable, Mapping

from rules.language.expression import (
    And,
    Count,
    Kind,
    Near,
    Node,
    Or,
    Reference,
    Term,
    Within,
    children,
    walk,
)
from rules.lexicon.lexicon import Lexicon
from rules.matching.evaluate import spelling
from rules.matching.mentions import ACTOR, TOPIC

Needs = frozenset[str] | None
"""Alternatives of which one has to be found; None where nothing is required."""


class Index:
    """Rules by their required terms.

    Of all parts that a rule needs, it stands under the one that the fewest rules speak of.
    """

    def __init__(self, lexicon: Lexicon, rules: Mapping[str, Node]) -> None:
        self._lexicon = lexicon
        self._rules = rules
        self._use = Counter(key for node in rules.values() for key in self._spoken_of(node))
        self._topics: dict[str, Needs] = {}
        self._always: list[int] = []
        self._by_key: dict[str, list[int]] = {}
        for number, node in enumerate(rules.values()):
            needs = self.needs(node)
            if needs is None:
                self._always.append(number)
            for key in sorted(needs or ()):
                self._by_key.setdefault(key, []).append(number)

    def candidates(self, present: Iterable[str]) -> list[int]:
        """The numbers of the rules that can be true, given the keys that were found."""
        found = set(self._always)
        for key in present:
            numbers = self._by_key.get(key)
            if numbers:
                found.update(numbers)
        return sorted(found)

    def needs(self, node: Node) -> Needs:
        """The required terms of an expression."""
        match node:
            case Term():
                return frozenset({spelling(node).key})
            case Reference():
                return self._reference(node)
            case And() | Near():
                return self._rarest(children(node))
            case Or() | Count():
                return _either(map(self.needs, children(node)))
            case Within(_, body):
                return self.needs(body)
            case _:
                return None

    def _reference(self, node: Reference) -> Needs:
        match node.kind:
            case Kind.ACTOR:
                return frozenset({ACTOR + node.name})
            case Kind.ROLE:
                holders = self._lexicon.offices[node.name].holders
                return frozenset(ACTOR + holder.actor for holder in holders)
            case Kind.RULE:
                return self.needs(self._rules[node.name])
            case Kind.TOPIC:
                if node.name not in self._topics:
                    match = self._lexicon.topics[node.name].match
                    own: Needs = frozenset({TOPIC + node.name})
                    more = self.needs(match) if match else own
                    self._topics[node.name] = _either([own, more])
                return self._topics[node.name]

    def _rarest(self, parts: Iterable[Node]) -> Needs:
        known = [needs for needs in map(self.needs, parts) if needs is not None]
        return min(known, key=lambda needs: sum(self._use[key] + 1 for key in needs), default=None)

    def _spoken_of(self, node: Node) -> Iterable[str]:
        keys = {spelling(part).key for part in walk(node) if isinstance(part, Term)}
        for part in walk(node):
            if isinstance(part, Reference) and part.kind in {Kind.ACTOR, Kind.TOPIC}:
                keys.add(str(part))
        return sorted(keys)


def _either(found: Iterable[Needs]) -> Needs:
    keys: frozenset[str] = frozenset()
    for needs in found:
        if needs is None:
            return None
        keys |= needs
    return keys
