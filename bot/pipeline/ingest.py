"""Ingest: polls are matched, grouped and composed, and committed in one transaction."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

import store
from bot.clock import Clock
from bot.configuration.records import Configuration
from bot.messages.drafts import Draft, Messages
from bot.pipeline.floods import Floods
from bot.pipeline.known import GoBack, Known, known_of, recognised, remember, stay
from bot.pipeline.muting import Audience
from bot.pipeline.outcomes import (
    Found,
    Outcome,
    Outcomes,
    Waiting,
    in_order,
    matched,
    parts,
)
from bot.pipeline.outgoing import enqueue
from bot.pipeline.reports import Reports, place
from bot.pipeline.revisions import Change, Revision
from store import Mute, Store
from stories import FOLLOW_WINDOW, Grouping, Story
from watchers import Poll, SourceState, Watcher, fresh, with_owner_checked
from watchers.newness import may_have_missed

# So many polls share one transaction at the most, when they come faster than commits.
MAX_BATCH = 200
FLOODED = (
    "{0} ({1}) brought very much at once: its stories are told together, in one message. "
    "/mute source {1} silences it; flood_entries and flood_stories are the limits."
)


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
        *,
        go_back: GoBack = stay,
    ) -> None:
        """`tell` notifies administrators of floods; `go_back` reads what polls may have missed."""
        self._tell = tell
        self._go_back = go_back
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

        Where entries may have been missed before it, they are read first.

        Raises what went wrong with it; nothing of it is stored then, and it is to be repeated.
        """
        while True:
            done: asyncio.Future[SourceState | None] = asyncio.get_running_loop().create_future()
            await self._waiting.put((poll, done))
            if (state := await done) is not None:
                return state
            poll = await self._go_back(poll, self._recognised)

    async def _recognised(self, poll: Poll) -> AbstractSet[bytes]:
        return await recognised(self._store, poll, self._clock.now())

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
            self._reports.learn(await store.source_homes(db))
        self._grouping = await asyncio.to_thread(Grouping, recent)
        self._remembers.set()
        while True:
            batch = [await self._waiting.get()]
            while not self._waiting.empty() and len(batch) < MAX_BATCH:
                batch.append(self._waiting.get_nowait())
            async with self._committing:
                for part in parts(batch):
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
                    done.set_result(outcome.state if outcome else None)

    async def _commit_together(self, polls: Sequence[Poll]) -> list[Outcome | None]:
        """Commit polls; those before which entries were missed wait, and have no outcome."""
        known = await known_of(self._store, polls, self._clock.now())
        polls = [
            with_owner_checked(poll, known.get(poll.watcher.name, {}).keys()) for poll in polls
        ]
        waits = [may_have_missed(poll, known.get(poll.watcher.name, {}).keys()) for poll in polls]
        ready = [poll for poll, wait in zip(polls, waits, strict=True) if not wait]
        outcomes = iter(await self._commit_ready(ready, known) if ready else ())
        return [None if wait else next(outcomes) for wait in waits]

    async def _commit_ready(self, polls: Sequence[Poll], known: Known) -> Sequence[Outcome]:
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
        await self._tell_of_floods(outcomes.flooding)
        return outcomes.polls

    async def _tell_of_floods(self, flooding: Iterable[Watcher]) -> None:
        for watcher in flooding:
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
            return await enqueue(db, drafts, now, self._edit_every)

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

    def _found(self, polls: Iterable[Poll], known: Known) -> Mapping[str, Sequence[Found]]:
        served = [poll for poll in polls if poll.served]
        new = (entry for poll in served for entry in fresh(poll, known[poll.watcher.name].keys()))
        return matched(self._matcher, new)

    async def _mutes(self) -> Sequence[Mute]:
        async with self._store.read() as db:
            return await store.muted_now(db, self._clock.now())

    def _outcomes(
        self, polls: Sequence[Poll], found: Mapping[str, Sequence[Found]], mutes: Sequence[Mute]
    ) -> Outcomes:
        now = self._clock.now()
        before: dict[str, Story | None] = {}
        changed: dict[str, Story] = {}
        sources: dict[str, set[str]] = {}
        opened: Counter[str] = Counter()
        rewritten: set[str] = set()
        of_polls = [_outcome(poll, found.get(poll.watcher.name, ()), now) for poll in polls]
        served = (one.state for one in of_polls if one.poll.served)
        self._reports.learn({state.watcher: state.home for state in served})
        for entry, matches in in_order(found.values()):
            placed = place(self._reports.of(entry, matches), self._grouping, now)
            if (story := placed.story) is None:
                continue
            if before.setdefault(story.id, placed.before) is None:
                opened[entry.source] += story.id not in changed
            changed[story.id] = story
            sources.setdefault(story.id, set()).add(entry.source)
            if placed.rewritten:
                rewritten.add(story.id)
        flooding = {
            poll.watcher.name
            for poll in polls
            if self._floods.is_flooding(
                poll.watcher.name,
                len(found.get(poll.watcher.name, ())),
                opened[poll.watcher.name],
                now,
            )
        }
        drafts = [
            draft
            for story in changed.values()
            for draft in self._drafts(
                before[story.id], story, mutes, flooding=sources[story.id] <= flooding
            )
        ]
        return Outcomes(
            tuple(of_polls),
            tuple(changed.values()),
            frozenset(rewritten),
            tuple(drafts),
            tuple(poll.watcher for poll in polls if poll.watcher.name in flooding),
        )

    async def _store_outcomes(self, outcomes: Outcomes, known: Known) -> set[str]:
        now = self._clock.now()
        polls = outcomes.polls
        async with self._store.write() as db:
            await store.save_states(
                db,
                [one.poll.after(new=bool(one.found)) for one in polls if not one.poll.pushed],
            )
            new = {one.poll.watcher.name: len(one.found) for one in polls if one.found}
            await store.note_new(db, new, now)
            await remember(db, [one.poll for one in polls], known, now)
            await store.save_entries(db, [found for one in polls for found in one.found])
            for story in outcomes.stories:
                rewritten = story.id in outcomes.rewritten
                await (store.replace_story if rewritten else store.save_story)(db, story)
            return await enqueue(db, outcomes.drafts, now, self._edit_every)


def _outcome(poll: Poll, found: Sequence[Found], now: datetime) -> Outcome:
    state = poll.after(new=bool(found))
    if found:
        state = replace(state, entries=state.entries + len(found), last_new=now)
    return Outcome(poll, state, tuple(found))
