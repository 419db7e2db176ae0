"""A stream of the beat, written for this: what is one development, in which language ever."""

import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from bot.configuration.loading import shipped_lexicon
from rules import Lexicon, Matcher
from stories import Grouping, Report, Story
from tests.making import entry

FOLDER = Path(__file__).parent / "developments"
PRECISION = 0.95
RECALL = 0.80
FOLLOWS = 0.80


@dataclass(frozen=True)
class Stream:
    """Reports in the order of their times, and the truth about them."""

    reports: tuple[Report, ...]
    development: Mapping[str, str]
    follows: Mapping[str, str]


@cache
def stream() -> Stream:
    matcher = Matcher([], Lexicon.from_tables(shipped_lexicon()))
    reports: list[Report] = []
    development: dict[str, str] = {}
    follows: dict[str, str] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        for name, table in tomllib.loads(file.read_text("utf-8"))["development"].items():
            if "follows" in table:
                follows[name] = table["follows"]
            for report in made(matcher, name, table["report"]):
                reports.append(report)
                development[report.entry] = name
    reports.sort(key=lambda report: report.document.published)
    return Stream(tuple(reports), development, follows)


def made(matcher: Matcher, name: str, tables: list[dict[str, Any]]) -> Iterator[Report]:
    for number, table in enumerate(tables):
        outlet, at = table["outlet"], table["at"]
        link = f"https://news.example/{name}/{number}"
        fields = {"source": outlet, "language": table["language"], "link": link}
        one = entry(table["title"], table["text"], published=at, seen=at, uid=link, **fields)
        yield Report(link, one, outlet, (), matcher.mentions(one))


@cache
def stories() -> tuple[Story, ...]:
    grouping, found = Grouping(), {}
    for report in stream().reports:
        story = grouping.group(report, report.document.published)
        found[story.id] = story
    return tuple(found.values())


def say(text: str) -> None:
    """Seen with `pytest -s`, and where a test fails."""
    sys.stdout.write(text + "\n")


def test_the_stream_is_what_it_is_to_be() -> None:
    reports, times = stream().reports, [r.document.published for r in stream().reports]
    assert len(reports) >= 150
    assert len(set(stream().development.values())) >= 30
    assert len({report.document.language for report in reports}) >= 5
    assert 18 <= (max(times) - min(times)).days <= 20
    assert set(stream().follows.values()) <= set(stream().development.values())


def test_one_development_is_one_story() -> None:
    story_of = {report.entry: story.id for story in stories() for report in story.reports}
    true = stream().development
    pairs = list(combinations(true, 2))
    merged = [(a, b) for a, b in pairs if story_of[a] == story_of[b] and true[a] != true[b]]
    split = [(a, b) for a, b in pairs if story_of[a] != story_of[b] and true[a] == true[b]]
    right = sum(story_of[a] == story_of[b] and true[a] == true[b] for a, b in pairs)
    precision, recall = right / (right + len(merged)), right / (right + len(split))
    say(f"precision {precision:.3f}, recall {recall:.3f}, {len(stories())} stories")
    for kind, wrong in (("merged", merged), ("split", split)):
        for one, other in wrong:
            say(f"  {kind}: {one.partition('example/')[2]} {other.partition('example/')[2]}")
    assert precision >= PRECISION
    assert recall >= RECALL


def test_a_link_to_the_story_before_is_right() -> None:
    true, follows = stream().development, stream().follows
    links = [(true[s.id], true[s.follows]) for s in stories() if s.follows is not None]
    wrong = [(one, before) for one, before in links if before not in {one, *earlier(one)}]
    say(f"{len(links)} links, wrong: {wrong}; there are {len(follows)} to be found")
    assert len(wrong) <= (1 - FOLLOWS) * len(links)
    assert len({one for one, before in links if one != before}) >= len(follows) // 3


def earlier(development: str) -> Iterator[str]:
    before = stream().follows.get(development)
    while before is not None:
        yield before
        before = stream().follows.get(before)


@pytest.mark.parametrize("stop", [40, 90, 130])
def test_stopped_in_the_middle_it_goes_on_the_same(stop: int) -> None:
    grouping = Grouping()
    for number, report in enumerate(stream().reports):
        if number == stop:
            grouping = Grouping(reversed(list(grouping.stories.values())))
        grouping.group(report, report.document.published)
    by_id = {story.id: story for story in stories()}
    assert grouping.stories == {i: by_id[i] for i in grouping.stories}
