"""Documents and small lexica for the tests of the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rules import Evidence, Field, Lexicon, Match, Matcher, Rule, field_text

DAY = datetime(2023, 6, 13, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Doc:
    text: str = ""
    title: str = ""
    source: str = "mehr"
    author: str = ""
    link: str = ""
    categories: tuple[str, ...] = ()
    language: str | None = None
    published: datetime = DAY


def lexicon(**tables: Mapping[str, object]) -> Lexicon:
    return Lexicon.from_tables([("lexicon.toml", tables)])


def actor(
    names: Sequence[str] = (), *, language: str = "en", **more: object
) -> Mapping[str, object]:
    return {"name": "Name", "kind": "person", "names": {language: list(names)}, **more}


def topic(
    names: Sequence[str] = (), *, language: str = "en", **more: object
) -> Mapping[str, object]:
    return {"name": "Name", "names": {language: list(names)}, **more}


def matches(when: str, document: Doc | str, known: Lexicon | None = None) -> Match | None:
    one = Doc(document) if isinstance(document, str) else document
    found = Matcher([Rule("rule", "Rule", when)], known or Lexicon()).match(one)
    return found[0] if found else None


def is_true(when: str, document: Doc | str, known: Lexicon | None = None) -> bool:
    return matches(when, document, known) is not None


def shown(document: Doc, evidence: Sequence[Evidence]) -> list[str]:
    return [field_text(document, one.field)[one.start : one.end] for one in evidence]


def mentioned(text: str, known: Lexicon) -> list[tuple[str, str]]:
    document = Doc(text)
    found = Matcher([], known).mentions(document)
    assert all(one.field is Field.TEXT for one in found)
    return [(one.part, document.text[one.start : one.end]) for one in found]
