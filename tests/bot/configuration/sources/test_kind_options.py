"""The keys of the kinds of watchers, in the configuration file."""

from pathlib import Path
from typing import Any

import pytest

from bot.configuration.loading import load
from bot.configuration.sources.kind_options import mistakes
from bot.errors import ConfigurationError
from tests.bot.configuration.test_loading import GOOD

pytestmark = pytest.mark.usefixtures("small_lexicon")

PAGE = {"name": "a", "url": "https://a.example/", "kind": "page"}
ITEMS = {"items": "li"}


def told(**table: Any) -> list[str]:
    return [f"{'.'.join(map(str, key))}: {message}" for key, message in mistakes(table)]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            {"kind": "sitmap"},
            "kind: 'sitmap' is not allowed; did you mean 'sitemap'?; allowed: feed",
        ),
        ({"kind": "carrier-pigeon"}, "kind: 'carrier-pigeon' is not allowed; allowed: feed, site"),
        ({"kind": "feed"}, "url: this key is missing and has to be there"),
        ({"url": "ftp://a"}, "url: an address begins with https:// or http://"),
        ({"url": "https://a", "query": "x"}, "query: there is no such key for the kind 'feed'"),
        ({"url": "https://a", "titel": "x"}, "did you mean 'title'"),
        (PAGE, "select: is missing: write select.items"),
        ({**PAGE, "select": {}}, "select.items: this key is missing"),
        (
            {**PAGE, "select": {**ITEMS, "titel": "h2"}},
            "select.titel: there is no such key; did you",
        ),
        ({**PAGE, "select": {**ITEMS, "title": "h2["}}, "select.title: this is not a CSS selector"),
        ({**PAGE, "select": {"items": ""}}, "select.items: say where an item stands"),
        ({**PAGE, "select": {**ITEMS, "date": 7}}, "select.date: 7 was found: "),
        ({**PAGE, "select": "li"}, "select: 'li' was found: "),
        ({**PAGE, "select": ITEMS, "element": "p"}, "element: write either this key or select"),
        ({**PAGE, "element": "::"}, "element: this is not a CSS selector"),
        ({"kind": "gdelt"}, "query: say what to look for: a query, or the name of a rule"),
        ({"kind": "gdelt", "query": "x", "rule": "y"}, "rule: write either this key or query"),
        ({"kind": "gdelt", "query": " "}, "query: say what to look for"),
        ({"kind": "gdelt", "query": "x" * 1_001}, "query: it is longer than 1000 characters"),
        ({"kind": "gdelt", "query": "x", "window": "1y"}, 'window: a window is written "15m"'),
        ({"kind": "gdelt", "query": "x", "window": "5m"}, 'window: a window is written "15m"'),
        ({"kind": "telegram", "url": "herald"}, 'url: a channel is written "@name"'),
        ({"kind": "telegram"}, "url: this key is missing"),
        ({"kind": "opml"}, "file: is missing: write file"),
        ({"kind": "opml", "file": "a", "url": "https://a"}, "url: a list has a file or a url"),
    ],
)
def test_a_mistake_is_named_with_its_key(table: dict[str, Any], expected: str) -> None:
    assert expected in "; ".join(told(**table))


@pytest.mark.parametrize(
    "table",
    [
        {"url": "https://a.example/"},
        {"kind": "telegram", "url": "@herald"},
        {"kind": "gdelt", "query": "iran"},
        {"kind": "gdelt", "rule": "talks"},
        {**PAGE, "element": "#status"},
        {**PAGE, "select": ITEMS},
        {"kind": 7, "url": 8},
    ],
)
def test_what_is_right_or_told_elsewhere(table: dict[str, Any]) -> None:
    assert not told(**table)


def test_all_mistakes_are_told_at_once_each_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    keys = 'kind = "page"\nselect.items = "li"\nselect.title = "h2["\nevery = "often"'
    path.write_text(GOOD.replace('every = "5m"', keys), "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    places = {(fault.line, fault.key) for fault in caught.value.faults}
    assert places == {(14, "watcher[1].select.title"), (15, "watcher[1].every")}


@pytest.mark.parametrize(
    "url",
    [
        "@herald",
        "t.me/herald",
        "https://t.me/herald",
        "https://t.me/s/herald/",
        "https://telegram.me/herald?x",
    ],
)
def test_a_channel_is_read_from_its_preview(tmp_path: Path, url: str) -> None:
    path = tmp_path / "config.toml"
    text = GOOD.replace('"https://courier.example/rss"', f'"{url}"\nkind = "telegram"')
    path.write_text(text, "utf-8")
    (watcher,) = load(path).watchers
    assert watcher.url == "https://t.me/s/herald"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("HTTPS://Courier.Example/Feed", "https://courier.example/Feed"),
        ("feed://courier.example/rss", "https://courier.example/rss"),
        ("feed:https://courier.example/rss", "https://courier.example/rss"),
        ("feed:HTTP://courier.example/rss", "http://courier.example/rss"),
        ("Feed:courier.example/rss", "https://courier.example/rss"),
        ("feed:feed://courier.example/rss", "https://courier.example/rss"),
        ("feed:///courier.example/rss", "https://courier.example/rss"),
        ("pcast://courier.example/rss", "https://courier.example/rss"),
        (" https://Me:Pass@Courier.Example/?A=B ", "https://Me:Pass@courier.example/?A=B"),
    ],
)
def test_an_address_is_written_as_people_write_it(tmp_path: Path, written: str, read: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'{GOOD}\n[[watcher]]\nname = "w"\ntitle = "W"\nurl = "{written}"\n', "utf-8")
    assert load(config).watchers[-1].url == read
