"""Records for tests, with every field that does not matter filled in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from rules import Evidence, Field, Match
from stories import Report, Story
from watchers import Entry

NOON = datetime(2023, 6, 12, 12, tzinfo=UTC)


def entry(title: str = "Iran and US hold talks in Muscat", text: str = "", **fields: Any) -> Entry:
    defaults = {
        "source": "courier",
        "uid": title,
        "link": "https://courier.example/1",
        "author": "",
        "categories": (),
        "language": "en",
        "published": NOON,
        "dated": True,
        "seen": NOON + timedelta(minutes=1),
    }
    return Entry(title=title, text=text, **{**defaults, **fields})


def match(rule: str = "talks", *spans: tuple[Field, int, int]) -> Match:
    return Match(rule, tuple(Evidence(f, start, end, "term", "part") for f, start, end in spans))


def report(one: Entry | None = None, *matches: Match, outlet: str = "Gulf Courier") -> Report:
    one = one or entry()
    return Report(f"{one.source}/{one.uid}", one, outlet, matches or (match(),))


def story(*reports: Report) -> Story:
    reports = reports or (report(),)
    return Story(reports[0].entry, NOON, NOON, reports)
