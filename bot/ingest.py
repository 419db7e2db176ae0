"""From polls to stored stories: match, group, render, and commit with the source's new state."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import store
from bot.channels import Channel
from bot.clock import Clock
from bot.config import Configuration
from bot.rendering import render
from rules import Match, Matcher, Rule
from store import Store
from stories import WINDOW, Report, Story, group
from watchers import Entry, Poll, SourceState, fresh

# So many polls share one transaction at the most, when they come faster than commits.
MAX_BATCH = 200

Found = tuple[Entry, tuple[Match, ...]]
Waiting = tuple[Poll, asyncio.Future[SourceState]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one poll changes: stored whole, or not at all."""

    poll: Poll
    state: SourceState
    found: tuple[Found, ...]
    stories: tuple[Story, ...]
    letters: tuple[tuple[str, str, str], ...]


class Ingest:
    """Takes polls and commits what they bring; `deliver` is told each channel with news.

    Polls that wait at the same time are committed together: one transaction each would cost more
    than the poll itself. Call it to hand a poll over; it returns when the poll is committed.
    """

    def __init__(
        self,
        configuration: Configuration,
        stored: Store,
        clock: Clock,
        deliver: Callable[[str], None],
    ) -> None:
        self._configuration = configuration
        self._routes = Routes(configuration)
        self._outlets = {w.name: w.title for w in configuration.watchers}
        self._store = stored
        self._clock = clock
        self._deliver = deliver
        self._waiting: asyncio.Queue[Waiting] = asyncio.Queue()
        self._recent: dict[str, Story] = {}

    async def __call__(self, poll: Poll) -> SourceState:
        """Commit a poll and return its source's new state.

        Raises what went wrong with it; nothing of it is stored then, and it is to be repeated.
        """
        done: asyncio.Future[SourceState] = asyncio.get_running_loop().create_future()
        await self._waiting.put((poll, done))
        return await done

    async def run(self) -> None:
        """Commit until cancelled."""
        async with self._store.read() as db:
            stories = await store.recent_stories(db, self._clock.now() - WINDOW)
        self._recent = {story.id: story for story in stories}
        while True:
            batch = [await self._waiting.get()]
            while not self._waiting.empty() and len(batch) < MAX_BATCH:
                batch.append(self._waiting.get_nowait())
            await self._commit(batch)

    async def _commit(self, batch: Sequence[Waiting]) -> None:
        try:
            outcomes = await self._commit_together([poll for poll, _ in batch])
        except Exception as error:  # noqa: BLE001  it belongs to the poll that brought it
            if len(batch) > 1:
                for one in batch:
                    await self._commit([one])
            elif not (done := batch[0][1]).done():
                done.set_exception(error)
        else:
            for (_, done), outcome in zip(batch, outcomes, strict=True):
                if not done.done():
                    done.set_result(outcome.state)

    async def _commit_together(self, polls: Sequence[Poll]) -> list[Outcome]:
        new = await self._new_entries(polls)
        # Matching a flood of entries would hold up everything else on the loop.
        found = await asyncio.to_thread(matched, self._configuration.matcher, new) if new else {}
        recent = dict(self._recent)
        outcomes = [self._outcome(poll, found.get(poll.watcher.name, ()), recent) for poll in polls]
        channels = await self._store_outcomes(outcomes)
        horizon = self._clock.now() - WINDOW
        self._recent = {id_: story for id_, story in recent.items() if story.opened >= horizon}
        for channel in channels:
            self._deliver(channel)
        return outcomes

    async def _new_entries(self, polls: Sequence[Poll]) -> list[Entry]:
        served = [poll for poll in polls if poll.served]
        if not served:
            return []
        new: list[Entry] = []
        async with self._store.read() as db:
            for poll in served:
                keys = {key for one in poll.served for key in one.keys}
                known = await store.known_keys(db, poll.watcher.name, keys)
                new.extend(fresh(poll, known))
        return new

    def _outcome(self, poll: Poll, found: Sequence[Found], recent: dict[str, Story]) -> Outcome:
        changed: dict[str, Story] = {}
        for entry, matches in found:
            if matches:
                outlet = self._outlets.get(entry.source, entry.source)
                report = Report(store.entry_id(entry), entry, outlet, matches)
                story = group(report, recent.values(), self._clock.now())
                recent[story.id] = changed[story.id] = story
        letters = [letter for story in changed.values() for letter in self._routes.letters(story)]
        state = poll.state
        if found:
            now = self._clock.now()
            state = replace(state, entries=state.entries + len(found), last_new=now)
        return Outcome(poll, state, tuple(found), tuple(changed.values()), tuple(letters))

    async def _store_outcomes(self, outcomes: Sequence[Outcome]) -> set[str]:
        now = self._clock.now()
        channels: set[str] = set()
        async with self._store.write() as db:
            await store.save_states(db, [outcome.state for outcome in outcomes])
            for outcome in outcomes:
                keys = (key for one in outcome.poll.served for key in one.keys)
                await store.remember_keys(db, outcome.poll.watcher.name, keys, now)
                await store.save_entries(db, outcome.found)
                for story in outcome.stories:
                    await store.save_story(db, story)
                for channel, story_id, text in outcome.letters:
                    if await store.enqueue(db, channel, story_id, text, now):
                        channels.add(channel)
        return channels


class Routes:
    """Which stories go to which channels, and as what text."""

    def __init__(self, configuration: Configuration) -> None:
        self._channels: list[tuple[Channel, Mapping[str, Rule]]] = [
            (channel, {r.name: r for r in configuration.rules if channel.name in r.channels})
            for channel in configuration.channels
        ]

    def letters(self, story: Story) -> Iterable[tuple[str, str, str]]:
        """The channel, story and text of each message that the story is or changes."""
        for channel, rules in self._channels:
            if any(name in rules for name in story.rules):
                yield channel.name, story.id, render(story, rules, channel.timezone)


def matched(matcher: Matcher, entries: Iterable[Entry]) -> dict[str, list[Found]]:
    """The entries with what the rules make of each, by source."""
    found: dict[str, list[Found]] = {}
    for entry in entries:
        matches = matcher.match(entry, now=entry.seen)
        found.setdefault(entry.source, []).append((entry, matches))
    return found
