"""The records of a lexicon: actor, topic, office, holder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from rules.language.expression import Node

Spellings = Mapping[str, tuple[str, ...]]


class Kind(StrEnum):
    """The kind of an actor."""

    PERSON = "person"
    ORGANISATION = "organisation"
    STATE = "state"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor: a state, organisation or person, with the spellings that name it.

    `short` are ambiguous spellings, which count only where one of `near` is in the document.
    `decoys` are longer names of somebody else.
    """

    id: str
    name: str
    kind: Kind
    part_of: tuple[str, ...] = ()
    hashtag: str = ""
    names: Spellings = field(default_factory=dict)
    short: Spellings = field(default_factory=dict)
    near: tuple[str, ...] = ()
    decoys: Spellings = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: its spellings, and an expression that is equivalent to a spelling.

    `called` is its name in other languages than that of `name`, where it is shown to readers.
    A `hidden` topic is only a part of others: expressions can refer to it, nobody is shown it. A
    `guard` is a mere condition: as a part of an AND it gives no evidence, which would hide others.
    """

    id: str
    name: str
    hashtag: str = ""
    names: Spellings = field(default_factory=dict)
    decoys: Spellings = field(default_factory=dict)
    match: Node | None = None
    hidden: bool = False
    guard: bool = False
    called: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Holder:
    """The holder of an office, from a day until a day, both included."""

    actor: str
    since: date | None
    until: date | None
    source: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether the office is held on a day."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


@dataclass(frozen=True, slots=True)
class Office:
    """An office and its holders over time."""

    id: str
    name: str
    of: str = ""
    holders: tuple[Holder, ...] = ()
