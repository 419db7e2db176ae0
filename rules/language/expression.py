"""The nodes of an expression (its syntax tree). Printing and parsing are inverse."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Mode(StrEnum):
    """How a word is compared: exactly, by its forms, or as a prefix."""

    INFLECTED = ""
    EXACT = "="
    STEM = "*"


class Scope(StrEnum):
    """The part of an entry that an expression is evaluated in."""

    TITLE = "title"
    TEXT = "text"
    SENTENCE = "SENTENCE"


class Kind(StrEnum):
    """The kind of thing that a reference names."""

    ACTOR = "actor"
    TOPIC = "topic"
    ROLE = "role"
    RULE = "rule"


class Key(StrEnum):
    """The attributes of an entry that conditions can be about."""

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
    """A reference to an actor, a topic, the holder of an office, or another rule."""

    kind: Kind
    name: str
    at: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A condition on an attribute of the entry."""

    key: Key
    value: str
    at: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        bare = _BARE_VALUE.fullmatch(self.value)
        return f"{self.key}:{self.value if bare else _quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, searched in title and text as written."""

    source: str
    at: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return f"/{self.source}/"


@dataclass(frozen=True, slots=True)
class Within:
    """An expression that has to be true within one part of the entry."""

    scope: Scope
    body: "Node"

    def __str__(self) -> str:
        colon = "" if self.scope is Scope.SENTENCE else ":"
        return f"{self.scope}{colon}({self.body})"


@dataclass(frozen=True, slots=True)
class Not:
    """NOT: true where its operand is false."""

    body: "Node"

    def __str__(self) -> str:
        return f"NOT {_inside(self.body, _UNARY)}"


@dataclass(frozen=True, slots=True)
class And:
    """AND: true where all operands are."""

    parts: "tuple[Node, ...]"

    def __str__(self) -> str:
        return " AND ".join(_inside(part, _UNARY) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """OR: true where any operand is."""

    parts: "tuple[Node, ...]"

    def __str__(self) -> str:
        return " OR ".join(_inside(part, _AND) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Near:
    """NEAR: two operands with at most `distance` words between them, in any order."""

    distance: int
    left: "Node"
    right: "Node"
    at: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        left, right = _inside(self.left, _NEAR), _inside(self.right, _ATOM)
        return f"{left} NEAR/{self.distance} {right}"


@dataclass(frozen=True, slots=True)
class Weighted:
    """An operand of a count, with its weight."""

    body: "Node"
    weight: float = 1.0

    def __str__(self) -> str:
        if self.weight == 1:
            return str(self.body)
        return f"{_inside(self.body, _NEAR)}^{_number(self.weight)}"


@dataclass(frozen=True, slots=True)
class Count:
    """A weighted count: true where the weights of the true operands reach the threshold."""

    threshold: float
    parts: tuple[Weighted, ...]
    at: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{_number(self.threshold)} OF ({', '.join(map(str, self.parts))})"


Node = Term | Reference | Attribute | Pattern | Within | Not | And | Or | Near | Count


def children(node: Node) -> tuple[Node, ...]:
    """The direct operands of an expression."""
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
    """An expression and all nodes below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def has_place(node: Node) -> bool:
    """Whether an expression has positions in the text where it is true, so that NEAR can use it."""
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
