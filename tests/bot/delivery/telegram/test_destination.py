"""The courier to Telegram, over real HTTP, against the strict fake server."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

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
from bot.errors import TokenRefusedError
from store import Status
from tests.fakebotapi import TOKEN, FakeBotApi, Kind, Member, faults
from tests.making import NOON, png
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


# What goes well.


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


def test_an_address_is_a_chat_and_a_topic(destination: TelegramDestination) -> None:
    assert destination.address(CHANNEL) == "telegram:@talks"
    assert destination.address(TOPIC) == "telegram:-1002222222222/7"


# What an error means.


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


# What comes of an edit.


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


# Length, as Telegram counts it.


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


# Looking whether a message arrived.


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


# The sender on top of it.

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


# The token.


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
