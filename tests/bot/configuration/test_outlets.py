"""The outlets that are shipped."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.configuration.loading import load
from bot.configuration.records import Configuration
from watchers import Watcher
from watchers.kinds.google_news import GoogleNewsOptions

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "outlets").glob("*.toml"))


@cache
def shipped() -> Configuration:
    return load(ROOT / "config.toml")


def tables(file: Path) -> Iterator[dict[str, Any]]:
    yield from tomllib.loads(file.read_text("utf-8"))["watcher"]


def test_each_has_a_standing() -> None:
    assert [one.name for one in shipped().watchers if one.standing is None] == []


def test_an_outlet_has_one_standing_under_all_its_names() -> None:
    standings: dict[str, set[str]] = {}
    for one in shipped().watchers:
        standings.setdefault(one.title, set()).add(one.standing or "")
    assert {title: found for title, found in standings.items() if len(found) > 1} == {}


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_their_keys_stand_in_one_order(file: Path) -> None:
    order = (
        *("name", "title", "owner", "url", "kind", "site", "query", "country", "window"),
        *("language", "standing", "every", "user_agent"),
    )
    for table in tables(file):
        assert list(table) == sorted(table, key=order.index), table["name"]


def test_names_and_addresses_are_there_once() -> None:
    # What changes an outlet of another file has no title.
    named = (table["name"] for file in FILES for table in tables(file) if "title" in table)
    asked = (one.url.removeprefix("https://").rstrip("/") for one in shipped().watchers)
    for found in (Counter(named), Counter(asked)):
        assert [one for one, times in found.items() if times > 1] == []


def test_the_beats_own_are_there() -> None:
    expected = """
        reuters ap cnn oman-news-agency oman-observer qna-ar qna-en wam-en al-alam al-arabiya-en
        irna-fa irna-en tasnim-fa fars ria-novosti tass-ru kommersant maariv ynet dawn geo-news
        new-arab amwaj aawsat-en iaea us-state-department us-treasury white-house
    """
    assert set(expected.split()) <= {one.name for one in shipped().watchers}


def test_reuters_ap_and_cnn_are_asked_what_they_have_of_the_beat() -> None:
    for name, owner in (("reuters", "Reuters"), ("ap", "AP"), ("cnn", "CNN")):
        one = named(name)
        assert (one.kind, one.owner, one.language) == ("google-news", owner, "en")
        assert "q=Iran+OR+Oman+site%3A" in one.url


def named(name: str) -> Watcher:
    (one,) = (one for one in shipped().watchers if one.name == name)
    return one


def sites() -> dict[str, str]:
    """The sites that Google News is asked for, by watcher."""
    watchers = shipped().watchers
    return {
        one.name: one.options.site for one in watchers if isinstance(one.options, GoogleNewsOptions)
    }


def test_what_google_news_passes_on_has_an_owner() -> None:
    assert [name for name, site in sites().items() if not (site and named(name).owner)] == []


def test_what_was_refused_or_stood_still_is_read_by_another_way() -> None:
    expected = {
        "aawsat": "aawsat.com",
        "arab-news": "arabnews.com",
        "lorient-le-jour": "lorientlejour.com",
    }
    assert expected.items() <= sites().items()
    agent = named("us-state-department").access.user_agent
    assert agent.startswith("Mozilla/5.0 (compatible; Backchannel; ")
    assert not named("alaraby-aljadeed").access.user_agent
