"""The sender on a real database, with a chat that loses answers."""

import asyncio
from pathlib import Path
from random import Random

import pytest

import store
from bot.clock import Clock
from bot.configuration.channels import Channel
from bot.delivery.destination import (
    AmbiguousError,
    DoubtfulError,
    Edited,
    NotSentError,
    RefusedError,
    UnreadableError,
    WaitError,
)
from bot.delivery.sender import Sender
from store import Status
from tests.bot.delivery.chat import CHANNEL, Chat, at_work, drain, left_in_sending, put, statuses


async def test_messages_go_out_in_order_and_then_are_edited(tmp_path: Path) -> None:
    chat = Chat()
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await put(stored, "b", "second")
        await drain(sender)
        await put(stored, "a", "first, grown")
        await drain(sender)
        assert chat.ours == ["first, grown", "second"]
        assert await statuses(stored) == {Status.SENT: 3}


async def test_a_change_that_waits_is_folded_and_an_unchanged_text_is_not_sent(
    tmp_path: Path,
) -> None:
    chat = Chat()
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await put(stored, "a", "first, grown")
        await drain(sender)
        await put(stored, "a", "first, grown")
        assert not await sender.send_next()
        assert chat.ours == ["first, grown"]


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("others", [0, 3])
async def test_a_lost_answer_is_settled(tmp_path: Path, arrives: bool, others: int) -> None:
    chat = Chat(arrives=arrives)
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "z", "the one before")
        await drain(sender)
        for _ in range(others):
            chat.post(None)
        chat.faults.append(AmbiguousError("lost"))
        await put(stored, "a", "first")
        await put(stored, "b", "second")
        await drain(sender)
        assert chat.ours == ["the one before", "first", "second"]


async def test_a_row_that_a_kill_left_in_sending_is_settled_by_the_next_run(tmp_path: Path) -> None:
    chat = Chat()
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "z", "the one before")
        await drain(sender)
        await put(stored, "a", "first")
        await left_in_sending(stored)
        chat.post("first")
    async with at_work(tmp_path, chat) as (sender, stored):
        await drain(sender)
        assert chat.ours == ["the one before", "first"]
        assert await statuses(stored) == {Status.SENT: 2}


async def test_waiting_is_obeyed_and_nothing_overtakes(tmp_path: Path) -> None:
    chat = Chat(faults=[WaitError(17), NotSentError("no connection")])
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await put(stored, "b", "second")
        await drain(sender)
        assert chat.ours == ["first", "second"]
        assert chat.slept[0] == 17


async def test_a_bot_started_again_waits_as_long_as_the_one_before_was_told(
    tmp_path: Path,
) -> None:
    chat = Chat(faults=[WaitError(300)])
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await sender.send_next()
        chat.slept[:] = [100]
        again = Sender(CHANNEL, chat, stored, Clock(chat.now, chat.sleep))
        async with asyncio.timeout(60):
            work = asyncio.create_task(again.run())
            while not chat.ours:  # noqa: ASYNC110  it is another task's
                await asyncio.sleep(0.001)
        assert chat.slept == [100, 200]
        again.finish()
        await work


async def test_a_refusing_chat_is_asked_again_ever_later(tmp_path: Path) -> None:
    chat = Chat(faults=[RefusedError("no rights")] * 9)
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await drain(sender)
        assert chat.ours == ["first"]
        assert chat.slept == sorted(chat.slept)
        assert (chat.slept[0], chat.slept[-1]) == (60, 3600)


async def test_what_telegram_cannot_read_is_sent_plain(tmp_path: Path) -> None:
    chat = Chat(faults=[UnreadableError("can't parse entities")])
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "<b>fish &amp; chips</b>")
        await drain(sender)
        async with stored.read() as db:
            assert await store.count_changed(db, [CHANNEL.name]) == 1
        assert chat.ours == ["fish &amp; chips"]


async def test_one_bad_message_does_not_hold_up_the_next(tmp_path: Path) -> None:
    chat = Chat(faults=[UnreadableError("bad"), UnreadableError("still bad")])
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "bad")
        await put(stored, "b", "good")
        await drain(sender)
        assert chat.ours == ["good"]
        assert await statuses(stored) == {Status.FAILED: 1, Status.SENT: 1}


async def test_a_message_that_was_deleted_is_not_sent_anew(tmp_path: Path) -> None:
    chat = Chat()
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await drain(sender)
        chat.posts.clear()
        await put(stored, "a", "first, grown")
        await drain(sender)
        assert chat.ours == []


async def test_a_hundred_messages_through_a_bad_line(tmp_path: Path) -> None:
    random = Random(7)
    chat = Chat(last_id=0)
    async with at_work(tmp_path, chat) as (sender, stored):
        texts = [f"message {number}" for number in range(100)]
        for number, text in enumerate(texts):
            await put(stored, str(number), text)
        more = True
        while more:
            chat.arrives = random.random() < 0.5
            if random.random() < 0.5:
                chat.faults = [
                    random.choice([AmbiguousError("?"), NotSentError("!"), WaitError(1)])
                ]
            if random.random() < 0.3:
                chat.post(None)
            more = await sender.send_next()
        assert chat.ours == texts


async def test_a_text_that_changes_while_it_is_on_its_way_is_not_lost(tmp_path: Path) -> None:
    chat = Chat()
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await drain(sender)
        on_its_way = chat.edit

        async def slowly(channel: Channel, message_id: int, text: str, **_: object) -> Edited:
            if text == "first, grown":
                await put(stored, "a", "first, grown again")
            return await on_its_way(channel, message_id, text)

        chat.edit = slowly  # type: ignore[method-assign]
        await put(stored, "a", "first, grown")
        await drain(sender)
        assert chat.ours == ["first, grown again"]


async def test_an_edit_whose_answer_was_lost_is_made_again(tmp_path: Path) -> None:
    chat = Chat()
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await drain(sender)
        chat.edit_faults = [AmbiguousError("lost"), NotSentError("no connection")]
        await put(stored, "a", "first, grown")
        await drain(sender)
        assert chat.ours == ["first, grown"]
        assert await statuses(stored) == {Status.SENT: 2}


async def test_an_edit_that_finds_its_message_late_is_made(tmp_path: Path) -> None:
    chat = Chat()
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await drain(sender)
        chat.late = 1
        await put(stored, "a", "first, grown")
        await drain(sender)
        assert chat.ours == ["first, grown"]


async def test_a_refusal_nobody_knows_is_the_message_s_fault_where_plain_text_goes_through(
    tmp_path: Path,
) -> None:
    chat = Chat(faults=[DoubtfulError("BUTTON_URL_INVALID")])
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "<b>first</b>")
        await drain(sender)
        assert chat.ours == ["first"]
        assert chat.slept == []


async def test_a_refusal_nobody_knows_is_the_channel_s_fault_where_plain_text_is_refused(
    tmp_path: Path,
) -> None:
    chat = Chat(faults=[DoubtfulError("CHAT_ODD"), DoubtfulError("CHAT_ODD")])
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "<b>first</b>")
        await drain(sender)
        assert chat.ours == ["<b>first</b>"]
        assert chat.slept == [60]


async def test_each_reason_is_said_once_also_after_other_failures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faults: list[Exception] = [WaitError(1), NotSentError("no line"), RefusedError("no rights")] * 3
    chat = Chat(faults=faults)
    async with at_work(tmp_path, chat) as (sender, stored):
        await put(stored, "a", "first")
        await drain(sender)
    said = capsys.readouterr().out
    assert said.count("no rights") == said.count("no line") == 1
    assert chat.slept == [1, 1, 60, 1, 2, 120, 1, 4, 240]
