"""/pause and /resume: channels that keep what they have to send."""

from difflib import get_close_matches

import store
from bot.commands.records import Answer, Asked, Office, SorryError
from bot.commands.words import count
from bot.rendering import escape

ALL = "all"


async def pause(office: Office, asked: Asked) -> Answer:
    """/pause."""
    names = _meant(office, asked, "/pause")
    async with office.stored.write() as db:
        await store.pause(db, names, office.clock.now())
    return Answer(
        f"Paused: {_listed(names)}",
        ("What is for there waits, and comes after /resume.",),
    )


async def resume(office: Office, asked: Asked) -> Answer:
    """/resume."""
    names = _meant(office, asked, "/resume")
    async with office.stored.write() as db:
        await store.resume(db, names)
        counted = await store.counts(db, names)
    for name in names:
        office.wake(name)
    waiting = counted.get(store.Status.PENDING, 0)
    return Answer(f"Sending again: {_listed(names)}", (f"{count(waiting, 'message')} waited.",))


def _meant(office: Office, asked: Asked, command: str) -> list[str]:
    names = [channel.name for channel in office.configuration.channels]
    wanted = asked.arguments.strip()
    if wanted == ALL or (not wanted and len(names) == 1):
        return names
    listed = ", ".join(names)
    if not wanted:
        raise SorryError(f"Which one? {command} {ALL}, or one of: {listed}")
    if wanted not in names:
        close = get_close_matches(wanted, names, n=1)
        meant = f"did you mean {close[0]}?" if close else f"there are: {listed}"
        raise SorryError(f"There is no channel {wanted}; {meant}")
    return [wanted]


def _listed(names: list[str]) -> str:
    return escape(", ".join(names))
