"""The courier to Telegram, over real HTTP, against the strict fake server."""

from dataclasses import replace
from pathlib import Path

import pytest
from telegram.error import BadRequest

import store
from bot.clock import Clock
from bot.configuration.channels import Channel
from bot.delivery.destination import (
    AmbiguousError,
    DeliveryError,
    DoubtfulError,
    Edited,
    MessageSearch,
    NotSentError,
    RefusedError,
    Seen,
    UnreadableError,
    WaitError,
)
from bot.delivery.reconciliation import readable
from bot.delivery.sender import Sender
from bot.delivery.telegram.client import open_telegram
from bot.delivery.telegram.destination import TelegramDestination
from store import Status
from tests.bot.delivery.telegram.making import (
    CHANNEL,
    CHAT,
    SOON,
    TOPIC,
    Time,
    at_work,
    deliver,
    error_of,
    shown,
)
from tests.fakebotapi import TOKEN, FakeBotApi, Kind, Member, faults
from tests.making import png
from tests.opening import open_database


async def test_a_message_is_sent_and_edited(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    message = await destination.send(CHANNEL, "<b>Talks &amp; more</b> in Muscat")
    assert message == 41
    assert await destination.edit(CHANNEL, message, "<b>Talks</b>") is Edited.CHANGED
    assert await destination.edit(CHANNEL, message, "<b>Talks</b>") is Edited.NOT_MODIFIED
    assert shown(telegram) == ["<b>Talks</b>"]
    assert isinstance(destination, MessageSearch)
    telegram.assert_clean()


async def test_a_topic_gets_what_is_meant_for_it(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    telegram.add_chat(int(TOPIC.chat), type="supergroup", topics=[7, 8])
    await destination.send(replace(TOPIC, silent=True), "one")
    (post,) = telegram.messages(int(TOPIC.chat))
    assert (post.thread, post.silent) == (7, True)
    telegram.assert_clean()


GENERAL = replace(TOPIC, topic=1)


async def test_the_general_topic_gets_what_is_meant_for_it(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    telegram.add_chat(int(TOPIC.chat), type="supergroup", topics=[7])
    message = await destination.send(GENERAL, "one")
    picture = await destination.send(GENERAL, "two", picture=png(), reply_to=message)
    await destination.edit(GENERAL, message, "three")
    assert await destination.look(GENERAL, message, "three") is Seen.THIS
    assert await destination.newest(GENERAL) > picture
    assert [(post.id, post.thread) for post in telegram.messages(int(TOPIC.chat))] == [
        (message, None),
        (picture, None),
    ]
    telegram.assert_clean()


async def test_the_general_topic_has_no_thread_at_telegram(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    """As Telegram does: sendMessage with message_thread_id 1 is refused."""
    telegram.add_chat(int(TOPIC.chat), type="supergroup", topics=[1, 7])
    with pytest.raises(BadRequest, match="thread not found"):
        await destination._bot.send_message(TOPIC.chat, "one", message_thread_id=1)


async def test_a_closed_general_topic_is_told(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    telegram.add_chat(int(TOPIC.chat), type="supergroup", topics=[7]).close_topic(1)
    assert "topic 1" in str(await error_of(destination, GENERAL))


def test_an_address_is_a_chat_and_a_topic(destination: TelegramDestination) -> None:
    assert destination.address(CHANNEL) == "telegram:@talks"
    assert destination.address(TOPIC) == "telegram:-1002222222222/7"


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (faults.TooManyRequests(17), WaitError),
        (faults.DropBefore(), AmbiguousError),
        (faults.DropAfter(), AmbiguousError),
        (faults.DropAfter(cut=True), AmbiguousError),
        (faults.ServerError(500, html=False), AmbiguousError),
        (faults.ServerError(502), AmbiguousError),
        (faults.ServerError(503, taken=True), AmbiguousError),
        (faults.ServerError(504, html=False, taken=True), AmbiguousError),
        (faults.Refuse(409, "Conflict: something"), AmbiguousError),
        (faults.Refuse(403, "Forbidden: bot was kicked from the channel chat"), RefusedError),
        (faults.Refuse(401, "Unauthorized"), RefusedError),
        (faults.Refuse(400, "Bad Request: chat not found"), RefusedError),
        (faults.Refuse(400, "Bad Request: CHAT_WRITE_FORBIDDEN"), RefusedError),
        (faults.Refuse(400, "Bad Request: TOPIC_CLOSED"), RefusedError),
        (faults.Refuse(400, "Bad Request: message thread not found"), RefusedError),
        (faults.Refuse(400, "Bad Request: BUTTON_URL_INVALID"), DoubtfulError),
        (faults.Refuse(400, "Bad Request: MESSAGE_TOO_LONG"), UnreadableError),
        (faults.Refuse(400, "Bad Request: message is too long"), UnreadableError),
        (faults.Refuse(400, "Bad Request: can't parse entities: unclosed"), UnreadableError),
    ],
)
async def test_what_an_error_means(
    telegram: FakeBotApi,
    destination: TelegramDestination,
    fault: faults.Fault,
    meaning: type[DeliveryError],
) -> None:
    telegram.script("sendMessage", fault)
    error = await error_of(destination)
    assert type(error) is meaning
    assert TOKEN not in str(error)
    if isinstance(error, WaitError):
        assert error.seconds == 17


@pytest.mark.parametrize("fault", [faults.DelayBefore(30), faults.DelayAnswer(30)])
async def test_a_time_out_says_nothing_of_whether_it_arrived(
    telegram: FakeBotApi, fault: faults.Fault
) -> None:
    async with open_telegram(TOKEN, telegram.url, patience=SOON) as destination:
        telegram.script("sendMessage", fault)
        assert type(await error_of(destination)) is AmbiguousError


async def test_a_connection_that_was_never_made_is_safe_to_try_again(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    async with telegram.outage():
        errors = [await error_of(destination) for _ in range(2)]
    # The connection that was open may have carried the first one.
    assert type(errors[-1]) is NotSentError
    await destination.send(CHANNEL, "one")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"member": Member.KICKED}, "bot was kicked"),
        ({"member": Member.LEFT}, "bot is not a member"),
        ({"can_post": False}, "Need administrator rights"),
    ],
)
async def test_a_channel_that_refuses_is_told_in_plain_words(
    telegram: FakeBotApi, destination: TelegramDestination, change: dict[str, object], says: str
) -> None:
    chat = telegram.chat(CHAT)
    for name, value in change.items():
        setattr(chat, name, value)
    error = await error_of(destination)
    assert type(error) is RefusedError
    assert says in str(error)
    assert "@talks" in str(error)


