"""/pause and /resume: channels that send nothing for a while."""

from difflib import get_close_matches

import store
from bot.commands.formatting import count
from bot.commands.records import Answer, Asked, CommandContext, SorryError
from bot.configuration.channels import Channel
from bot.messages.rendering import escape

ALL = "all"


async def pause(context: CommandContext, asked: Asked) -> Answer:
    """/pause."""
    names = _meant(context, asked, "/pause")
    async with context.stored.write() as db:
        await store.pause(db, names, context.clock.now())
    return Answer(
        f"Paused: {_listed(names)}",
        ("What is for there waits, and comes after /resume.",),
    )


async def resume(context: CommandContext, asked: Asked) -> Answer:
    """/resume."""
    names = _meant(context, asked, "/resume")
    async with context.stored.write() as db:
        await store.resume(db, names)
        counted = await store.counts(db, names)
    for name in names:
        context.wake(name)
    waiting = counted.get(store.Status.PENDING, 0)
    return Answer(f"Sending again: {_listed(names)}", (f"{count(waiting, 'message')} waited.",))


def one_channel(context: CommandContext, wanted: str, how: str) -> Channel:
    """The channel with a name; without a name, the only one.

    `how` is how to say which.

    Raises:
        SorryError: there is no such channel, or several.
    """
    channels = {channel.name: channel for channel in context.configuration.channels}
    listed = ", ".join(channels)
    if not wanted and len(channels) > 1:
        raise SorryError(f"Which one? {how} one of: {listed}")
    if wanted and wanted not in channels:
        close = get_close_matches(wanted, channels, n=1)
        meant = f"did you mean {close[0]}?" if close else f"there are: {listed}"
        raise SorryError(f"There is no channel {wanted}; {meant}")
    return channels[wanted or listed]


def _meant(context: CommandContext, asked: Asked, command: str) -> list[str]:
    names = [channel.name for channel in context.configuration.channels]
    wanted = asked.arguments.strip()
    if wanted == ALL:
        return names
    return [one_channel(context, wanted, f"{command} {ALL}, or").name]


def _listed(names: list[str]) -> str:
    return escape(", ".join(names))
