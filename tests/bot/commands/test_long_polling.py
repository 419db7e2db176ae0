"""Receiving updates: what may go wrong, and who gives way to whom."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.commands.long_polling import converse
from bot.errors import AnotherBotError
from tests.bot.commands.conftest import (
    ADMINISTRATOR,
    CONFIG,
    STRANGER,
    Room,
    at_work,
    eventually,
)
from tests.fakebotapi import TOKEN, FakeBotApi, faults
from tests.opening import configured

CONFLICT = faults.Refuse(409, "Conflict: terminated by other getUpdates request; make sure")


@pytest.fixture
async def telegram() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as server:
        yield server
        server.assert_clean()


@pytest.fixture
async def room(telegram: FakeBotApi, tmp_path: Path) -> AsyncIterator[Room]:
    async with at_work(telegram, configured(CONFIG), tmp_path / "test.db") as made:
        yield made


async def test_only_messages_and_buttons_are_asked_for(room: Room) -> None:
    await room.ask("/help")
    assert {tuple(c.params["allowed_updates"]) for c in room.telegram.calls("getUpdates")} == {
        ("message", "callback_query")
    }


async def test_what_was_answered_is_not_answered_again(room: Room) -> None:
    for _ in range(3):
        await room.ask("/help")
    await eventually(lambda: len(room.telegram.calls("getUpdates")) >= 3)
    assert len(room.telegram.messages(ADMINISTRATOR)) == 3


async def test_it_goes_on_after_failures(room: Room) -> None:
    await room.ask("/help")
    room.telegram.script(
        "getUpdates",
        faults.ServerError(),
        faults.DropBefore(),
        faults.TooManyRequests(5, hold=False),
        faults.DropAfter(),
        faults.ServerError(html=False),
    )
    for _ in range(7):
        room.telegram.message_from(STRANGER, "hello")
        await room.ask("/help")
    assert 5.0 in room.time.slept


async def test_the_bot_that_was_there_first_holds_out(room: Room) -> None:
    await room.ask("/help")
    with capture_logs() as lines:
        room.telegram.script("getUpdates", CONFLICT, CONFLICT)
        for _ in range(3):
            assert "Commands" in await room.ask("/help")
    assert sum("another process" in line["event"] for line in lines) == 2


async def test_it_gives_way_where_the_other_stays(room: Room) -> None:
    await room.ask("/help")
    room.telegram.disturb(CONFLICT, methods=["getUpdates"])
    work = asyncio.create_task(converse(TOKEN, room.telegram.url, room.context))
    with pytest.raises(AnotherBotError):
        await work
