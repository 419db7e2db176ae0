"""What a batch of polls changes, stored in one transaction; and how a batch is made. No I/O."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.messages.drafts import Draft
from rules import Match, Matcher
from stories import Story
from watchers import Entry, Poll, SourceState, Watcher

Found = tuple[Entry, tuple[Match, ...]]
Waiting = tuple[Poll, asyncio.Future[SourceState | None]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one poll of a batch brought: its source's state, and its new entries."""

    poll: Poll
    state: SourceState
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Everything that a batch of polls changes.

    `rewritten` are the ids of stories of which a report was replaced; `flooding` are the sources
    that brought too much at once.
    """

    polls: tuple[Outcome, ...]
    stories: tuple[Story, ...]
    rewritten: frozenset[str]
    drafts: tuple[Draft, ...]
    flooding: tuple[Watcher, ...]


def in_order(found: Iterable[Sequence[Found]]) -> list[Found]:
    """What matched, of all sources, the oldest first: so stories are told as they happened."""
    matching = (one for of_source in found for one in of_source if one[1])
    return sorted(matching, key=lambda one: one[0].published)


def matched(matcher: Matcher, entries: Iterable[Entry]) -> dict[str, list[Found]]:
    """The entries with their matches, by source."""
    found: dict[str, list[Found]] = {}
    for entry in entries:
        matches = matcher.match(entry, now=entry.seen)
        found.setdefault(entry.source, []).append((entry, matches))
    return found


def parts(batch: Iterable[Waiting]) -> Iterator[list[Waiting]]:
    """The polls split into parts with one poll of each source, in order."""
    part: dict[str, Waiting] = {}
    for waiting in batch:
        name = waiting[0].watcher.name
        if name in part:
            yield [*part.values()]
            part = {}
        part[name] = waiting
    yield [*part.values()]
