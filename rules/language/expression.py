"""What an expression of the rule language says. Printed and parsed again, it says the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Mode(StrEnum):
    """How close to its spelling a word has to be."""

    INFLECTED = ""
    EXACT = "="
    STEM = "*"


class Scope(StrEnum):
    """The part of an entry that an expression has to be true in."""

    TITLE = "title"
    TEXT = "text"
    SENTENCE = "SENTENCE"


class Kind(StrEnum):
    """What a name refers to."""

    ACTOR = "actor"
    TOPIC = "topic"
    ROLE = "role"
    RULE = "rule"


class Key(StrEnum):
    """What an entry has beside its title and its text."""

    SOURCE = "source"
    LANGUAGE = "lang"
    AUTHOR = "author"
    CATEGORY = "category"
    LINK = "link"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a phrase."""

    text: str
    mode: Mode = Mode.INFLECTED
    at: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        exact = "=" if self.mode is Mode.EXACT else ""
        star = "*" if self.mode is Mode.STEM else ""
        if _BARE.fullmatch(self.text) and not _RESERVED.fullmatch(self.text):
            return f"{exact}{self.text}{star}"
        return f"{exact}{_quoted(self.text + star)}"


@dataclass(frozen=True, slots=True)
class Reference:
    """An actor, a topic, the holder of an office, or another rule."""

    kind: Kind
    name: str
    at: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A condition on what an entry has beside its title and its text."""

    key: Key
    value: str
    at: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        bare = _BARE_VALUE.fullmatch(self.value)
        return f"{self.key}:{self.value if bare else _quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, looked for in the title and the text as they were written."""

    source: str
    at: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return f"/{self.source}/"


@dataclass(frozen=True, slots=True)
class Within:
    """An expression that has to be true of a part of the entry by itself."""

    scope: Scope
    body: "Node"

    def __str__(self) -> str:
        colon = "" if self.scope is Scope.SENTENCE else ":"
        return f"{self.scope}{colon}({self.body})"


@dataclass(frozen=True, slots=True)
class Not:
    """True where its part is not."""

    body: "Node"

    def __str__(self) -> str:
        return f"NOT {_inside(self.body, _UNARY)}"


@dataclass(frozen=True, slots=True)
class And:
    """True where all of its parts are."""

    parts: "tuple[Node, ...]"

    def __str__(self) -> str:
        return " AND ".join(_inside(part, _UNARY) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """True where any of its parts is."""

    parts: "tuple[Node, ...]"

    def __str__(self) -> str:
        return " OR ".join(_inside(part, _AND) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Near:
    """Two parts with at most `distance` words between them, in any order."""

    distance: int
    left: "Node"
    right: "Node"
    at: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        left, right = _inside(self.left, _NEAR), _inside(self.right, _ATOM)
        return f"{left} NEAR/{self.distance} {right}"


@dataclass(frozen=True, slots=True)
class Weighted:
    """A part of a count and what it counts for."""

    body: "Node"
    weight: float = 1.0

    def __str__(self) -> str:
        if self.weight == 1:
            return str(self.body)
        return f"{_inside(self.body, _NEAR)}^{_number(self.weight)}"


@dataclass(frozen=True, slots=True)
class Count:
    """True where the weights of the true parts come to the threshold."""

    threshold: float
    parts: tuple[Weighted, ...]
    at: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{_number(self.threshold)} OF ({', '.join(map(str, self.parts))})"


Node = Term | Reference | Attribute | Pattern | Within | Not | And | Or | Near | Count


def children(node: Node) -> tuple[Node, ...]:
    """The parts that an expression is directly made of."""
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(body) | Within(_, body):
            return (body,)
        case Near(_, left, right):
            return left, right
        case Count(_, parts):
            return tuple(part.body for part in parts)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """An expression and all that it is made of."""
    yield node
    for child in children(node):
        yield from walk(child)


def has_place(node: Node) -> bool:
    """Whether something that an expression is true of stands at a place in the text."""
    match node:
        case Attribute() | Not():
            return False
        case And(parts):
            return any(map(has_place, parts))
        case Or(parts):
            return all(map(has_place, parts))
        case Within(_, body):
            return has_place(body)
        case _:
            return True


_OR, _AND, _UNARY, _NEAR, _ATOM = range(5)
_LEVELS: dict[type, int] = {Or: _OR, And: _AND, Not: _UNARY, Near: _NEAR}
_HEBREW_QUOTE = '(?<=[\\u05d0-\\u05ea])"(?=[\\u05d0-\\u05ea])'
WORD = rf'(?:[^\s()",:^=*\/<>|&!“”\-]|{_HEBREW_QUOTE})(?:[^\s()",:^*|“”]|{_HEBREW_QUOTE})*'
VALUE = rf'(?:[^\s()",^“”]|{_HEBREW_QUOTE})+'
_BARE = re.compile(WORD)
_BARE_VALUE = re.compile(VALUE)
_RESERVED = re.compile(
    r"(?i:and|or|not|of|near|w|within|adj|around|neer|nera)/?\d*|an|ANDNOT|AN|ADN|ANDD|NAD|ORR|NTO|NOTT|SENTENCE|&&?|\d+(\.\d+)?"
)


def _inside(node: Node, level: int) -> str:
    return str(node) if _LEVELS.get(type(node), _ATOM) >= level else f"({node})"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
