"""What the documentation says is true."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.configuration.loading import load, shipped_lexicon
from bot.configuration.schema import (
    AdministratorsTable,
    ChannelTable,
    LlmTable,
    RuleTable,
    SettingsTable,
    WatcherTable,
    WatchingTable,
    WebsubTable,
)
from rules import Lexicon, Matcher, Rule
from tests.rules.documents import DAY, Doc

DOCS = Path(__file__).parent.parent / "docs"
EXAMPLE = re.compile(r"^```rule\n(.+)\n((?:[+-] .+\n)+)```$", re.MULTILINE)
DATED = re.compile(r"(\d{4}-\d\d-\d\d) (.+)")


@cache
def lexicon() -> Lexicon:
    return Lexicon.from_tables(shipped_lexicon())


def examples() -> Iterator[tuple[str, str, bool]]:
    for when, lines in EXAMPLE.findall((DOCS / "rules.md").read_text("utf-8")):
        for line in lines.splitlines():
            yield when, line[2:], line.startswith("+")


def read(line: str) -> Doc:
    dated = DATED.fullmatch(line)
    published = datetime.fromisoformat(dated[1]).replace(tzinfo=UTC) if dated else DAY
    title, _, text = (dated[2] if dated else line).partition(" | ")
    return Doc(text, title, published=published)


@pytest.mark.parametrize(("when", "line", "expected"), list(examples()))
def test_an_example_of_the_rules(when: str, line: str, expected: bool) -> None:
    found = Matcher([Rule("example", "Example", when)], lexicon()).match(read(line))
    assert bool(found) == expected


def test_no_example_is_overlooked() -> None:
    text = (DOCS / "rules.md").read_text("utf-8")
    assert len(EXAMPLE.findall(text)) == text.count("```rule")


TABLES: Mapping[str, type[BaseModel]] = {
    "settings": SettingsTable,
    "administrators": AdministratorsTable,
    "watching": WatchingTable,
    "websub": WebsubTable,
    "llm": LlmTable,
    "channel": ChannelTable,
    "watcher": WatcherTable,
    "rule": RuleTable,
}


@pytest.mark.parametrize("name", list(TABLES))
def test_every_key_is_documented_and_no_other(name: str) -> None:
    text = (DOCS / "configuration.md").read_text("utf-8")
    section = re.split(rf"^## `\[+{name}\]+`", text, flags=re.MULTILINE)[1].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)`", section, re.MULTILINE) == list(TABLES[name].model_fields)


def test_the_outlets_are_counted() -> None:
    count = len(load(DOCS.parent / "config.toml").watchers)
    for file, said in (
        ("README.md", f"with {count} outlets in eight"),
        ("CHANGELOG.md", f"and {count} outlets"),
        ("docs/operation.md", f" {count} sources: "),
    ):
        assert said in (DOCS.parent / file).read_text("utf-8")


def test_the_shipped_configuration_is_right_and_covers_the_beat() -> None:
    configuration = load(DOCS.parent / "config.toml")
    assert len(configuration.watchers) >= 40
    assert len({watcher.language for watcher in configuration.watchers}) >= 6
    assert not configuration.warnings


ROOT = DOCS.parent
PAGES = [*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = HEADING.findall(page.read_text("utf-8"))
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text("utf-8")):
        if "//" in link:
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.is_file(), link
        assert not anchor or anchor in anchors(target), link


def test_the_first_page_leads_to_every_page_and_has_a_picture() -> None:
    links = LINK.findall((DOCS / "README.md").read_text("utf-8"))
    named = {link.partition("#")[0] for link in links}
    assert {page.name for page in DOCS.glob("*.md")} <= {*named, "README.md"}
    picture = (DOCS / "pictures" / "terminal.svg").read_text("utf-8")
    assert "pictures/terminal.svg" in named
    assert "Denied&#160;by&#160;White&#160;House" in picture
    # Who opens it asks nobody else for anything.
    assert set(re.findall(r"https?://[^\s\"')]+", picture)) == {"http://www.w3.org/2000/svg"}
