"""Why a rule is not true, and how near it came."""

import pytest

from rules import Lexicon, Matcher, Rule, Verdict
from tests.rules.documents import Doc, actor, lexicon, shown, topic

KNOWN = lexicon(
    actor={
        "iran": actor(["Iran"]),
        "kanaani": actor(["Nasser Kanaani"], part_of=["iran"], short={"en": ["Kanani"]}),
    },
    topic={
        "talks": topic(["talks"], match="negotiators NEAR/3 table"),
        "swap": topic(["prisoner swap"]),
    },
    office={
        "spokesman": {"name": "Spokesman", "holders": [{"actor": "kanaani"}]},
        "empty": {"name": "E"},
    },
)


def explained(when: str, document: Doc, unless: str = "", known: Lexicon = KNOWN) -> Verdict:
    rules = [Rule("r", "R", when, unless=unless), Rule("other", "O", "zebra")]
    return Matcher(rules, known).explain(document)[0]


REASONS = [
    # rule, title, text, part that failed, words of the reason, evidence
    ("oman iran", "", "Iran spoke", "oman", "not in the title or the text", []),
    ("oman OR muscat", "", "Iran", "oman", "not in the title", []),
    ("iran NOT cricket", "", "Iran cricket", "NOT cricket", "should not be", ["cricket"]),
    (
        "iran NEAR/2 talks",
        "",
        "Iran said on Monday that talks",
        "iran NEAR/2 talks",
        "4 words stand between them; at most 2 may",
        ["Iran", "talks"],
    ),
    ("iran NEAR/9 talks", "Iran", "talks", "iran NEAR/9 talks", "never both", ["Iran", "talks"]),
    ("iran NEAR/9 oman", "", "Iran", "oman", "not in the title", []),
    (
        "2 OF (iran, oman, qatar)",
        "",
        "Iran",
        "2 OF (iran, oman, qatar)",
        "1 of the needed 2 reached; missing: oman, qatar",
        ["Iran"],
    ),
    ("title:iran", "Oman", "Iran", "title:(iran)", "not of its title alone", ["Iran"]),
    (
        "SENTENCE(iran oman)",
        "",
        "Iran spoke. Oman listened.",
        "SENTENCE(iran AND oman)",
        "never in one sentence",
        ["Iran", "Oman"],
    ),
    ("SENTENCE(iran oman)", "", "Iran spoke.", "oman", "not in the title", []),
    ("actor:iran", "", "Oman", "actor:iran", "none of its names", []),
    ("actor:kanaani", "", "Kanani", "actor:kanaani", "only beside one of: iran", ["Kanani"]),
    ("topic:swap", "", "Oman", "topic:swap", "none of its names", []),
    (
        "topic:talks",
        "",
        "The table was set",
        "topic:talks",
        "of it there is only table",
        ["table"],
    ),
    ("role:spokesman", "", "Oman", "role:spokesman", "held by Name on 2023-06-13", []),
    ("role:empty", "", "Oman", "role:empty", "nobody is known", []),
    ("rule:other", "", "Oman", "rule:other", "that rule is not true", []),
    ("lang:fa oman", "", "Oman", "lang:fa", "the entry has none", []),
    ("source:irna oman", "", "Oman", "source:irna", "'mehr'", []),
    ("/x+y/", "", "Oman", "/x+y/", "not in the title", []),
]


@pytest.mark.parametrize(("when", "title", "text", "part", "reason", "found"), REASONS)
def test_what_failed_and_how_near_it_came(
    when: str, title: str, text: str, part: str, reason: str, found: list[str]
) -> None:
    document = Doc(text, title=title)
    verdict = explained(when, document)
    assert not verdict.holds
    failure = verdict.failures[0]
    assert failure.part == part
    assert reason in failure.reason
    assert shown(document, failure.evidence) == found


def test_every_part_of_an_and_that_failed_is_named() -> None:
    verdict = explained("iran oman qatar", Doc("Iran"))
    assert [failure.part for failure in verdict.failures] == ["oman", "qatar"]


def test_a_rule_that_holds_has_evidence_and_no_failures() -> None:
    document = Doc("Iran and Oman")
    verdict = explained("actor:iran oman", document)
    assert verdict.holds
    assert not verdict.failures
    assert shown(document, verdict.evidence) == ["Iran", "Oman"]


def test_an_exception_that_is_true_is_named() -> None:
    document = Doc("Iran plays cricket")
    verdict = explained("iran", document, unless="cricket")
    assert not verdict.holds
    assert verdict.failures[0].part == "unless cricket"
    assert shown(document, verdict.failures[0].evidence) == ["cricket"]


def test_the_verdicts_agree_with_the_matches() -> None:
    rules = [
        Rule(f"r{n}", "R", when) for n, (when, *_) in enumerate(REASONS) if "rule:" not in when
    ]
    matcher = Matcher(rules, KNOWN)
    document = Doc("Iran and Oman held talks near Nasser Kanaani", title="Iran")
    held = [verdict.rule for verdict in matcher.explain(document) if verdict.holds]
    assert held == [match.rule for match in matcher.match(document)]
