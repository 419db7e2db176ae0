"""/digest: a channel's digest as it would be now."""

from datetime import timedelta
from typing import Final

from bot.commands.handlers.pausing import one_channel
from bot.commands.records import Answer, Asked, CommandContext, SorryError
from bot.configuration.channels import Channel
from bot.configuration.digest_schedule import Period
from bot.pipeline.digest_sending import DigestSending, picture_of

_LENGTHS: Final = {"day": timedelta(days=1), "week": timedelta(weeks=1)}


async def digest(context: CommandContext, asked: Asked) -> Answer:
    """/digest."""
    words = asked.arguments.split()
    wanted = words.pop().lower() if words and words[-1].lower() in _LENGTHS else ""
    channel = one_channel(context, " ".join(words), "/digest with")
    length = wanted or _usual(channel)
    now = context.clock.now()
    digesting = DigestSending(
        context.configuration, context.stored, context.clock, context.address, context.wake
    )
    made = await digesting.digest(channel, Period(now - _LENGTHS[length], now))
    if made is None:
        raise SorryError(f"Nothing was reported to {channel.name} in the last {length}.")
    picture = await picture_of(made.chart)
    return Answer(ready=made.texts, picture=picture, caption=made.caption)


def _usual(channel: Channel) -> str:
    weekly = channel.digest is not None and channel.digest.weekday is not None
    return "week" if weekly else "day"
