"""The shipped lexicon on texts written for it, in eight languages, half of them near misses.

Prints precision and recall for actors and topics, and every miss: `./test -s -k labelled`.
"""

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

import pytest

from bot.configuration.loading import shipped_lexicon
from rules import Lexicon, Matcher
from tests.rules.documents import Doc

FILES = sorted((Path(__file__).parent / "labelled").glob("*.toml"))
LANGUAGES = [file.stem for file in FILES]


@dataclass(frozen=True, slots=True)
class Labelled:
    language: str
    document: Doc
    expected: frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    right: int
    found: int
    expected: int

    @property
    def precision(self) -> float:
        return self.right / max(self.found, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.expected, 1)

    def __str__(self) -> str:
        return f"{self.precision:.3f} / {self.recall:.3f} of {self.expected:4}"


@cache
def labelled() -> tuple[Labelled, ...]:
    return tuple(one for file in FILES for one in _read(file))


def _read(file: Path) -> Iterator[Labelled]:
    for text in tomllib.loads(file.read_text("utf-8"))["text"]:
        published = datetime.combine(text["published"], time(12), UTC)
        document = Doc(text.get("text", ""), text["title"], language=file.stem, published=published)
        topics = {f"topic:{name}" for name in text["topics"]}
        if "topic:sanctions-relief" in topics:
            topics.add("topic:sanctions")  # whoever speaks of their end speaks of them
        actors = {f"actor:{name}" for name in text["actors"]}
        yield Labelled(file.stem, document, frozenset(actors | topics))


@cache
def found() -> dict[Labelled, frozenset[str]]:
    matcher = Matcher([], Lexicon.from_tables(shipped_lexicon()))
    return {
        one: frozenset(evidence.part for evidence in matcher.mentions(one.document))
        for one in labelled()
    }


def score(kind: str, language: str | None = None) -> Score:
    right = found_ = expected = 0
    for one, parts in found().items():
        if language in {None, one.language}:
            mine = {part for part in parts if part.startswith(kind)}
            theirs = {part for part in one.expected if part.startswith(kind)}
            right += len(mine & theirs)
            found_ += len(mine)
            expected += len(theirs)
    return Score(right, found_, expected)


def report() -> Iterator[str]:
    yield "precision / recall      actors                 topics"
    for language in [*LANGUAGES, None]:
        actors, topics = score("actor:", language), score("topic:", language)
        yield f"{language or 'all':22}  {actors}  {topics}"
    for one, parts in found().items():
        for part in sorted(parts - one.expected):
            yield f"{one.language} WRONG  {part}: {one.document.title} | {one.document.text}"
        for part in sorted(one.expected - parts):
            yield f"{one.language} MISSED {part}: {one.document.title} | {one.document.text}"


def test_the_set_is_large_enough_and_half_of_it_near_misses() -> None:
    assert len(labelled()) >= 400
    for language in LANGUAGES:
        texts = [one for one in labelled() if one.language == language]
        near = [one for one in texts if not any(p.startswith("topic:") for p in one.expected)]
        assert len(texts) >= 30
        assert len(near) >= 0.45 * len(texts)


def test_actors_and_topics_of_labelled_texts(capsys: pytest.CaptureFixture[str]) -> None:
    told = "\n".join(report())
    with capsys.disabled():
        sys.stdout.write(f"\n{told}\n")
    actors, topics = score("actor:"), score("topic:")
    assert actors.precision >= 0.98, told
    assert actors.recall >= 0.95, told
    assert topics.precision >= 0.95, told
    assert topics.recall >= 0.90, told
