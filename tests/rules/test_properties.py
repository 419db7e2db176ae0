"""What holds for every text and every expression."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules import Field, Lexicon, Matcher, Normalised, Rule, normalise
from rules.language.expression import (
    And,
    Attribute,
    Count,
    Key,
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
    Weighted,
    Within,
    has_place,
)
from rules.language.grammar import parse
from rules.text.lookalikes import _AS_LATIN
from tests.rules.brute_force import World, places
from tests.rules.documents import Doc, actor, lexicon

TRICKY = st.text(
    st.sampled_from(
        "aàéİıiIsSldqu'’ʿ`\"״׳ -–_.אבהץם\u05b4وبلإيىكکةه\u064e\u200c\u200fйё\u0306ßﬁ٣۳\ud800 \n"
    )
)
TEXTS = st.one_of(st.text(), TRICKY)


@given(TEXTS)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(TEXTS, st.data())
def test_the_way_back_leads_to_the_same_characters(text: str, data: st.DataObject) -> None:
    normalised = Normalised(text)
    if not normalised.text:
        return
    start = data.draw(st.integers(0, len(normalised.text) - 1))
    end = data.draw(st.integers(start + 1, len(normalised.text)))
    first, last = normalised.span(start, end)
    assert 0 <= first < last <= len(text)
    folded = normalise(text[first:last])
    wanted = normalised.text[start:end]
    assert wanted in folded or _letters(wanted) in _letters(folded)


def _letters(text: str) -> str:
    # What a letter is taken for can hang on the word around it.
    return re.sub(r"[\s'\"]", "", text).translate(_AS_LATIN)


NAMES = {
    "en": ["Kan'ani", "Bagheri Kani", "Oman"],
    "ar": ["إيران", "الخارجية"],
    "fa": ["خامنه‌ای", "باقری کنی"],
    "he": ["ארה״ב", "איראן"],
    "ru": ["Захарова", "Иран"],
    "tr": ["İran"],
}
KNOWN = lexicon(actor={"all": {"name": "All", "kind": "person", "names": NAMES}})
MATCHER = Matcher([Rule("all", "All", "actor:all")], KNOWN)
PIECES = [name for names in NAMES.values() for name in names]
PIECES += ["وإيران", "Захаровой", "İran'ın", "KANANI’s", "wOMAN", "للخارجية", "  ", "\u200f", "😀"]
MIXED = st.lists(st.sampled_from([*PIECES, " ", ", ", "\n", "-", "x", "ß"]), max_size=12).map(
    "".join
)


@given(MIXED, MIXED)
def test_evidence_points_at_a_form_of_its_term(title: str, text: str) -> None:
    document = Doc(text, title=title)
    for match in MATCHER.match(document):
        assert match.evidence
        for one in match.evidence:
            field = {Field.TITLE: title, Field.TEXT: text}[one.field]
            found, term = normalise(field[one.start : one.end]), normalise(one.term)
            common = term.removeprefix("ال")[:-1].replace(" ", "")
            assert common in found.replace(" ", "")


VOCABULARY = ["oman", "iran", "deal", "deals", "frozen", "funds", "talk", "x", "muscat"]
WORDS = st.sampled_from(VOCABULARY)
SENTENCES = st.lists(WORDS, min_size=1, max_size=6)
PLAIN_TERMS = st.builds(
    Term,
    st.one_of(
        st.sampled_from(["oman", "iran", "deal", "talk", "muscat", "frozen"]),
        st.sampled_from(["frozen fund", "iran deal", "muscat talk"]),
    ),
    st.sampled_from(Mode),
)


def _composed(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    placed = inner.filter(has_place)
    return st.one_of(
        st.builds(And, parts),
        st.builds(Or, parts),
        st.builds(Not, inner),
        st.builds(Near, st.integers(0, 6), placed, placed),
        st.builds(Within, st.sampled_from(Scope), inner),
        st.builds(_count, st.lists(inner, min_size=1, max_size=3), st.data()),
    )


def _count(parts: list[Node], data: st.DataObject) -> Node:
    weights = data.draw(st.lists(st.sampled_from((1.0, 2.0, 0.5)), min_size=3, max_size=3))
    weighted = tuple(Weighted(part, weight) for part, weight in zip(parts, weights, strict=False))
    total = sum(part.weight for part in weighted)
    return Count(data.draw(st.sampled_from((total, total / 2))), weighted)


PLAIN = st.recursive(PLAIN_TERMS, _composed, max_leaves=8)
OTHERS = st.one_of(
    st.builds(Term, st.text(min_size=1).filter(lambda t: t[0].isalnum() and t[-1].isalnum())),
    st.builds(
        Term, st.sampled_from(["and", "OR", "2 OF", "a*b", 'say "no"', "back\\slash", "NEAR/5"])
    ),
    st.builds(Reference, st.sampled_from(Kind), st.sampled_from(["iran", "us-envoy"])),
    st.builds(
        Attribute, st.sampled_from([Key.SOURCE, Key.LINK]), st.sampled_from(["a b", "x/y:z"])
    ),
    st.just(Attribute(Key.AGE, "<36h")),
    st.builds(Pattern, st.sampled_from(["a+b", r"a\/b", "(x|y) z"])),
)
ANY = st.recursive(st.one_of(PLAIN_TERMS, OTHERS), _composed, max_leaves=8)


@given(ANY)
@settings(max_examples=300)
def test_printed_and_parsed_again_an_expression_is_the_same(node: Node) -> None:
    assert parse(str(node)) == node


@given(PLAIN, SENTENCES, st.lists(SENTENCES, max_size=4))
@example(Within(Scope.TITLE, Within(Scope.SENTENCE, Not(Term("oman")))), ["oman"], [["oman"]])
@settings(max_examples=400)
def test_a_rule_and_its_brute_force_evaluation_agree(
    node: Node, title: list[str], text: list[list[str]]
) -> None:
    world = World(title, text)
    expected = places(node, world, world.whole)
    document = Doc(" ".join(f"{' '.join(one)}!" for one in text), title=" ".join(title))
    found = Matcher([Rule("r", "R", str(node))], Lexicon()).match(document)
    assert bool(found) is (expected is not None)
    if found and expected is not None:
        words = {one.end - one.start for one in found[0].evidence}
        assert len(found[0].evidence) >= len(expected) or not words


@given(st.lists(PLAIN, min_size=1, max_size=5), SENTENCES)
@settings(max_examples=50)
def test_rules_do_not_depend_on_each_other(nodes: list[Node], text: list[str]) -> None:
    document = Doc(" ".join(text))
    rules = [Rule(f"r{number}", "R", str(node)) for number, node in enumerate(nodes)]
    alone = [match for rule in rules for match in Matcher([rule], Lexicon()).match(document)]
    assert list(Matcher(rules, Lexicon()).match(document)) == alone


@given(TEXTS, TEXTS)
def test_no_text_stops_a_rule(title: str, text: str) -> None:
    known = lexicon(actor={"a": actor(["a", "s", "ال"], language="any")})
    rules = [Rule("r", "R", "actor:a NEAR/2 i OR SENTENCE(a b) OR /[a-z]+.d/ OR NOT a*")]
    matcher = Matcher(rules, known)
    document = Doc(text, title=title)
    assert len(matcher.explain(document)) == 1
    matcher.mentions(document)
