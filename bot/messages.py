"""Which messages a story is, or changes, and where they go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.channels import Channel
from bot.config import Configuration
from bot.labels import LABELS, Language
from bot.rendering import Page, render, render_turn
from bot.turns import turns
from rules import Lexicon
from stories import Story


@dataclass(frozen=True, slots=True)
class Draft:
    """A text for a channel: a story's message, or what stands under the one of `reply_to`."""

    channel: str
    story: str
    text: str
    reply_to: str = ""
    silent: bool = False
    due: datetime | None = None


class Messages:
    """Writes the messages of stories for the channels of a configuration."""

    def __init__(self, configuration: Configuration) -> None:
        self._pages = [_page(channel, configuration) for channel in configuration.channels]

    def drafts(
        self, before: Story | None, story: Story, stories: Mapping[str, Story], now: datetime
    ) -> Iterator[Draft]:
        """What a story that was opened, or was `before`, is to each channel now.

        `stories` are those that it may follow, by id.
        """
        earlier = stories.get(story.follows) if story.follows else None
        for page in self._pages:
            if _concerns(page, story):
                due = _due(page, story, now)
                text = render(story, page, earlier)
                silent = _is_quiet(page, story)
                yield Draft(page.channel.name, story.id, text, silent=silent, due=due)
                if before is not None and _concerns(page, before):
                    for turn in turns(before, story):
                        key = f"{story.id}/{turn.key}"
                        said = render_turn(turn, story, page)
                        yield Draft(page.channel.name, key, said, story.id, silent, due)


def _page(channel: Channel, configuration: Configuration) -> Page:
    rules = {rule.name: rule for rule in configuration.rules if channel.name in rule.channels}
    names = _names(configuration.matcher.lexicon, channel.language)
    return Page(channel, LABELS[channel.language], rules, names)


def _concerns(page: Page, story: Story) -> bool:
    return any(name in page.rules for name in story.rules)


def _is_quiet(page: Page, story: Story) -> bool:
    return all(page.rules[name].quiet for name in story.rules if name in page.rules)


def _due(page: Page, story: Story, now: datetime) -> datetime:
    """When the story may be sent: at the end of quiet hours, or at once where it has priority."""
    hours = page.channel.quiet_hours
    if hours is None or any(page.rules[n].priority for n in story.rules if n in page.rules):
        return now
    return hours.until(now, page.channel.timezone) or now


def _names(lexicon: Lexicon, language: Language) -> Mapping[str, str]:
    """What actors are called in a language."""
    if language is Language.ENGLISH:
        return {actor.id: actor.name for actor in lexicon.actors.values()}
    return {
        actor.id: next(iter(actor.names.get(language, ())), actor.name).lstrip("=")
        for actor in lexicon.actors.values()
    }
