"""Which keys of what polls bring are known, and which are to be remembered."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

import store
from store import Store
from watchers import Poll
from watchers.newness import recognise

Known = Mapping[str, Mapping[bytes, bool]]
"""By source, the served keys that are known, and whether each has to be stored again."""

GoBack = Callable[[Poll, Callable[[Poll], Awaitable[AbstractSet[bytes]]]], Awaitable[Poll]]
"""Adds to a poll what the source served before it, given what tells which entries are known."""


async def stay(poll: Poll, _: Callable[[Poll], Awaitable[AbstractSet[bytes]]]) -> Poll:
    """Take a poll as it is, whatever may have been missed before it."""
    return replace(poll, went_back=True)


async def known_of(stored: Store, polls: Iterable[Poll], now: datetime) -> Known:
    """The known keys of polls of different sources, those of versions before among them."""
    served = [poll for poll in polls if poll.served]
    if not served:
        return {}
    async with stored.read() as db:
        known = await store.known_keys(db, {one.watcher.name: keys_of(one) for one in served}, now)
        # Most of what is served is known: for the rest, older keys are asked for.
        former = {
            poll.watcher.name: keys
            for poll in served
            if (keys := _former_keys(poll, known[poll.watcher.name]))
        }
        if former:
            for name, found in (await store.known_keys(db, former, now)).items():
                known[name] |= found
    return known


async def recognised(stored: Store, poll: Poll, now: datetime) -> AbstractSet[bytes]:
    """The first keys of those entries of a poll that are known."""
    known = await known_of(stored, [poll], now)
    return recognise(poll, known[poll.watcher.name].keys())


async def remember(db: AsyncConnection, polls: Sequence[Poll], known: Known, now: datetime) -> None:
    """Store the keys of polls that are not known, or were stored long ago."""
    served = {
        poll.watcher.name: store.to_remember(keys_of(poll), known[poll.watcher.name])
        for poll in polls
        if poll.served
    }
    await store.remember_keys(db, served, now)


def keys_of(poll: Poll) -> frozenset[bytes]:
    """All keys of what a poll brought."""
    return frozenset(key for one in poll.served for key in one.keys)


def _former_keys(poll: Poll, known: Mapping[bytes, bool]) -> list[bytes]:
    recognised = recognise(poll, known.keys())
    unknown = (one for one in poll.served if one.keys[0] not in recognised)
    return [key for one in unknown for key in one.former_keys]
