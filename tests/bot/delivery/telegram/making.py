"""Telegram as the tests of its destination have it: one channel, one topic, a clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import store
from bot.clock import Clock
from bot.configuration.channels import Channel
from bot.delivery.destination import (
    DeliveryError,
)
from bot.delivery.sender import Sender
from bot.delivery.telegram.client import open_telegram
from bot.delivery.telegram.destination import TelegramDestination
from tests.fakebotapi import TOKEN, FakeBotApi
from tests.making import NOON
from tests.opening import open_database

CHAT = -1001234567890
CHANNEL = Channel("talks", "@talks")
TOPIC = Channel("topic", "-1002222222222", 7)
SOON = 0.4


@dataclass
class Time:
    """A clock that only waiting moves on: the bot and the server share it."""

    moment: datetime = NOON
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)

    @property
    def clock(self) -> Clock:
        return Clock(self.now, self.sleep)


@asynccontextmanager
async def at_work(
    folder: Path, telegram: FakeBotApi, time: Time, channel: Channel = CHANNEL, patience: float = 20
) -> AsyncIterator[tuple[Sender, store.Store]]:
    async with (
        open_database(folder / "test.db") as stored,
        open_telegram(TOKEN, telegram.url, limited=False, patience=patience) as opened,
    ):
        yield Sender(channel, opened, stored, time.clock), stored


async def deliver(sender: Sender, stored: store.Store, *texts: str, first: int = 0) -> None:
    for number, text in enumerate(texts, first):
        async with stored.write() as db:
            await store.enqueue(db, CHANNEL.name, f"story {number}", text, NOON)
    while await sender.send_next():
        pass


def shown(telegram: FakeBotApi, chat: int | str = CHAT) -> list[str]:
    return [post.html for post in telegram.messages(chat)]


async def error_of(destination: TelegramDestination, channel: Channel = CHANNEL) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        await destination.send(channel, "<b>one</b>")
    return raised.value
