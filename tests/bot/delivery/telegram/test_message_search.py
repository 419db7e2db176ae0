"""Looking for a message whose answer was lost, in a real channel's history."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.configuration.channels import Channel
from bot.delivery.destination import (
    AmbiguousError,
    Seen,
)
from bot.delivery.telegram.client import open_telegram
from bot.delivery.telegram.destination import TelegramDestination
from tests.bot.delivery.telegram.making import (
    CHANNEL,
    CHAT,
    SOON,
    TOPIC,
    Time,
    at_work,
    deliver,
    shown,
)
from tests.fakebotapi import TOKEN, FakeBotApi, Member, faults


async def test_a_bot_that_may_edit_all_posts_does_not_edit_to_look(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    destination.address(CHANNEL)
    assert await destination.edits_only_its_own(CHANNEL)
    telegram.chat(CHAT).can_edit = True
    assert not await destination.edits_only_its_own(CHANNEL)


async def test_channels_that_share_a_chat_do_not_edit_to_look(
    destination: TelegramDestination,
) -> None:
    destination.address(CHANNEL)
    assert await destination.edits_only_its_own(CHANNEL)
    destination.address(replace(CHANNEL, name="other"))
    assert not await destination.edits_only_its_own(CHANNEL)


async def test_where_commands_are_answered_nothing_is_edited_to_look(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    telegram.add_chat(int(TOPIC.chat), type="supergroup", topics=[7])
    telegram.add_chat(-4444, type="group")
    telegram.add_chat(777, type="private", member=Member.MEMBER)
    for chat in (TOPIC, Channel("group", TOPIC.chat), Channel("s", "-4444"), Channel("me", "777")):
        destination.address(chat)
        assert not await destination.edits_only_its_own(chat)


async def test_private_chats_and_small_groups_share_one_count(
    destination: TelegramDestination,
) -> None:
    private, small = Channel("me", "777"), Channel("small", "-4444")
    assert destination.counts_alone(CHANNEL)
    assert destination.counts_alone(TOPIC)
    assert not destination.counts_alone(private)
    assert not destination.counts_alone(small)


async def test_looking_changes_nothing_and_leaves_nothing(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    other = telegram.post_by_other(CHAT, "of an editor")
    message = await destination.send(CHANNEL, "<b>fish &amp; chips</b>")
    assert await destination.look(CHANNEL, message, "<b>fish &amp; chips</b>") is Seen.THIS
    assert await destination.look(CHANNEL, message, "fish") is Seen.OTHER
    assert await destination.look(CHANNEL, other.id, "fish") is Seen.OTHER
    assert await destination.look(CHANNEL, 4000, "fish") is Seen.NOTHING
    assert [post.id for post in telegram.messages(CHAT, everybody=True)] == [other.id, message]
    telegram.assert_clean()


async def test_copies_are_looked_at_aside_where_there_is_a_place(telegram: FakeBotApi) -> None:
    telegram.add_chat(-1003, username="desk")
    lookup_chat = Channel("desk", "@desk")
    async with open_telegram(
        TOKEN, telegram.url, lookup_chat=lookup_chat, limited=False
    ) as destination:
        message = await destination.send(CHANNEL, "one")
        assert await destination.look(CHANNEL, message, "one") is Seen.THIS
        assert {call.params["chat_id"] for call in telegram.calls("forwardMessage")} == {"@desk"}
        telegram.chat(-1003).member = Member.KICKED
        assert await destination.look(CHANNEL, message, "one") is Seen.THIS
    assert shown(telegram, -1003) == []
    assert shown(telegram) == ["one"]


async def test_what_could_not_be_taken_away_is_taken_away_later(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    message = await destination.send(CHANNEL, "one")
    telegram.script("deleteMessage", faults.DropBefore())
    assert await destination.newest(CHANNEL) == message + 1
    assert len(shown(telegram)) == 2
    await destination.send(CHANNEL, "two")
    assert shown(telegram) == ["one", "two"]


async def test_a_placeholder_that_was_left_behind_is_taken_away(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    telegram.script("sendMessage", faults.DropAfter())
    with pytest.raises(AmbiguousError):
        await destination.newest(CHANNEL)
    newest = await destination.newest(CHANNEL)
    assert len(shown(telegram)) == 1
    assert await destination.look(CHANNEL, newest - 1, "one") is Seen.NOTHING
    assert shown(telegram) == []


LOST: list[tuple[faults.Fault, float]] = [
    (faults.DropBefore(), 20),
    (faults.DropAfter(), 20),
    (faults.DropAfter(cut=True), 20),
    (faults.ServerError(502, taken=True), 20),
    (faults.ServerError(500, html=False), 20),
    (faults.DelayAnswer(30), SOON),
    (faults.DelayBefore(30), SOON),
]


@pytest.mark.parametrize(("fault", "patience"), LOST)
@pytest.mark.parametrize(("can_edit", "first"), [(False, False), (True, False), (True, True)])
async def test_an_answer_that_was_lost_neither_loses_nor_repeats(
    tmp_path: Path,
    telegram: FakeBotApi,
    time: Time,
    fault: faults.Fault,
    patience: float,
    can_edit: bool,
    first: bool,
) -> None:
    telegram.chat(CHAT).can_edit = can_edit
    for number in range(7):
        telegram.post_by_other(CHAT, f"of an editor {number}")
    async with at_work(tmp_path, telegram, time, patience=patience) as (sender, stored):
        if not first:
            await deliver(sender, stored, "<b>zero</b>")
            telegram.post_by_other(CHAT, "between")
        telegram.script("sendMessage", fault)
        await deliver(sender, stored, "<b>one</b>", "two", first=1)
    assert shown(telegram)[-2:] == ["<b>one</b>", "two"]
    assert len(shown(telegram)) == (2 if first else 3)
    telegram.assert_clean()


@pytest.mark.parametrize("fault", [faults.DropBefore(), faults.DropAfter()])
async def test_two_topics_of_one_group_do_not_overwrite_each_other(
    tmp_path: Path, telegram: FakeBotApi, time: Time, fault: faults.Fault
) -> None:
    group = int(TOPIC.chat)
    telegram.add_chat(group, type="supergroup", topics=[7, 8])
    seven = replace(TOPIC, name="talks")
    async with at_work(tmp_path, telegram, time, seven) as (sender, stored):
        await deliver(sender, stored, "zero")
        params = {"chat_id": group, "text": "in the other topic", "message_thread_id": 8}
        telegram.call("sendMessage", params)
        telegram.script("sendMessage", fault)
        await deliver(sender, stored, "one", first=1)
    texts = [post.text for post in telegram.messages(group)]
    assert texts == ["zero", "in the other topic", "one"]
    telegram.assert_clean()


@pytest.mark.parametrize("fault", [faults.DropBefore(), faults.DropAfter()])
@pytest.mark.parametrize("kind", ["supergroup", "private"])
async def test_answers_to_commands_are_not_overwritten(
    tmp_path: Path, telegram: FakeBotApi, time: Time, fault: faults.Fault, kind: str
) -> None:
    chat = 777 if kind == "private" else -1003333333333
    telegram.add_chat(chat, type=kind, member=Member.MEMBER)
    async with at_work(tmp_path, telegram, time, Channel("talks", str(chat))) as (sender, stored):
        await deliver(sender, stored, "zero")
        telegram.call("sendMessage", {"chat_id": chat, "text": "an answer"})
        telegram.script("sendMessage", fault)
        await deliver(sender, stored, "one", "two", first=1)
    assert [post.text for post in telegram.messages(chat)] == ["zero", "an answer", "one", "two"]
    telegram.assert_clean()
