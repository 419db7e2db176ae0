"""Counts of mentions of topics and actors by day. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

from bot.configuration.digest_schedule import Period
from bot.messages.chart import MAX_SERIES, Chart, Group, Series
from bot.messages.labels import called
from bot.messages.localisation import span
from bot.messages.rendering import ChannelView
from rules import Lexicon
from stories import Story

_ACTOR, _TOPIC = "actor:", "topic:"


def chart(
    stories: Iterable[Story], period: Period, page: ChannelView, lexicon: Lexicon
) -> Chart | None:
    """The mentions in a channel's stories by day, as a chart; None where there are none."""
    language, zone = page.channel.language, page.channel.timezone
    days = period.days(zone)
    counts = _counts(stories, days)
    topics = {
        _TOPIC + topic.id: called(topic, language)
        for topic in lexicon.topics.values()
        if not topic.hidden
    }
    actors = {_ACTOR + name: called for name, called in page.names.items()}
    groups = (
        Group(page.labels.topics, _most(counts, topics)),
        Group(page.labels.actors, _most(counts, actors)),
    )
    if not any(group.series for group in groups):
        return None
    return Chart(
        page.labels.mentions,
        span(period.begin, period.end, zone, language),
        # A day from 23:00 to 23:00 is for the most part the second of the two.
        tuple((d.begin + (d.end - d.begin) / 2).astimezone(zone).date() for d in days),
        groups,
        language,
        page.channel.digest_theme,
    )


def _counts(stories: Iterable[Story], days: tuple[Period, ...]) -> Mapping[str, tuple[int, ...]]:
    """By topic or actor, the number of reports that mention it on each day."""
    counted: list[Counter[str]] = [Counter() for _ in days]
    for story in stories:
        for report in story.reports:
            for number, day in enumerate(days):
                if day.includes(report.document.published):
                    counted[number].update({one.part for one in report.mentions})
    parts = {part for one in counted for part in one}
    return {part: tuple(one[part] for one in counted) for part in parts}


def _most(counts: Mapping[str, tuple[int, ...]], names: Mapping[str, str]) -> tuple[Series, ...]:
    found = [Series(name, counts[part]) for part, name in names.items() if part in counts]
    return tuple(sorted(found, key=lambda one: (-one.total, one.name))[:MAX_SERIES])
