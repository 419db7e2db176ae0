"""Administrators are answered, and nobody else."""

import re
from pathlib import Path

from sqlalchemy import text
from structlog.testing import capture_logs

import store
from bot.commands import COMMANDS
from tests.bot.commands.conftest import (
    ADMINISTRATOR,
    COLLEAGUE,
    OFFICE,
    STRANGER,
    Room,
    eventually,
    report,
)
from tests.fakebotapi import faults


async def test_help_lists_every_command(room: Room) -> None:
    said = await room.ask("/help")
    assert [line.split()[0].rstrip(":") for line in said.splitlines()[2:]] == [
        f"/{command.name}" for command in COMMANDS
    ]


def test_every_command_is_documented_and_no_other() -> None:
    table = (Path(__file__).parents[3] / "docs" / "commands.md").read_text("utf-8")
    documented = re.findall(r"^\| `/(\w+)", table, re.MULTILINE)
    assert set(documented) == {command.name for command in COMMANDS}


async def test_a_stranger_gets_nothing_and_one_line_in_the_log(room: Room) -> None:
    with capture_logs() as lines:
        for said in ("/status", "/pause all", "hello", "/start", "/unmute", "<b>&"):
            room.telegram.message_from(STRANGER, said)
        room.telegram.message_from(STRANGER, "/status", chat=OFFICE)
        await room.ask("/help")
    assert room.telegram.messages(STRANGER) == []
    assert [call.params["chat_id"] for call in room.telegram.calls("sendMessage")] == [
        ADMINISTRATOR
    ]
    assert [line["user"] for line in lines if "not answered" in line["event"]] == [STRANGER]
    async with room.stored.read() as db:
        assert await store.paused_channels(db) == {}


async def test_a_stranger_cannot_turn_pages(room: Room) -> None:
    _, message = await room.tell(report("Talks in Muscat", talks=["Talks"]))
    for data in ("page:1", "page:", "nonsense", "page:99999999"):
        room.telegram.press(STRANGER, "@Alpha_talks", message.id, data)
    await room.ask("/help")
    assert room.telegram.calls("answerCallbackQuery", "editMessageText") == []


async def test_a_message_that_is_no_command_gets_a_hint_in_private(room: Room) -> None:
    assert "/help" in await room.ask("good morning")
    assert "/help" in await room.ask("/nonsense")
    room.telegram.message_from(ADMINISTRATOR, "good morning", chat=OFFICE)
    room.telegram.message_from(ADMINISTRATOR, "/nonsense", chat=OFFICE)
    await room.ask("/help", chat=OFFICE)
    assert len(room.telegram.messages(OFFICE)) == 1


async def test_a_command_for_another_bot_is_not_ours(room: Room) -> None:
    room.telegram.message_from(ADMINISTRATOR, "/pause@another_bot all", chat=OFFICE)
    said = await room.answer("/help@Backchannel_Test_Bot", chat=OFFICE)
    assert len(room.telegram.messages(OFFICE)) == 1
    assert said.reply_to is not None


async def test_a_forwarded_command_is_not_done(room: Room) -> None:
    _, message = await room.tell(report("Talks in Muscat", talks=["Talks"]))
    room.telegram.message_from(ADMINISTRATOR, "/pause all", origin=message)
    assert "Commands" in await room.ask("/help")
    assert len(room.telegram.messages(ADMINISTRATOR)) == 1


async def test_in_another_group_the_answer_goes_to_who_asked(room: Room) -> None:
    room.telegram.add_chat(-1001000000077, type="supergroup")
    room.telegram.message_from(ADMINISTRATOR, "/start")
    await eventually(lambda: room.telegram.messages(ADMINISTRATOR))
    said = await room.answer("/help", chat=-1001000000077)
    assert said.chat == ADMINISTRATOR
    assert room.telegram.messages(-1001000000077) == []


async def test_each_administrator_has_the_menu_once_they_have_written(room: Room) -> None:
    await room.ask("/help")
    await eventually(lambda: room.telegram.commands)
    assert [str(ADMINISTRATOR) in scope for scope in room.telegram.commands] == [True]
    (menu,) = room.telegram.commands.values()
    assert [command["command"] for command in menu] == [command.name for command in COMMANDS]
    await room.ask("/help", user=COLLEAGUE)
    assert len(room.telegram.commands) == 2


async def test_nothing_that_goes_wrong_with_an_answer_ends_the_bot(room: Room) -> None:
    room.telegram.script(
        "sendMessage",
        faults.ServerError(),
        faults.Refuse(403, "Forbidden: bot was blocked by the user"),
        faults.DropBefore(),
    )
    for _ in range(3):
        room.telegram.message_from(ADMINISTRATOR, "/help")
    await eventually(lambda: len(room.telegram.calls("sendMessage")) == 3)
    room.telegram.script("sendMessage", faults.TooManyRequests(3, hold=False))
    room.telegram.message_from(ADMINISTRATOR, "/help")
    await eventually(lambda: room.telegram.messages(ADMINISTRATOR))
    assert room.time.slept == [3.0]


async def test_an_internal_error_is_told_and_ends_nothing(room: Room) -> None:
    with capture_logs() as lines:
        async with room.stored.write() as db:
            await db.execute(text("DROP TABLE pauses"))
        assert "our fault" in await room.ask("/status")
        assert "Commands" in await room.ask("/help")
    assert [line["log_level"] for line in lines if "internal error" in line["event"]] == ["error"]
