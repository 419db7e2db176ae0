"""Drafts: the texts of a new or changed story for each channel. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.configuration.channels import Channel
from bot.configuration.records import Configuration
from bot.messages.follow_ups import FollowUp, Kind, follow_ups
from bot.messages.labels import LABELS, called
from bot.messages.rendering import ChannelView, render, render_follow_up, render_moved
from store import Urgency
from stories import Story

HELD: Final = timedelta(minutes=2)
"""How long stories of a flood wait, so that more of them are batched."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text for a channel: a story's message, or a follow-up to the message of `reply_to`."""

    channel: str
    story: str
    text: str
    reply_to: str = ""
    silent: bool = False
    due: datetime | None = None
    urgency: Urgency = Urgency.NORMAL
    edit_only: bool = False


class Messages:
    """Composes the messages of stories for the channels of a configuration."""

    def __init__(self, configuration: Configuration) -> None:
        self._pages = {
            channel.name: _view(channel, configuration) for channel in configuration.channels
        }

    def view(self, channel: str) -> ChannelView:
        """How a channel's messages are written."""
        return self._pages[channel]

    def drafts(
        self,
        before: Story | None,
        story: Story,
        stories: Mapping[str, Story],
        now: datetime,
        *,
        flooding: bool = False,
    ) -> Iterator[Draft]:
        """The drafts of a story that is new (`before` is None) or changed.

        `stories` are those that it may follow, by id; a source that is `flooding` opens none that
        are messages of their own.
        """
        earlier = stories.get(story.follows) if story.follows else None
        for page in self._pages.values():
            if _concerns(page, story):
                urgency = _urgency(page, story, spared=flooding and before is None)
                draft = Draft(
                    page.channel.name,
                    story.id,
                    render(story, page, earlier),
                    silent=_is_silent(page, story, urgency, now),
                    due=_due(page, urgency, now),
                    urgency=urgency,
                )
                yield draft
                if before is not None and _concerns(page, before):
                    for follow_up in _told(page, follow_ups(before, story)):
                        key = f"{story.id}/{follow_up.key}"
                        said = render_follow_up(follow_up, story, page)
                        yield replace(draft, story=key, text=said, reply_to=story.id)

    def moved(
        self, gone: Story, into: Story, links: Mapping[str, str], channels: Collection[str]
    ) -> Iterator[Draft]:
        """The drafts of a merged story's message: a pointer to the story that it is part of.

        `links` lead to the other's messages, by channel.
        """
        for page in self._pages.values():
            channel = page.channel.name
            if channel in channels:
                text = render_moved(gone, into, page, links.get(channel, ""))
                yield Draft(channel, gone.id, text)


def _view(channel: Channel, configuration: Configuration) -> ChannelView:
    rules = {rule.name: rule for rule in configuration.rules if channel.name in rule.channels}
    actors = configuration.matcher.lexicon.actors.values()
    names = {actor.id: called(actor, channel.language) for actor in actors}
    return ChannelView(channel, LABELS[channel.language], rules, names)


def _told(page: ChannelView, every: Iterable[FollowUp]) -> Iterator[FollowUp]:
    """The follow-ups that a channel wants: its readers are not woken for a number of sources."""
    for follow_up in every:
        if follow_up.kind is not Kind.SOURCES or page.channel.tell_sources:
            yield follow_up


def _concerns(page: ChannelView, story: Story) -> bool:
    return any(name in page.rules for name in story.rules)


def _urgency(page: ChannelView, story: Story, *, spared: bool) -> Urgency:
    if any(page.rules[name].priority for name in story.rules if name in page.rules):
        return Urgency.PRIORITY
    return Urgency.BULK if spared else Urgency.NORMAL


def _is_silent(page: ChannelView, story: Story, urgency: Urgency, now: datetime) -> bool:
    if all(page.rules[name].quiet for name in story.rules if name in page.rules):
        return True
    channel = page.channel
    return (
        urgency is Urgency.PRIORITY
        and channel.silent_in_quiet_hours
        and channel.quiet_hours is not None
        and channel.quiet_hours.until(now, channel.timezone) is not None
    )


def _due(page: ChannelView, urgency: Urgency, now: datetime) -> datetime:
    """The earliest time to send: at once for priority, else after quiet hours."""
    if urgency is Urgency.PRIORITY:
        return now
    hours = page.channel.quiet_hours
    quiet_until = hours.until(now, page.channel.timezone) if hours else None
    return quiet_until or (now + HELD if urgency is Urgency.BULK else now)
