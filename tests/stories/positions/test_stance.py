"""Stance, on headlines written for it in eight languages, half of them held out.

Prints precision and recall of each stance, and every miss: `./test -s -k stance`.
"""

import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.configuration.loading import shipped_lexicon
from rules import Evidence, Field, Lexicon, Matcher, field_text
from stories import Reading, Stance, stance_of
from tests.rules.documents import Doc, shown

FILES = sorted((Path(__file__).parent / "stance").glob("*.toml"))


@dataclass(frozen=True, slots=True)
class Headline:
    document: Doc
    stance: Stance
    actors: frozenset[str]
    held_out: bool
    language: str


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
        return f"{self.precision:.3f} / {self.recall:.3f} of {self.expected:3}"


@cache
def matcher() -> Matcher:
    return Matcher([], Lexicon.from_tables(shipped_lexicon()))


@cache
def headlines() -> tuple[Headline, ...]:
    return tuple(one for file in FILES for one in _read(file))


def _read(file: Path) -> Iterator[Headline]:
    for one in tomllib.loads(file.read_text("utf-8"))["headline"]:
        yield Headline(
            Doc(one.get("text", ""), one["title"], language=one.get("language")),
            Stance(one["stance"]),
            frozenset(one["actors"]),
            one.get("held_out", False),
            file.stem,
        )


@cache
def read() -> tuple[tuple[Headline, Reading], ...]:
    return tuple((one, reading(one.document)) for one in headlines())


def reading(document: Doc) -> Reading:
    return stance_of(document, matcher().mentions(document), matcher().lexicon.above)


def score(wanted: Stance, pairs: Sequence[tuple[Headline, Reading]]) -> Score:
    right = sum(one.stance is wanted is found.stance for one, found in pairs)
    return Score(
        right,
        sum(found.stance is wanted for _, found in pairs),
        sum(one.stance is wanted for one, _ in pairs),
    )


def actors(pairs: Sequence[tuple[Headline, Reading]]) -> Score:
    both = [(one, f) for one, f in pairs if one.stance is f.stance]
    return Score(
        sum(len(one.actors & set(f.actors)) for one, f in both),
        sum(len(f.actors) for _, f in both),
        sum(len(one.actors) for one, _ in both),
    )


def report() -> Iterator[str]:
    for title, held_out in (("tuned", False), ("held out", True)):
        pairs = [(one, f) for one, f in read() if one.held_out is held_out]
        yield f"{title}: {len(pairs)} headlines, precision / recall"
        for wanted in Stance:
            yield f"  {wanted:10} {score(wanted, pairs)}"
        yield f"  {'actors':10} {actors(pairs)}"
    for one, found in read():
        if (one.stance, one.actors) != (found.stance, frozenset(found.actors)):
            expected = f"{one.stance} {sorted(one.actors)}"
            yield (
                f"{one.language} {'HELD OUT ' * one.held_out}{one.document.title}: {expected}, "
                f"found {found.stance} {sorted(found.actors)} "
                f"{shown(one.document, found.evidence[:1])}"
            )


def test_the_set_is_large_enough() -> None:
    assert len(headlines()) >= 200
    assert sum(one.held_out for one in headlines()) >= 100
    for file in FILES:
        mine = [one for one in headlines() if one.language == file.stem]
        assert len(mine) >= 22
        assert sum(one.stance is Stance.DENIES for one in mine) >= len(mine) / 4


@pytest.mark.parametrize("held_out", [False, True])
def test_stance_of_headlines(capsys: pytest.CaptureFixture[str], *, held_out: bool) -> None:
    pairs = [(one, found) for one, found in read() if one.held_out is held_out]
    told = "\n".join(report())
    if held_out:
        with capsys.disabled():
            sys.stdout.write(f"\n{told}\n")
    denials = score(Stance.DENIES, pairs)
    assert denials.precision >= 0.95, told
    assert denials.recall >= 0.85, told
    assert actors(pairs).precision >= 0.9, told


def test_the_headline_decides_before_the_lead() -> None:
    lead = "The White House denied the report of a deal with Iran on Friday."
    assert reading(Doc(lead, "Tehran confirms exchange of messages")).stance is Stance.CONFIRMS
    assert reading(Doc(lead, "A deal is near, newspaper says")).actors == ("white-house",)
    assert reading(Doc(lead, "Iran refuses to confirm or deny")).stance is Stance.REPORTS
    assert reading(Doc(f"One. Two. Three. {lead}", "A deal is near")).stance is Stance.REPORTS


def test_a_post_without_a_headline_is_read_from_its_first_sentence() -> None:
    found = reading(Doc("کنعانی خبر مذاکره مستقیم با آمریکا را تکذیب کرد. گفت‌وگوها ادامه دارد."))
    assert (found.stance, found.actors) == (Stance.DENIES, ("kanaani",))


def test_evidence_is_the_words_of_the_source() -> None:
    document = Doc("", "Réaction : la Maison-Blanche a démenti l’accord avec l’Iran")
    found = reading(document)
    assert shown(document, found.evidence) == ["démenti", "Maison-Blanche"]
    assert [one.part for one in found.evidence] == ["stance:denies", "actor:white-house"]


def test_without_a_lexicon_all_names_of_the_subject_are_given() -> None:
    document = Doc("", "Iranian Foreign Ministry spokesman Nasser Kanaani denied the report")
    mentions = matcher().mentions(document)
    assert "kanaani" in stance_of(document, mentions).actors
    assert stance_of(document, mentions, matcher().lexicon.above).actors == ("kanaani",)


def test_two_actors_of_one_name_are_both_named() -> None:
    document = Doc("", "Tehran denies the report")
    both = [Evidence(Field.TITLE, 0, 6, "Tehran", f"actor:{name}") for name in ("a", "b")]
    assert stance_of(document, both).actors == ("a", "b")


WORDS = " ".join(one.document.title for one in headlines()).split()


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join) | st.text(), st.text())
def test_any_text_can_be_read(title: str, text: str) -> None:
    document = Doc(text, title)
    found = reading(document)
    assert (found.stance is Stance.REPORTS) == (not found.evidence)
    for one in found.evidence:
        assert 0 <= one.start < one.end <= len(field_text(document, one.field))
