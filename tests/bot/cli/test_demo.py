"""The timeline of the demo shows what stories are for."""

import tomllib
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from bot.configuration.loading import load
from bot.messages.follow_ups import Kind, follow_ups
from stories import Grouping, Report, Stance, Story, independent, stance_of
from tests.making import NOON, entry


def test_one_message_grows_from_a_report_to_a_confirmation() -> None:
    folder = files("bot.cli.demo")
    configuration = load(Path(str(folder / "config.toml")))
    timeline = tomllib.loads((folder / "timeline.toml").read_text("utf-8"))
    outlets = {outlet["name"]: outlet for outlet in timeline["outlet"]}
    grouping, told = Grouping(), dict[str, Story]()
    taken: list[Kind] = []
    for item in timeline["item"]:
        at, outlet = NOON + timedelta(seconds=item["after"]), outlets[item["outlet"]]
        one = entry(
            item["headline"],
            item["text"],
            source=outlet["name"],
            language=outlet["language"],
            link=f"https://{outlet['name']}.example/{item['after']}",
            published=at,
        )
        if matches := configuration.matcher.match(one, now=at):
            mentions = configuration.matcher.mentions(one)
            reading = stance_of(one, mentions, configuration.matcher.lexicon.above)
            report = Report(one.uid, one, outlet["title"], matches, mentions, reading)
            story = grouping.group(report, at)
            taken += [turn.kind for turn in follow_ups(told.get(story.id, story), story)]
            told[story.id] = story
    first, second = told.values()
    assert {report.document.language for report in first.reports} == {"en", "ar"}
    assert {report.reading.stance for report in first.reports} == set(Stance)
    assert (len(first.reports), len(independent(first))) == (6, 4)
    assert taken == [Kind.SOURCES, Kind.DENIED, Kind.CONFIRMED]
    assert len(second.reports) == 1
    assert len(timeline["item"]) == 8
