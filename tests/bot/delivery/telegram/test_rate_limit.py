"""Telegram's limits are kept to before it says so."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.configuration.channels import Channel
from bot.delivery.destination import Seen
from bot.delivery.telegram.client import open_telegram
from tests.fakebotapi import TOKEN, FakeBotApi, Limits
from tests.simulated import SimulatedLoop, simulated

GROUP, PERSON = -1001000000001, 77


def _clock(loop: SimulatedLoop) -> Callable[[], datetime]:
    begin = datetime(2023, 6, 12, tzinfo=UTC)
    return lambda: begin + timedelta(seconds=loop.time())


async def _sends(loop: SimulatedLoop, chats: list[int], each: int) -> list[datetime]:
    """When messages that are sent as fast as it goes stand in their chats."""
    async with (
        FakeBotApi(clock=_clock(loop), limits=Limits()) as telegram,
        open_telegram(TOKEN, telegram.url) as destination,
    ):
        for chat in chats:
            telegram.add_chat(chat, type="private" if chat > 0 else "channel")

        async def send(chat: int) -> None:
            channel = Channel(str(chat), str(chat))
            for number in range(each):
                await destination.send(channel, f"message {number}")

        async with asyncio.TaskGroup() as tasks:
            for chat in chats:
                tasks.create_task(send(chat))
        telegram.assert_clean()
        return [one.date for chat in chats for one in telegram.messages(chat)]


@pytest.mark.parametrize(
    ("chats", "each", "minutes"),
    [([GROUP], 45, (2, 3)), ([PERSON], 45, (0.7, 1)), ([GROUP - n for n in range(60)], 2, (0, 1))],
)
def test_no_limit_is_met_however_much_is_sent(
    chats: list[int], each: int, minutes: tuple[float, float]
) -> None:
    with simulated() as loop:
        times = loop.run_until_complete(_sends(loop, chats, each))
    took = (max(times) - min(times)) / timedelta(minutes=1)
    assert minutes[0] <= took <= minutes[1]


async def _looks(loop: SimulatedLoop) -> tuple[Seen, float]:
    """What is seen of a message, and how long its copy stood in the chat."""
    async with (
        FakeBotApi(clock=_clock(loop), limits=Limits()) as telegram,
        open_telegram(TOKEN, telegram.url) as destination,
    ):
        telegram.add_chat(GROUP, type="supergroup")
        channel = Channel("group", str(GROUP))
        message = await destination.send(channel, "a message")
        await asyncio.sleep(60)
        began = loop.time()
        seen = await destination.look(channel, message, "a message")
        assert len(telegram.messages(GROUP)) == 1
        return seen, loop.time() - began


def test_a_copy_that_is_looked_at_is_taken_away_at_once() -> None:
    with simulated() as loop:
        seen, stood = loop.run_until_complete(_looks(loop))
    assert seen is Seen.THIS
    assert stood < 0.5
