"""Ingest: polls are matched, grouped and composed, and committed in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

import store
from bot.clock import Clock
from bot.configuration.records import Configuration
from bot.messages.drafts import Draft, Messages
from bot.pipeline.floods import Floods
from bot.pipeline.muting import Audience
from bot.pipeline.reports import Reports, place
from bot.pipeline.revisions import Change, Revision
from rules import Match, Matcher
from store import Mute, Store
from stories import FOLLOW_WINDOW, Grouping, Story
from watchers import Entry, Poll, SourceState, fresh, with_owner_checked

# So many polls share one transaction at the most, when they come faster than commits.
MAX_BATCH = 200
FLOODED = (
    "{0} ({1}) brought very much at once: its stories are told together, in one message. "
    "/mute source {1} silences it; flood_entries and flood_stories are the limits."
)

Found = tuple[Entry, tuple[Match, ...]]
Waiting = tuple[Poll, asyncio.Future[SourceState]]
Known = Mapping[str, Mapping[bytes, bool]]
"""By source, the served keys that are known, and whether each has to be stored again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that one poll changes, stored atomically.

    `rewritten` are the ids of stories of which a report was replaced.
    """

    poll: Poll
    state: SourceState
    found: tuple[Found, ...]
    stories: tuple[Story, ...]
    drafts: tuple[Draft, ...]
    flooding: bool = False
    rewritten: frozenset[str] = frozenset()


class Ingest:
    """Ingests polls; `deliver` is called for each channel with new outbox rows.

    Polls that wait at the same time are committed together: one transaction each would cost more
    than the poll itself. Call it to hand a poll over; it returns when the poll is committed.
    """

    def __init__(
        self,
        configuration: Configuration,
        stored: Store,
        clock: Clock,
        deliver: Callable[[str], None],
        tell: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """`tell` notifies administrators of floods."""
        self._tell = tell
        self._floods = Floods(configuration.flood)
        self._matcher = configuration.matcher
        self._messages = Messages(configuration)
        self._audience = Audience(configuration)
        self._reports = Reports(configuration.watchers, configuration.matcher)
        self._store = stored
        self._clock = clock
        self._deliver = deliver
        self._edit_every = configuration.edit_every
        self._waiting: asyncio.Queue[Waiting] = asyncio.Queue()
        self._grouping = Grouping()
        self._remembers = asyncio.Event()
        self._committing = asyncio.Lock()

    async def __call__(self, poll: Poll) -> SourceState:
        """Commit a poll and return its source's new state.

        Raises what went wrong with it; nothing of it is stored then, and it is to be repeated.
        """
        done: asyncio.Future[SourceState] = asyncio.get_running_loop().create_future()
        await self._waiting.put((poll, done))
        return await done

    async def revise(self, revision: Revision) -> None:
        """Commit a revision of stories.

        Raises what went wrong; nothing of it is stored then.
        """
        await self._remembers.wait()
        async with self._committing:
            try:
                channels = await self._revise(revision)
            except BaseException:
                self._grouping.undo()
                raise
            self._grouping.keep()
        for channel in channels:
            self._deliver(channel)

    async def run(self) -> None:
        """Commit until cancelled."""
        async with self._store.read() as db:
            recent = await store.recent_stories(db, self._clock.now() - FOLLOW_WINDOW)
            self._reports.learn((await store.source_states(db)).values())
        self._grouping = await asyncio.to_thread(Grouping, recent)
        self._remembers.set()
        while True:
            batch = [await self._waiting.get()]
            while not self._waiting.empty() and len(batch) < MAX_BATCH:
                batch.append(self._waiting.get_nowait())
            async with self._committing:
                for part in _parts(batch):
                    await self._commit(part)

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
        known = await self._known(polls)
        polls = [
            with_owner_checked(poll, known.get(poll.watcher.name, {}).keys()) for poll in polls
        ]
        # Making a flood of entries plain and matching it would hold up everything else on the loop.
        found = await asyncio.to_thread(self._found, polls, known) if known else {}
        try:
            if found:
                mutes = await self._mutes()
                outcomes = await asyncio.to_thread(self._outcomes, polls, found, mutes)
            else:
                outcomes = self._outcomes(polls, {}, ())
            channels = await self._store_outcomes(outcomes, known)
        except BaseException:
            self._grouping.undo()
            raise
        self._grouping.keep()
        for channel in channels:
            self._deliver(channel)
        await self._tell_of_floods(outcomes)
        return outcomes

    async def _tell_of_floods(self, outcomes: Iterable[Outcome]) -> None:
        for watcher in (outcome.poll.watcher for outcome in outcomes if outcome.flooding):
            if self._tell is not None:
                await self._tell(FLOODED.format(watcher.title, watcher.name))

    async def _revise(self, revision: Revision) -> set[str]:
        now = self._clock.now()
        changes = tuple(revision.changes(self._grouping.stories))
        # All are dropped first: a report must not be in two stories, not even on its way.
        for change in changes:
            if change.before is not None:
                self._grouping.drop(change.before.id)
        for change in changes:
            if change.after is not None:
                self._grouping.put(change.after)
        async with self._store.write() as db:
            await revision.save(db)
            told = {
                change.before.id: await store.withdraw(db, change.before.id)
                for change in changes
                if change.before is not None and change.moved_to is not None
            }
            for change in changes:
                if change.after is not None:
                    await store.replace_story(db, change.after)
                elif change.before is not None:
                    await store.drop_story(db, change.before.id)
            mutes = await store.muted_now(db, now)
            drafts = await asyncio.to_thread(lambda: [*self._revised(changes, mutes, told)])
            return await self._enqueue(db, drafts, now)

    def _revised(
        self,
        changes: Iterable[Change],
        mutes: Sequence[Mute],
        told: Mapping[str, Collection[str]],
    ) -> Iterator[Draft]:
        for change in changes:
            if change.after is not None:
                # A correction is no news, so no follow-up is sent: as if nothing had been before.
                for draft in self._drafts(None, change.after, mutes):
                    yield replace(draft, edit_only=change.edits_only)
            elif change.before is not None and change.moved_to is not None:
                gone, into = change.before, change.moved_to
                yield from self._messages.moved(gone, into, change.links, told[gone.id])

    def _drafts(
        self, before: Story | None, story: Story, mutes: Sequence[Mute], *, flooding: bool = False
    ) -> Iterator[Draft]:
        now = self._clock.now()
        audience = self._audience.of(story, mutes, now)
        stories = self._grouping.stories
        for draft in self._messages.drafts(before, story, stories, now, flooding=flooding):
            if draft.channel in audience:
                yield draft

    async def _known(self, polls: Sequence[Poll]) -> Known:
        served = {poll.watcher.name: _keys(poll) for poll in polls if poll.served}
        if not served:
            return {}
        async with self._store.read() as db:
            return await store.known_keys(db, served, self._clock.now())

    def _found(self, polls: Iterable[Poll], known: Known) -> Mapping[str, Sequence[Found]]:
        served = [poll for poll in polls if poll.served]
        new = (entry for poll in served for entry in fresh(poll, known[poll.watcher.name].keys()))
        return matched(self._matcher, new)

    async def _mutes(self) -> Sequence[Mute]:
        async with self._store.read() as db:
            return await store.muted_now(db, self._clock.now())

    def _outcomes(
        self, polls: Sequence[Poll], found: Mapping[str, Sequence[Found]], mutes: Sequence[Mute]
    ) -> list[Outcome]:
        return [self._outcome(poll, found.get(poll.watcher.name, ()), mutes) for poll in polls]

    def _outcome(self, poll: Poll, found: Sequence[Found], mutes: Sequence[Mute]) -> Outcome:
        before: dict[str, Story | None] = {}
        changed: dict[str, Story] = {}
        rewritten: set[str] = set()
        for entry, matches in found:
            report = self._reports.of(entry, matches) if matches else None
            placed = report and place(report, self._grouping, self._clock.now())
            if placed and placed.story:
                before.setdefault(placed.story.id, placed.before)
                changed[placed.story.id] = placed.story
                if placed.rewritten:
                    rewritten.add(placed.story.id)
        opened = sum(story is None for story in before.values())
        flooding = self._floods.is_flooding(
            poll.watcher.name, len(found), opened, self._clock.now()
        )
        drafts = tuple(
            draft
            for story in changed.values()
            for draft in self._drafts(before[story.id], story, mutes, flooding=flooding)
        )
        state = poll.after(new=bool(found))
        if found:
            now = self._clock.now()
            state = replace(state, entries=state.entries + len(found), last_new=now)
        self._reports.learn([state])
        return Outcome(
            poll,
            state,
            tuple(found),
            tuple(changed.values()),
            drafts,
            flooding,
            frozenset(rewritten),
        )

    async def _store_outcomes(self, outcomes: Sequence[Outcome], known: Known) -> set[str]:
        now = self._clock.now()
        channels: set[str] = set()
        async with self._store.write() as db:
            await store.save_states(
                db,
                [one.poll.after(new=bool(one.found)) for one in outcomes if not one.poll.pushed],
            )
            new = {one.poll.watcher.name: len(one.found) for one in outcomes if one.found}
            await store.note_new(db, new, now)
            served = {
                name: store.to_remember(_keys(poll), known[name])
                for name, poll in ((one.poll.watcher.name, one.poll) for one in outcomes)
                if poll.served
            }
            await store.remember_keys(db, served, now)
            await store.save_entries(db, [one for outcome in outcomes for one in outcome.found])
            for outcome in outcomes:
                for story in outcome.stories:
                    rewritten = story.id in outcome.rewritten
                    await (store.replace_story if rewritten else store.save_story)(db, story)
                channels |= await self._enqueue(db, outcome.drafts, now)
        return channels

    async def _enqueue(
        self, db: AsyncConnection, drafts: Iterable[Draft], now: datetime
    ) -> set[str]:
        """Put drafts into the outbox; returns the channels that have something new to send."""
        channels = set()
        for draft in drafts:
            if await store.enqueue(
                db,
                draft.channel,
                draft.story,
                draft.text,
                now,
                reply_to=draft.reply_to,
                silent=draft.silent,
                due=draft.due,
                spacing=self._edit_every,
                urgency=draft.urgency,
                edit_only=draft.edit_only,
            ):
                channels.add(draft.channel)
        return channels


def _keys(poll: Poll) -> frozenset[bytes]:
    return frozenset(key for one in poll.served for key in one.keys)


def _parts(batch: Iterable[Waiting]) -> Iterator[list[Waiting]]:
    """The polls split into parts with one poll of each source, in order."""
    part: dict[str, Waiting] = {}
    for waiting in batch:
        name = waiting[0].watcher.name
        if name in part:
            yield [*part.values()]
            part = {}
        part[name] = waiting
    yield [*part.values()]


def matched(matcher: Matcher, entries: Iterable[Entry]) -> dict[str, list[Found]]:
    """The entries with their matches, by source."""
    found: dict[str, list[Found]] = {}
    for entry in entries:
        matches = matcher.match(entry, now=entry.seen)
        found.setdefault(entry.source, []).append((entry, matches))
    return found
