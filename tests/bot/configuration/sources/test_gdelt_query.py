"""Queries to GDELT that are made of rules."""

import re
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.configuration.loading import load
from bot.configuration.sources.gdelt_query import LONGEST, query_of
from bot.errors import ConfigurationError
from rules import Actor, Holder, Kind, Lexicon, Matcher, Office, Rule, Topic
from rules.language.grammar import parse
from tests.bot.configuration.test_loading import GOOD

LEXICON = Lexicon(
    {
        "oman": Actor(
            "oman",
            "Oman",
            Kind.STATE,
            names={"en": ("Oman", "Sultanate of Oman", "Omani"), "ar": ("عُمان",)},
        ),
        "albusaidi": Actor(
            "albusaidi",
            "Badr Albusaidi",
            Kind.PERSON,
            ("oman",),
            names={"en": ("Badr Albusaidi",), "ar": ("البوسعيدي",)},
        ),
        "us": Actor("us", "US", Kind.STATE, names={"en": ("US", "United States", "=U.S.")}),
    },
    {
        "talks": Topic(
            "talks", "Talks", names={"en": ("=talks", "negotiat*"), "any": ("dialogue",)}
        ),
        "deal": Topic("deal", "Deal", match=parse("topic:talks AND (accord OR lang:fa)")),
        "far": Topic("far", "Far", names={"fa": ("مذاکرات",)}),
    },
    {
        "minister": Office(
            "minister",
            "Minister",
            "oman",
            (
                Holder("us", date(2000, 1, 1), date(2019, 1, 1)),
                Holder("albusaidi", date(2020, 1, 1), None),
            ),
        )
    },
)
WATCHER = """
[[watcher]]
name = "world"
title = "GDELT"
kind = "gdelt"
rule = "mediation"
"""
_TERM = r'(?:[A-Za-z0-9]{3,}|"[^"()]{5,}")'
_GROUP = rf"(?:{_TERM}|\({_TERM}(?: OR {_TERM})+\))"
TAKEN = re.compile(rf"{_GROUP}(?: {_GROUP})*")


def asked(when: str, **others: str) -> str:
    rules = [Rule(name, name, text) for name, text in {"asked": when, **others}.items()]
    return query_of(Matcher(rules, LEXICON).wording("asked"))


@pytest.mark.parametrize(
    ("when", "query"),
    [
        ("ferry", "ferry"),
        ('"indirect talks"', '"indirect talks"'),
        ("ferry AND port", "ferry port"),
        ("ferry OR port", "(ferry OR port)"),
        ("ferry NEAR/3 port", "ferry port"),
        ("title:(ferry) AND SENTENCE(port quay)", "ferry port quay"),
        ("ferry AND NOT port", "ferry"),
        ("ferry AND lang:fa AND /fer+y/", "ferry"),
        ("2 OF (ferry, port, quay)", "(ferry OR port OR quay)"),
        ("actor:oman", '(Oman OR Omani OR "Badr Albusaidi")'),
        ("actor:us", '"United States"'),
        ("actor:albusaidi AND topic:talks", '"Badr Albusaidi" (talks OR dialogue)'),
        ("topic:deal", "(talks OR dialogue) accord"),
        ("role:minister", '("Badr Albusaidi" OR "United States")'),
        ("rule:other AND quay", "(ferry OR port) quay"),
        ("(oman AND talks) OR (oman AND ferry)", "oman (talks OR ferry)"),
        ("ferry OR (oman AND talks)", "(ferry OR oman) (ferry OR talks)"),
        ("ferry AND (ferry OR port)", "ferry"),
        ('"ferry port" AND (ferry OR quay)', '"ferry port"'),
        ("topic:far AND oman", "oman"),
        ("topic:far OR a OR eu OR sanction*", ""),
        ('"D-Wave" OR "l\'Iran"', '"D-Wave"'),
        ('"and" AND ferry', "ferry"),
    ],
)
def test_a_rule_is_asked_in_words(when: str, query: str) -> None:
    assert asked(when, other="(ferry OR port) AND NOT quay") == query


def test_of_long_lists_the_first_of_each_are_asked() -> None:
    groups = [[f"{place}{number:03}" for number in range(100)] for place in ("port", "quay")]
    query = query_of(groups)
    assert LONGEST - 15 < len(query) <= LONGEST
    assert query.startswith("(port000 OR port001 OR")
    assert query.count("port") - query.count("quay") in {0, 1}


spellings = st.lists(
    st.text(st.sampled_from("abz IR1'-.\"()&éمذ\n"), max_size=30)
    | st.sampled_from(["Iran", "Iran talks", "US", "OR", "and", "x" * 300]),
    max_size=30,
)


@given(st.lists(spellings, max_size=8))
def test_gdelt_takes_what_is_asked(groups: list[list[str]]) -> None:
    query = query_of(groups)
    assert len(query) <= LONGEST
    assert not query or TAKEN.fullmatch(query)


def configured(folder: Path, *changes: tuple[str, str]) -> Path:
    text = GOOD + WATCHER
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_watcher_asks_for_its_rule(tmp_path: Path) -> None:
    watcher = load(configured(tmp_path)).watchers[-1]
    asks = parse_qs(urlsplit(watcher.url).query)["query"][0]
    assert asks.startswith("(Iran OR Tehran OR ")
    assert asks.endswith(' "indirect talks"')


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            ('rule = "mediation"', 'rule = "mediaton"'),
            "config.toml:25: watcher[2].rule: there is no rule 'mediaton'; did you mean 'media",
        ),
        (
            ('rule = "mediation"', 'rule = "mediation"\nquery = "x"'),
            "config.toml:25: watcher[2].rule: write either this key or query, not both",
        ),
        (
            ('rule = "mediation"\n', ""),
            "watcher[2].query: say what to look for: a query, or the name of a rule",
        ),
        (
            ('actor:iran AND "indirect talks"', "lang:fa AND sanction*"),
            "config.toml:25: watcher[2].rule: nothing in the rule 'mediation' can be asked of",
        ),
    ],
)
def test_mistakes_are_named(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(configured(tmp_path, change))
    assert told in str(caught.value)