async def test_a_chat_that_does_not_exist_is_told_with_its_channel(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    del telegram
    error = await error_of(destination, Channel("nowhere", "@nowhere"))
    assert type(error) is RefusedError
    assert "there is no chat @nowhere" in str(error)
    assert "the channel nowhere" in str(error)


async def test_a_closed_topic_is_told(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    chat = telegram.add_chat(int(TOPIC.chat), type="supergroup", topics=[7])
    chat.close_topic(7)
    error = await error_of(destination, TOPIC)
    assert type(error) is RefusedError
    assert "topic 7" in str(error)


async def test_characters_that_cannot_be_sent_are_our_mistake(
    destination: TelegramDestination,
) -> None:
    said: list[str] = []
    with pytest.raises(UnreadableError):
        await destination.send(CHANNEL, "lone \ud83d surrogate")
    await readable(lambda t: destination.send(CHANNEL, t), "lone \ud83d surrogate", said.append)
    assert len(said) == 1


async def test_a_deleted_message_is_not_found(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    message = await destination.send(CHANNEL, "one")
    telegram.delete(CHAT, message)
    assert await destination.edit(CHANNEL, message, "two") is Edited.NOT_FOUND


async def test_the_posts_of_others_are_not_ours(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    post = telegram.post_by_other(CHAT, "of an editor")
    assert await destination.edit(CHANNEL, post.id, "two") is Edited.NOT_OURS
    service = telegram.post_by_other(CHAT, "A title", service="new_chat_title")
    assert await destination.edit(CHANNEL, service.id, "two") is Edited.NOT_OURS
    telegram.assert_clean()


async def test_a_picture_has_no_text_to_edit(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    message = telegram.call("sendPhoto", {"chat_id": CHAT, "photo": png()})
    assert isinstance(message, dict)
    assert await destination.edit(CHANNEL, message["message_id"], "two") is Edited.NOT_OURS


async def test_4096_units_of_utf_16_are_taken_and_no_more(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    await destination.send(CHANNEL, "<b>" + "😀" * 2048 + "</b>")
    for text in ("😀" * 2048 + "!", "a" * 4097):
        with pytest.raises(UnreadableError):
            await destination.send(CHANNEL, text)
        with pytest.raises(UnreadableError):
            await destination.edit(CHANNEL, 41, text)
    assert len(shown(telegram)) == 1


@pytest.mark.parametrize("text", ["😀" * 3000, "<b>" + "&amp;" * 5000 + "</b>"])
async def test_what_is_too_long_is_sent_cut(
    telegram: FakeBotApi, destination: TelegramDestination, text: str
) -> None:
    said: list[str] = []
    await readable(lambda t: destination.send(CHANNEL, t), text, said.append)
    assert len(said) == 1
    (post,) = telegram.messages(CHAT)
    assert len(post.text.encode("utf-16-le")) // 2 == 4096


async def test_a_wait_is_obeyed_to_the_second(
    tmp_path: Path, telegram: FakeBotApi, time: Time
) -> None:
    async with at_work(tmp_path, telegram, time) as (sender, stored):
        await deliver(sender, stored, "zero")
        telegram.script("sendMessage", faults.DropAfter(), faults.TooManyRequests(31))
        telegram.script("editMessageText", faults.TooManyRequests(23))
        await deliver(sender, stored, "one", "two", first=1)
    assert shown(telegram) == ["zero", "one", "two"]
    assert {23, 31} <= set(time.slept)
    telegram.assert_clean()


async def test_a_group_that_becomes_a_supergroup_is_followed(
    tmp_path: Path,
    telegram: FakeBotApi,
    time: Time,
    capsys: pytest.CaptureFixture[str],
) -> None:
    group = Channel("talks", "-4444")
    telegram.add_chat(-4444, type="group")
    async with at_work(tmp_path, telegram, time, group) as (sender, stored):
        await deliver(sender, stored, "zero")
        telegram.migrate(-4444, -1004444444444)
        await deliver(sender, stored, "one", "two", first=1)
    assert shown(telegram, -1004444444444) == ["one", "two"]
    assert "set chat = -1004444444444 for the channel talks" in capsys.readouterr().out
    telegram.assert_clean()


async def test_what_cannot_be_parsed_is_sent_plain_and_told(
    tmp_path: Path, telegram: FakeBotApi, time: Time, capsys: pytest.CaptureFixture[str]
) -> None:
    async with at_work(tmp_path, telegram, time) as (sender, stored):
        await deliver(sender, stored, "<b>fish &amp; chips", "two")
        assert capsys.readouterr().out.count("Telegram cannot read it") == 1
        async with stored.read() as db:
            assert await store.counts(db, [CHANNEL.name]) == {Status.SENT: 2}
    assert [post.text for post in telegram.messages(CHAT)] == ["fish & chips", "two"]
    assert [violation.kind for violation in telegram.violations] == [Kind.TEXT]


async def test_a_channel_that_takes_messages_again_gets_them_all(
    tmp_path: Path, telegram: FakeBotApi, time: Time
) -> None:
    chat = telegram.chat(CHAT)
    chat.can_post = False

    async def sleep(seconds: float) -> None:
        await time.sleep(seconds)
        chat.can_post = len(time.slept) >= 3

    async with (
        open_database(tmp_path / "test.db") as stored,
        open_telegram(TOKEN, telegram.url, limited=False) as opened,
    ):
        sender = Sender(CHANNEL, opened, stored, Clock(time.now, sleep))
        await deliver(sender, stored, "one", "two")
    assert shown(telegram) == ["one", "two"]
    assert time.slept == [60, 120, 240]


async def test_a_message_keeps_its_button(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    message = await destination.send(CHANNEL, "first", why="why:a:talks")
    assert (
        await destination.edit(CHANNEL, message, "first", why="why:a:talks") is Edited.NOT_MODIFIED
    )
    assert await destination.edit(CHANNEL, message, "second", why="why:a:talks") is Edited.CHANGED
    below = await destination.send(CHANNEL, "a reply", reply_to=message, silent=True)
    assert below > message
    telegram.assert_clean()
