"""Pictures with captions, and what is shown of articles: over real HTTP, to the strict server."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

import store
from bot.configuration.channels import Channel, Preview
from bot.delivery.destination import Edited, Seen, UnreadableError
from bot.delivery.sender import Sender
from bot.delivery.telegram.client import open_telegram
from bot.delivery.telegram.destination import TelegramDestination
from store import Status, Store
from tests.bot.delivery.telegram.making import CHANNEL, CHAT, Time
from tests.fakebotapi import TOKEN, FakeBotApi, Member, faults
from tests.making import NOON, png
from tests.opening import open_database

CAPTION = "<b>Weekly digest</b>\nStories: 12"
STORY = '<b><a href="https://courier.example/1?a=1&amp;b=2">Talks</a></b>\n\nThey met.'
SEVERAL = '<b>In brief</b>\n\n<b><a href="https://courier.example/1">Talks</a></b>'


async def test_a_picture_is_sent_with_its_caption_and_its_caption_edited(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    message = await destination.send(CHANNEL, CAPTION, picture=png(108, 135), silent=True)
    (post,) = telegram.messages(CHAT)
    assert (post.photo, post.html, post.silent) == (png(108, 135), CAPTION, True)
    assert (
        await destination.edit(CHANNEL, message, CAPTION, has_picture=True) is Edited.NOT_MODIFIED
    )
    assert (
        await destination.edit(CHANNEL, message, "<b>New</b>", has_picture=True) is Edited.CHANGED
    )
    assert telegram.messages(CHAT)[0].photo == png(108, 135)
    telegram.assert_clean()


async def test_a_text_has_no_caption_and_a_picture_no_text(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    picture = await destination.send(CHANNEL, CAPTION, picture=png())
    text = await destination.send(CHANNEL, "one")
    assert await destination.edit(CHANNEL, picture, "two") is Edited.NOT_OURS
    assert await destination.edit(CHANNEL, text, "two", has_picture=True) is Edited.NOT_OURS
    assert [post.html for post in telegram.messages(CHAT)] == [CAPTION, "one"]


async def test_a_picture_is_found_by_its_caption(destination: TelegramDestination) -> None:
    message = await destination.send(CHANNEL, CAPTION, picture=png())
    assert await destination.look(CHANNEL, message, CAPTION) is Seen.THIS
    assert await destination.look(CHANNEL, message, "<b>Weekly</b>") is Seen.OTHER


@pytest.mark.parametrize(
    ("picture", "caption"),
    [
        (b"no picture", "one"),
        (png(1, 30), "one"),
        (png(9000, 1001), "one"),
        (png(), "a" * 1025),
    ],
)
async def test_a_picture_that_telegram_does_not_take_is_our_mistake(
    destination: TelegramDestination, picture: bytes, caption: str
) -> None:
    with pytest.raises(UnreadableError):
        await destination.send(CHANNEL, caption, picture=picture)


# Through the sender.


async def sent_to(stored: Store, destination: TelegramDestination, time: Time) -> list[Status]:
    """Send a picture and the text under it; returns what became of the two."""
    sender = Sender(CHANNEL, destination, stored, time.clock)
    async with stored.write() as db:
        await store.enqueue(db, "talks", "digest/talks/x/0", CAPTION, NOON, picture=png())
        await store.enqueue(
            db, "talks", "digest/talks/x/1", "The text", NOON, reply_to="digest/talks/x/0"
        )
    while await sender.send_next():
        pass
    async with stored.read() as db:
        return [*await store.counts(db, ["talks"])]


@pytest.fixture
async def stored(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_database(tmp_path / "test.db") as made:
        yield made


async def test_the_text_stands_under_the_picture(
    telegram: FakeBotApi, destination: TelegramDestination, stored: Store, time: Time
) -> None:
    assert await sent_to(stored, destination, time) == [Status.SENT]
    picture, text = telegram.messages(CHAT)
    assert (picture.html, text.html, text.reply_to) == (CAPTION, "The text", picture.id)
    assert picture.content.reply_markup is None
    telegram.assert_clean()


@pytest.mark.parametrize("may_edit", [False, True])
@pytest.mark.parametrize("fault", [faults.DropAfter(), faults.DropBefore(), faults.ServerError()])
async def test_a_picture_whose_answer_was_lost_is_there_once(
    telegram: FakeBotApi,
    destination: TelegramDestination,
    stored: Store,
    time: Time,
    fault: faults.Fault,
    may_edit: bool,
) -> None:
    # One that may edit all posts looks by forwarding, the other by editing.
    telegram.chat(CHAT).can_edit = may_edit
    await destination.send(CHANNEL, "something of ours")
    async with stored.write() as db:
        await store.note_message_id(db, destination.address(CHANNEL), 41)
    telegram.script("sendPhoto", fault)
    assert await sent_to(stored, destination, time) == [Status.SENT]
    first, picture, text = telegram.messages(CHAT)
    assert (first.html, picture.html, text.html) == ("something of ours", CAPTION, "The text")
    assert text.reply_to == picture.id
    telegram.assert_clean()


async def test_where_pictures_are_not_allowed_the_text_comes_alone(
    telegram: FakeBotApi, stored: Store, time: Time
) -> None:
    group = telegram.add_chat(-1002222222222, type="supergroup", member=Member.MEMBER)
    group.can_send_photos = False
    channel = Channel("talks", "-1002222222222")
    async with open_telegram(TOKEN, telegram.url, limited=False) as destination:
        sender = Sender(channel, destination, stored, time.clock)
        async with stored.write() as db:
            await store.enqueue(db, "talks", "digest/0", CAPTION, NOON, picture=png())
            await store.enqueue(db, "talks", "digest/1", "The text", NOON, reply_to="digest/0")
        while await sender.send_next():
            pass
    assert [post.html for post in telegram.messages(group.id)] == ["The text"]
    async with stored.read() as db:
        assert await store.counts(db, ["talks"]) == {Status.SENT: 1, Status.FAILED: 1}


# What is shown of articles.


async def previews(
    telegram: FakeBotApi, destination: TelegramDestination, preview: Preview, text: str
) -> object:
    channel = replace(CHANNEL, preview=preview)
    message = await destination.send(channel, text)
    assert await destination.edit(channel, message, text) is Edited.NOT_MODIFIED
    telegram.assert_clean()
    return telegram.messages(CHAT)[-1].content.link_preview


async def test_what_is_shown_of_the_article_is_the_channels_choice(
    telegram: FakeBotApi, destination: TelegramDestination
) -> None:
    url = "https://courier.example/1?a=1&b=2"
    none = {"is_disabled": True}
    picture = {"url": url, "prefer_large_media": True, "show_above_text": True}
    assert await previews(telegram, destination, Preview.NONE, STORY) == none
    assert await previews(telegram, destination, Preview.LINK, STORY) == {"url": url}
    assert await previews(telegram, destination, Preview.PICTURE, STORY) == picture


@pytest.mark.parametrize("text", [SEVERAL, "<b>Talks</b>", "plain"])
async def test_a_text_without_one_article_shows_none(
    telegram: FakeBotApi, destination: TelegramDestination, text: str
) -> None:
    shown = await previews(telegram, destination, Preview.PICTURE, text)
    assert shown == {"is_disabled": True}
