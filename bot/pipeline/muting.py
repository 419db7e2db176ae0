"""The effect of mutes: which channels a story still goes to. Pure."""

from collections.abc import Collection
from datetime import datetime

from bot.configuration.records import Configuration
from store import Mute, Muted
from stories import Story


def audible(story: Story, mutes: Collection[Mute], now: datetime) -> tuple[str, ...]:
    """The rules of a story that are not muted; none where the story or all its sources are.

    A rule counts where a report of a source that is not muted matched it.
    """
    silent = {(m.kind, m.name) for m in mutes if m.until is None or m.until > now}
    if (Muted.STORY, story.id) in silent:
        return ()
    heard = (
        match.rule
        for report in story.reports
        if (Muted.SOURCE, report.document.source) not in silent
        for match in report.matches
        if (Muted.RULE, match.rule) not in silent
    )
    return tuple(dict.fromkeys(heard))


def muted(story: Story, mutes: Collection[Mute], now: datetime) -> bool:
    """Whether a story is muted entirely."""
    return not audible(story, mutes, now)


class Audience:
    """The channels of stories, given the mutes."""

    def __init__(self, configuration: Configuration) -> None:
        self._rules = {
            channel.name: {
                rule.name for rule in configuration.rules if channel.name in rule.channels
            }
            for channel in configuration.channels
        }

    def of(self, story: Story, mutes: Collection[Mute], now: datetime) -> frozenset[str]:
        """The names of the channels that a story goes to."""
        heard = set(audible(story, mutes, now))
        return frozenset(name for name, rules in self._rules.items() if rules & heard)
