"""Corrections: merges and splits that users ask for, carried out by the running bot.

What is asked for is a row in the database, whoever asks. The bot looks for such rows, and makes
each of them in one transaction with what it does to stories, messages and mutes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from hashlib import blake2b
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

import store
from bot.clock import Clock
from bot.configuration.channels import Channel
from bot.errors import AmbiguousIdError, NonsenseError, NoSuchIdError
from bot.messages.links import message_link
from bot.pipeline.ingest import Ingest
from bot.pipeline.revisions import Change
from store import Correction, CorrectionKind, CorrectionOutcome, Store
from stories import Report, Story, merged, parted

LOOK_EVERY: Final = 3.0
SHORT: Final = 8
"""Characters of an id that are shown; usually enough to be unique."""

MAX_NEAR: Final = 5
WHY_NOT: Final[Mapping[CorrectionOutcome, str]] = {
    CorrectionOutcome.GONE: "a story of it is forgotten by now",
    CorrectionOutcome.SAME: "both are one story already",
    CorrectionOutcome.ELSEWHERE: "not all of these reports are in that story",
    CorrectionOutcome.ALL: "it would leave nothing of that story",
}

log = structlog.get_logger()


def short(name: str) -> str:
    """The shown form of an id."""
    return name[:SHORT]


async def story_named(db: AsyncConnection, name: str) -> Story:
    """The story with an id prefix, or the one that it was merged into.

    Raises:
        AmbiguousIdError, NoSuchIdError: there are several, or none.
    """
    ids = await store.story_ids(db, name.lower())
    found = await store.current_story(db, _only("story", name.lower(), ids)) if ids else None
    if found is None:
        every = [short(one) for one in await store.story_ids(db)]
        near = await asyncio.to_thread(get_close_matches, name.lower(), every, MAX_NEAR)
        raise NoSuchIdError("story", name, near)
    return found


def reports_named(story: Story, names: Iterable[str]) -> list[Report]:
    """The reports of a story whose entry ids begin with these prefixes.

    Raises:
        AmbiguousIdError, NoSuchIdError: there are several of one, or none.
    """
    every = {report.entry: report for report in story.reports}
    found = []
    for name in names:
        ids = [entry for entry in every if entry.startswith(name.lower())]
        if not ids:
            raise NoSuchIdError("report of this story", name, [short(entry) for entry in every])
        found.append(every[_only("report", name.lower(), ids)])
    return found


async def note(
    db: AsyncConnection, kind: CorrectionKind, story: Story, others: Sequence[str], clock: Clock
) -> int:
    """Store a pending correction of a story; returns its id.

    Raises:
        NonsenseError: it cannot be done.
    """
    into = await store.current_story(db, others[0]) if kind is CorrectionKind.MERGE else None
    outcome = _outcome(kind, story, into, others)
    if outcome is not CorrectionOutcome.DONE:
        raise NonsenseError(WHY_NOT[outcome])
    return await store.add_correction(db, kind, story.id, others, clock.now())


@dataclass
class Mending:
    """The revision of a correction, and its outcome once it is made.

    `story` and `into` are as they are stored: one that is remembered may have grown since.
    `name` is the id of what a split takes out.
    """

    correction: Correction
    clock: Clock
    story: Story | None
    into: Story | None
    links: Mapping[str, str]
    name: str
    outcome: CorrectionOutcome = field(default=CorrectionOutcome.DONE, init=False)

    def changes(self, stories: Mapping[str, Story]) -> Iterator[Change]:
        """What becomes of the stories; see `Revision`."""
        kind, others = self.correction.kind, self.correction.others
        story = stories.get(self.story.id, self.story) if self.story else None
        into = stories.get(self.into.id, self.into) if self.into else None
        self.outcome = _outcome(kind, story, into, others)
        if story is None or self.outcome is not CorrectionOutcome.DONE:
            return
        if into is not None:
            yield from self._merge(story, into, stories)
        else:
            yield from self._split(story)

    async def save(self, db: AsyncConnection) -> None:
        """Note the outcome, and what follows from it; see `Revision`."""
        await store.mark_applied(db, self.correction, self.outcome, self.clock.now())
        is_done = self.outcome is CorrectionOutcome.DONE
        if is_done and self.story is not None and self.into is not None:
            await store.carry_mute(db, self.story.id, self.into.id)

    def _merge(self, gone: Story, into: Story, stories: Mapping[str, Story]) -> Iterator[Change]:
        whole = merged(gone, into, stories)
        yield Change(into, whole)
        yield Change(gone, None, whole, self.links)
        for story in stories.values():
            if story.follows == gone.id and story.id != into.id:
                yield Change(story, replace(story, follows=into.id))

    def _split(self, story: Story) -> Iterator[Change]:
        left, own = parted(story, self.correction.others, self.name)
        yield Change(story, left)
        yield Change(None, own)


class Corrector:
    """Carries out the pending corrections."""

    def __init__(
        self,
        stored: Store,
        ingest: Ingest,
        clock: Clock,
        *,
        channels: Iterable[Channel],
        address: Callable[[Channel], str],
        tell: Callable[[str], Awaitable[None]],
    ) -> None:
        """`tell` notifies administrators of corrections that failed."""
        self._store = stored
        self._ingest = ingest
        self._clock = clock
        self._channels = tuple(channels)
        self._address = address
        self._tell = tell
        self._looking = asyncio.Lock()
        self._failed: set[int] = set()

    async def run(self) -> None:
        """Check for corrections every few seconds, until cancelled."""
        while True:
            for done in await self.look():
                if (why := WHY_NOT.get(done.outcome)) is not None:
                    correction = done.correction
                    await self._tell(f"A {correction.kind} of {short(correction.story)}: {why}.")
            await self._clock.sleep(LOOK_EVERY)

    async def look(self) -> list[Mending]:
        """Carry out all pending corrections."""
        async with self._looking:
            async with self._store.read() as db:
                waiting = await store.waiting_corrections(db)
            return [done for one in waiting if (done := await self._make(one)) is not None]

    async def _make(self, correction: Correction) -> Mending | None:
        """Carry out a correction; an error is logged and retried, and does not end the bot."""
        try:
            done = await self._prepared(correction)
            await self._ingest.revise(done)
        except Exception:
            if correction.id not in self._failed:
                log.exception("a correction failed; it is tried again", id=correction.id)
            self._failed.add(correction.id)
            return None
        log.info("corrected", kind=correction.kind, story=correction.story, outcome=done.outcome)
        return done

    async def _prepared(self, correction: Correction) -> Mending:
        async with self._store.read() as db:
            story = await store.current_story(db, correction.story)
            into, links = None, {}
            if correction.kind is CorrectionKind.MERGE:
                into = await store.current_story(db, correction.others[0])
                links = await self._links(db, into) if into else {}
            name = await _name(db, correction)
        return Mending(correction, self._clock, story, into, links, name)

    async def _links(self, db: AsyncConnection, story: Story) -> dict[str, str]:
        messages = await store.messages_of_stories(db, [story.id])
        by_address = {one.address: message_link(one.address, one.message_id) for one in messages}
        return {
            channel.name: link
            for channel in self._channels
            if (link := by_address.get(self._address(channel)))
        }


async def _name(db: AsyncConnection, correction: Correction) -> str:
    """The id of the story that a split creates.

    Like any story's, it is that of an entry, where no story has it already: of one that had been a
    story of its own, if there is one, so that its message is used again.
    """
    entries = correction.others
    living = {story.id for story in await store.find_stories(db, entries)}
    told = {message.story for message in await store.messages_of_stories(db, entries)}
    free = sorted(
        set(entries) - living, key=lambda entry: (entry not in told, entries.index(entry))
    )
    unique = blake2b(f"{correction.id}\0{correction.story}".encode(), digest_size=10)
    return free[0] if free else unique.hexdigest()


def _outcome(
    kind: CorrectionKind, story: Story | None, into: Story | None, others: Collection[str]
) -> CorrectionOutcome:
    if story is None or (kind is CorrectionKind.MERGE and into is None):
        return CorrectionOutcome.GONE
    if into is not None:
        return CorrectionOutcome.SAME if into.id == story.id else CorrectionOutcome.DONE
    entries = {report.entry for report in story.reports}
    if not others or not entries.issuperset(others):
        return CorrectionOutcome.ELSEWHERE
    return CorrectionOutcome.ALL if len(entries) == len(set(others)) else CorrectionOutcome.DONE


def _only(kind: str, name: str, ids: Sequence[str]) -> str:
    if len(ids) > 1 and name not in ids:
        raise AmbiguousIdError(kind, name, ids[:MAX_NEAR])
    return name if name in ids else ids[0]
