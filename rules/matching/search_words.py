"""Search words of an expression, for queries to services that know no rules."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, zip_longest

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
    Term,
    Within,
)
from rules.lexicon.inflection import ANY
from rules.lexicon.lexicon import Lexicon
from rules.lexicon.records import Spellings

Group = tuple[str, ...]
"""Alternative spellings, the most specific first."""

_ENGLISH = "en"


class Wording:
    """Makes search words of expressions; references are resolved once."""

    def __init__(self, lexicon: Lexicon, rules: Mapping[str, Node]) -> None:
        """Resolve references by this lexicon and these rules."""
        self._lexicon = lexicon
        self._rules = rules
        self._made: dict[Reference, tuple[Group, ...]] = {}

    def groups(self, node: Node) -> tuple[Group, ...]:
        """Groups of English spellings and of the rule's own words; one of each group is required.

        What has no words is left out: stems, patterns, attributes, what must not be there.
        """
        match node:
            case Term(text, mode):
                return () if mode is Mode.STEM else ((text,),)
            case Reference():
                if node not in self._made:
                    self._made[node] = tuple(self._named(node))
                return self._made[node]
            case And(parts):
                return tuple(chain.from_iterable(map(self.groups, parts)))
            case Near(_, left, right):
                return (*self.groups(left), *self.groups(right))
            case Within(_, body):
                return self.groups(body)
            case Or(parts):
                return _any(map(self.groups, parts))
            case Count(_, parts):
                return _any(self.groups(part.body) for part in parts)
            case Not() | Attribute() | Pattern():
                return ()

    def _named(self, reference: Reference) -> Iterator[Group]:
        match reference.kind:
            case Kind.ACTOR:
                yield from self._actor(reference.name)
            case Kind.TOPIC:
                topic = self._lexicon.topics[reference.name]
                own = _together([_english(topic.names)])
                yield from _any([tuple(own), self.groups(topic.match) if topic.match else ()])
            case Kind.ROLE:
                holders = reversed(self._lexicon.offices[reference.name].holders)
                yield from _together(_first(self._actor(holder.actor)) for holder in holders)
            case Kind.RULE:
                yield from self.groups(self._rules[reference.name])

    def _actor(self, name: str) -> Iterator[Group]:
        actors = (self._lexicon.actors[member] for member in self._lexicon.members(name))
        own, *others = (_english(actor.names) for actor in actors)
        yield from _together([(*own, *_first(_together(others)))])


def _english(names: Spellings) -> Group:
    spellings = (*names.get(_ENGLISH, ()), *names.get(ANY, ()))
    return tuple(one.removeprefix("=") for one in spellings if not one.endswith("*"))


def _any(parts: Iterable[tuple[Group, ...]]) -> tuple[Group, ...]:
    """The groups of alternatives: one group of each operand, merged.

    Which are put together is free: those that have the most in common say the most.
    """
    said = [groups for groups in parts if groups]
    longest = max(said, key=len, default=())
    return tuple(
        chain.from_iterable(
            _together(_closest(place, one, groups) for groups in said)
            for place, one in enumerate(longest)
        )
    )


def _closest(place: int, one: Group, groups: Sequence[Group]) -> Group:
    def likeness(other: int) -> tuple[float, int]:
        shared = len(wanted.intersection(groups[other]))
        return shared / len(wanted.union(groups[other])), -abs(other - place)

    wanted = set(one)
    return groups[max(range(len(groups)), key=likeness)]


def _together(groups: Iterable[Group]) -> Iterator[Group]:
    """Groups merged by turns; empty where all are empty."""
    turns = chain.from_iterable(zip_longest(*groups))
    if found := tuple(dict.fromkeys(one for one in turns if one)):
        yield found


def _first(groups: Iterable[Group]) -> Group:
    return next(iter(groups), ())
