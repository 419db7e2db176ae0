"""Actors, topics and offices: who is meant, and what of a lexicon is refused or doubted."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from rules import Lexicon, LexiconError, Matcher, Rule
from tests.rules.documents import Doc, actor, is_true, lexicon, matches, mentioned, shown, topic

IRAN = {
    "iran": {"name": "Iran", "kind": "state", "names": {"en": ["Iran"]}},
    "ministry": actor(["Iranian Foreign Ministry"], part_of=["iran"]),
    "kanaani": actor(["Nasser Kanaani", "Kan'ani"], part_of=["ministry"], short={"en": ["Kanani"]}),
    "bagheri-kani": actor(["Bagheri Kani"], part_of=["iran"], short={"en": ["Kani"]}),
    "malley": {**actor(["Malley"]), "not": {"en": ["Gus Malley", "Malley's Cup"]}},
}


def test_an_actor_is_named_by_all_below_it() -> None:
    known = lexicon(actor=IRAN)
    assert known.members("iran") == ("iran", "ministry", "kanaani", "bagheri-kani")
    assert is_true("actor:iran", "Nasser Kanaani spoke", known)
    assert is_true("actor:ministry", "Nasser Kanaani spoke", known)
    assert not is_true("actor:kanaani", "Iran spoke", known)


def test_the_evidence_of_a_rule_names_its_part_and_the_mention_the_actor() -> None:
    known = lexicon(actor=IRAN)
    found = matches("actor:iran", "Nasser Kanaani", known)
    assert found is not None
    assert found.evidence[0].part == "actor:iran"
    assert mentioned("Nasser Kanaani", known) == [("actor:kanaani", "Nasser Kanaani")]


def test_the_longest_name_wins() -> None:
    names = {"bagheri-kani": ["Bagheri Kani"], "kani": ["Kani"], "ali": ["Ali Bagheri"]}
    known = lexicon(actor={name: actor(spellings) for name, spellings in names.items()})
    assert mentioned("Ali Bagheri Kani and Kani", known) == [
        ("actor:bagheri-kani", "Bagheri Kani"),
        ("actor:kani", "Kani"),
    ]


def test_one_name_of_two_actors_is_a_name_of_both() -> None:
    known = lexicon(actor={"one": actor(["Kani"]), "two": actor(["Kani"])})
    assert [part for part, _ in mentioned("Kani", known)] == ["actor:one", "actor:two"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Malley said", ["Malley"]),
        ("Gus Malley scored", []),
        ("Gus Malley scored, Malley said", ["Malley"]),
        ("the Malley’s Cup", []),
    ],
)
def test_decoys(text: str, found: list[str]) -> None:
    assert [name for _, name in mentioned(text, lexicon(actor=IRAN))] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kanani said", []),
        ("Kan'ani said", ["actor:kanaani"]),
        ("Kanani of Iran said", ["actor:kanaani", "actor:iran"]),
        ("Kanani met Bagheri Kani", ["actor:kanaani", "actor:bagheri-kani"]),
        ("Kani met Kanani", []),
    ],
)
def test_short_names_count_only_beside_others(text: str, found: list[str]) -> None:
    assert [part for part, _ in mentioned(text, lexicon(actor=IRAN))] == found


def test_short_names_beside_a_topic() -> None:
    one = actor([], short={"en": ["Malley"]}, near=["topic:deal"])
    known = lexicon(
        actor={"one": one, **IRAN}, topic={"deal": topic(match="nuclear deal actor:iran")}
    )
    assert not is_true("actor:one", "Malley on the nuclear deal", known)
    assert is_true("actor:one", "Malley on the nuclear deal with Iran", known)


def test_a_topic_is_named_or_expressed() -> None:
    topics = {
        "swap": topic(["prisoner swap"], match="topic:prisoner NEAR/3 topic:exchange"),
        "prisoner": topic(["prisoner"]),
        "exchange": topic(["exchange", "swap"]),
    }
    known = lexicon(topic=topics)
    found = matches("topic:swap", "An exchange of the prisoners", known)
    assert found is not None
    assert [one.part for one in found.evidence] == ["topic:swap", "topic:swap"]
    assert shown(Doc("An exchange of the prisoners"), found.evidence) == ["exchange", "prisoners"]
    assert is_true("topic:swap", "prisoner swaps", known)
    assert not is_true("topic:swap", "exchange rates. A report on all of the prisoners", known)


def test_topics_inside_each_other_all_count() -> None:
    known = lexicon(topic={"a": topic(["frozen funds"]), "b": topic(["funds"])})
    assert [part for part, _ in mentioned("frozen funds", known)] == ["topic:a", "topic:b"]


OFFICE = {
    "spokesman": {
        "name": "Spokesman",
        "of": "iran",
        "holders": [
            {
                "actor": "kanaani",
                "from": date(2022, 6, 28),
                "until": date(2024, 8, 12),
                "source": "x",
            },
            {"actor": "malley", "from": date(2024, 8, 13), "source": "x"},
        ],
    }
}


@pytest.mark.parametrize(
    ("day", "text", "expected"),
    [
        ((2023, 1, 1), "Nasser Kanaani", True),
        ((2024, 8, 12), "Nasser Kanaani", True),
        ((2024, 8, 13), "Nasser Kanaani", False),
        ((2024, 8, 13), "Malley", True),
        ((2020, 1, 1), "Nasser Kanaani and Malley", False),
    ],
)
def test_a_role_is_its_holder_on_the_day(
    day: tuple[int, int, int], text: str, *, expected: bool
) -> None:
    known = lexicon(actor=IRAN, office=OFFICE)
    document = Doc(text, published=datetime(*day, 12, tzinfo=UTC))
    assert is_true("role:spokesman", document, known) is expected


def test_later_tables_add_and_replace() -> None:
    own = {"actor": {"iran": {"names": {"en": ["Persia"]}}, "new": actor(["Newcomer"])}}
    first = {"actor": {"iran": {**IRAN["iran"], "names": {"en": ["Iran"], "fr": ["Perse"]}}}}
    known = Lexicon.from_tables([("shipped.toml", first), ("config.toml", own)])
    assert known.actors["iran"].names == {"en": ("Persia",), "fr": ("Perse",)}
    assert known.actors["iran"].name == "Iran"
    assert "new" in known.actors


def test_the_same_tables_make_the_same_order() -> None:
    text = "Iran, Nasser Kanaani, Bagheri Kani of the Iranian Foreign Ministry, Malley"
    assert mentioned(text, lexicon(actor=IRAN)) == mentioned(text, lexicon(actor=IRAN))
    assert list(lexicon(actor=IRAN).actors) == list(IRAN)


FAULTS = [
    # tables, key, words of the message, suggestion
    ({"actors": {}}, "actors", "actor, topic, office", "actor"),
    ({"actor": {"Iran": {}}}, "actor.Iran", "small letters", ""),
    ({"actor": {"a": 1}}, "actor.a", "table was expected", ""),
    ({"actor": {"a": {"kind": "state"}}}, "actor.a.name", "needed", ""),
    ({"actor": {"a": {"name": "A", "kind": "sate"}}}, "actor.a.kind", "'sate'", "state"),
    ({"actor": {"a": actor(nmaes={})}}, "actor.a.nmaes", "no such key", "names"),
    ({"actor": {"a": actor(["x"], language="eng")}}, "actor.a.names.eng", "no language", "en"),
    ({"actor": {"a": {**actor(), "names": {"en": "x"}}}}, "actor.a.names.en", "list", ""),
    ({"actor": {"a": actor(["…"])}}, "actor.a.names.en", "no letter", ""),
    ({"actor": {"a": actor(["x"], part_of=["b"])}}, "actor.a.part_of", "no actor 'b'", ""),
    ({"actor": {"a": actor(["x"], part_of=["a"])}}, "actor.a.part_of", "part of itself", ""),
    ({"actor": {"a": actor(["x"], near=["topic:b"])}}, "actor.a.near", "no topic 'b'", ""),
    ({"actor": {"a": actor(["x"], near=["x:b"])}}, "actor.a.near", "neither", ""),
    ({"topic": {"a": {"name": "A"}}}, "topic.a.names", "needs names", ""),
    ({"topic": {"a": topic(match="x and y")}}, "topic.a.match", "column 3", "AND"),
    ({"topic": {"a": topic(match="topic:a")}}, "topic.a.match", "a -> a", ""),
    ({"topic": {"a": topic(match="rule:b")}}, "topic.a.match", "cannot refer to a rule", ""),
    ({"topic": {"a": topic(match="actor:b")}}, "topic.a.match", "no actor:b", ""),
    ({"topic": {"a": topic(match="age:never")}}, "topic.a.match", "age", "age:<2d"),
    ({"office": {"a": {"name": "A", "of": "b"}}}, "office.a.of", "no actor 'b'", ""),
    (
        {"office": {"a": {"name": "A", "holders": [{"actor": "b"}]}}},
        "office.a.holders[1].actor",
        "no actor 'b'",
        "",
    ),
    (
        {
            "actor": IRAN,
            "office": {"a": {"name": "A", "holders": [{"actor": "iran", "from": "2022-06-28"}]}},
        },
        "office.a.holders[1].from",
        "without quotes",
        "",
    ),
    (
        {
            "actor": IRAN,
            "office": {
                "a": {
                    "name": "A",
                    "holders": [
                        {"actor": "iran", "from": date(2022, 1, 1), "until": date(2021, 1, 1)}
                    ],
                }
            },
        },
        "office.a.holders[1].until",
        "before",
        "",
    ),
]


@pytest.mark.parametrize(("tables", "key", "message", "suggestion"), FAULTS)
def test_faults_are_said_with_their_key(
    tables: Mapping[str, Mapping[str, object]], key: str, message: str, suggestion: str
) -> None:
    with pytest.raises(LexiconError) as caught:
        lexicon(**tables)
    error = caught.value
    assert (error.origin, error.key) == ("lexicon.toml", key)
    assert message in error.message
    assert error.suggestion == suggestion


def _office(*holders: tuple[str, date | None, date | None]) -> Mapping[str, object]:
    entries = [
        {k: v for k, v in {"actor": a, "from": f, "until": u, "source": "x"}.items() if v}
        for a, f, u in holders
    ]
    return {"spokesman": {"name": "Spokesman", "holders": entries}}


def test_doubtful_names() -> None:
    actors = {
        "iran": actor(["Iran", "IR", "=UN"]),
        "ministry": actor(["Iran Ministry"], part_of=["iran"]),
        "kani": actor(["Kani"]),
        "bagheri": actor(["Bagheri Kani"]),
        "nobody": actor(),
    }
    warnings = lexicon(actor=actors).warnings()
    assert len(warnings) == 3
    assert "'IR' has under 4 letters" in warnings[0]
    assert "actor.nobody has no names" in warnings[1]
    assert "'kani' is part of 'bagheri kani'" in warnings[2]


@pytest.mark.parametrize(
    ("until", "since", "said"),
    [
        (date(2024, 1, 1), date(2024, 1, 2), []),
        (date(2024, 1, 1), date(2024, 1, 9), ["nobody holds it between"]),
        (date(2024, 1, 5), date(2024, 1, 2), ["at the same time"]),
        (None, date(2024, 1, 2), ["until further notice"]),
    ],
)
def test_gaps_and_overlaps_in_an_office(until: date | None, since: date, said: list[str]) -> None:
    office = _office(("kanaani", date(2022, 1, 1), until), ("malley", since, None))
    warnings = lexicon(actor=IRAN, office=office).warnings()
    about = [line for line in warnings if line.startswith("office")]
    assert len(about) == len(said)
    assert all(part in line for part, line in zip(said, about, strict=True))


def test_an_empty_lexicon_and_no_rules() -> None:
    matcher = Matcher([], Lexicon())
    assert matcher.match(Doc("Iran")) == ()
    assert matcher.mentions(Doc("Iran")) == ()


def test_a_rule_on_a_role_nobody_held_is_never_true() -> None:
    office = {"spokesman": {"name": "Spokesman"}}
    known = lexicon(actor=IRAN, office=office)
    assert not Matcher([Rule("r", "R", "role:spokesman")], known).match(Doc("Iran"))


def test_a_guard_is_a_condition_that_gives_no_evidence_beside_others() -> None:
    known = lexicon(
        topic={"guard": topic(["Iran"], guard=True), "talks": topic(["talks"])},
    )
    found = matches("topic:guard AND topic:talks", "Iran talks", known)
    assert found is not None
    assert [one.part for one in found.evidence] == ["topic:talks"]
    assert not is_true("topic:guard AND topic:talks", "Oman talks", known)
    alone = matches("topic:guard", "Iran talks", known)
    assert alone is not None
    assert [one.part for one in alone.evidence] == ["topic:guard"]


def test_what_a_topic_is_called_is_by_language_and_no_spelling() -> None:
    named = {"name": "Talks", "called": {"ar": "محادثات"}, "names": {"en": ["talks"]}}
    known = lexicon(topic={"talks": named})
    assert known.topics["talks"].called == {"ar": "محادثات"}
    assert Matcher([], known).mentions(Doc("محادثات")) == ()
    for wrong in ({"ar": 1}, {"ar": " "}, "محادثات"):
        with pytest.raises(LexiconError, match="called"):
            lexicon(topic={"talks": {**named, "called": wrong}})
