"""The records of rules: rule, document, evidence, match, verdict."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Field(StrEnum):
    """A field of an entry that evidence can be in."""

    TITLE = "title"
    TEXT = "text"
    SOURCE = "source"
    LANGUAGE = "lang"
    AUTHOR = "author"
    CATEGORY = "category"
    LINK = "link"
    AGE = "age"


class Document(Protocol):
    """What rules read of an entry; `watchers.Entry` is one."""

    @property
    def source(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def author(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def categories(self) -> tuple[str, ...]: ...
    @property
    def language(self) -> str | None: ...
    @property
    def published(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """A named expression over an entry, and where its matches go.

    What a rule with `priority` matches is not held back; what only `quiet` ones match comes
    without a sound.
    """

    name: str
    title: str
    when: str
    unless: str = ""
    channels: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    priority: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence: the characters of a field, as written, that made a part of a rule true.

    `start` and `end` count the characters of `field_text(document, field)`. `term` is the
    spelling as the lexicon or the rule has it, `part` what it made true: `actor:iran`,
    `topic:jcpoa`, `"exact phrase"`.
    """

    field: Field
    start: int
    end: int
    term: str
    part: str


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that is true of an entry, with its evidence."""

    rule: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A part of a rule that is false, and the evidence that came nearest."""

    part: str
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a rule for an entry: evidence where it is true, failures where not."""

    rule: str
    holds: bool
    evidence: tuple[Evidence, ...]
    failures: tuple[Failure, ...] = ()


def field_text(document: Document, field: Field) -> str:
    """The text of a field, in which evidence counts its characters."""
    match field:
        case Field.TITLE:
            return document.title
        case Field.TEXT:
            return document.text
        case Field.SOURCE:
            return document.source
        case Field.LANGUAGE:
            return document.language or ""
        case Field.AUTHOR:
            return document.author
        case Field.CATEGORY:
            return "\n".join(document.categories)
        case Field.LINK:
            return document.link
        case Field.AGE:
            return document.published.isoformat()
