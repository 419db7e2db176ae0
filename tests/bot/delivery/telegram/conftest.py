"""The strict fake server, with a channel, and the destination that talks to it."""

from collections.abc import AsyncIterator

import pytest

from bot.delivery.telegram.client import open_telegram
from bot.delivery.telegram.destination import TelegramDestination
from tests.bot.delivery.telegram.making import CHAT, Time
from tests.fakebotapi import TOKEN, FakeBotApi


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def telegram(time: Time) -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi(clock=time.now) as server:
        server.add_chat(CHAT, username="talks", last_id=40)
        yield server


@pytest.fixture
async def destination(telegram: FakeBotApi) -> AsyncIterator[TelegramDestination]:
    async with open_telegram(TOKEN, telegram.url, limited=False) as opened:
        yield opened
