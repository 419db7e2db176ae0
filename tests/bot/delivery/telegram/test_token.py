"""The token: wrong, checked late, checked through an outage."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from bot.clock import Clock
from bot.delivery.telegram.client import open_telegram
from bot.delivery.telegram.destination import TelegramDestination
from bot.errors import TokenRefusedError
from tests.bot.delivery.telegram.making import (
    CHANNEL,
    Time,
    shown,
)
from tests.fakebotapi import TOKEN, FakeBotApi, faults


@pytest.mark.parametrize("token", ["123:wrong", "not a token", "123:a\nb", "", f"{TOKEN}x"])
async def test_a_wrong_token_is_refused_and_not_shown(telegram: FakeBotApi, token: str) -> None:
    with pytest.raises(TokenRefusedError) as raised:
        async with open_telegram(token, telegram.url):
            pass
    chain: Sequence[BaseException | None] = (raised.value, raised.value.__cause__)
    assert not token or all(token not in repr(error) for error in chain)


@asynccontextmanager
async def opened_in_an_outage(
    telegram: FakeBotApi, token: str
) -> AsyncIterator[TelegramDestination]:
    """A courier that was opened when Telegram could not be reached; now it can."""
    up = asyncio.Event()

    async def sleep(_: float) -> None:
        await up.wait()

    async with AsyncExitStack() as opened:
        async with telegram.outage():
            opening = open_telegram(token, telegram.url, clock=Clock(sleep=sleep))
            destination = await opened.enter_async_context(opening)
        up.set()
        yield destination


async def test_the_bot_starts_while_telegram_cannot_be_reached(
    telegram: FakeBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.telegram.client.FIRST_ANSWER", 0.05)
    async with opened_in_an_outage(telegram, TOKEN) as destination:
        await destination.send(CHANNEL, "one")
    assert shown(telegram) == ["one"]


async def test_a_token_that_is_refused_late_stops_what_is_sent(
    telegram: FakeBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.telegram.client.FIRST_ANSWER", 0.05)
    async with opened_in_an_outage(telegram, "123:wrong") as destination:
        with pytest.raises(TokenRefusedError):
            await destination.send(CHANNEL, "one")


async def test_getting_the_token_checked_waits_as_long_as_it_is_told(
    telegram: FakeBotApi, time: Time
) -> None:
    telegram.script("getMe", faults.TooManyRequests(9), faults.ServerError(502))
    async with open_telegram(TOKEN, f"{telegram.url}/", clock=time.clock) as destination:
        await destination.send(CHANNEL, "one")
    assert time.slept == [9, 1]
