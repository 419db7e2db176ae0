"""/digest: what a channel would be told."""

from dataclasses import replace
from datetime import timedelta

import store
from rules import Evidence, Field
from tests.bot.commands.conftest import ADMINISTRATOR, STRANGER, Room, report
from tests.fakebotapi import Posted


async def told(room: Room, text: str) -> list[Posted]:
    """Ask, and return all that the bot answers."""
    before = len(room.telegram.messages(ADMINISTRATOR)) if room.telegram.calls("sendMessage") else 0
    await room.ask(text)
    return room.telegram.messages(ADMINISTRATOR)[before:]


async def test_a_day_is_a_text(room: Room) -> None:
    _, message = await room.tell(report("Talks in Muscat", talks=["Talks"]))
    room.time.moment += timedelta(hours=1)
    (answer,) = await told(room, "/digest alpha")
    assert answer.text.splitlines() == [
        "Daily digest, 11 June 13:00 – 12 June 13:00",
        "",
        "Talks in Muscat",
        "Gulf Courier",
    ]
    assert f'href="https://t.me/Alpha_talks/{message.id}"' in answer.html
    async with room.stored.read() as db:
        assert not await store.has_rows(db, "alpha", store.DIGEST)


async def test_a_week_has_its_picture(room: Room) -> None:
    said = report("Iran talks", talks=["talks"])
    mention = Evidence(Field.TITLE, 0, 4, "Iran", "actor:iran")
    await room.tell(replace(said, mentions=(mention,)))
    room.time.moment += timedelta(hours=1)
    picture, text = await told(room, "/digest alpha week")
    assert picture.photo is not None
    assert picture.photo.startswith(b"\x89PNG")
    assert picture.text.startswith("Weekly digest")
    assert "Iran talks" in text.text


async def test_many_stories_are_pages(room: Room) -> None:
    for number in range(30):
        await room.tell(report(f"Talks {number} " + "word " * 50, talks=["Talks"]))
    room.time.moment += timedelta(hours=1)
    answer = await room.answer("/digest alpha day")
    assert "(1/" in answer.text
    assert answer.content.reply_markup is not None
    await room.press(ADMINISTRATOR, ADMINISTRATOR, answer.id, "page:1")
    await room.ask("/help")
    assert "(2/" in room.telegram.messages(ADMINISTRATOR)[0].text


async def test_which_channel_has_to_be_said(room: Room) -> None:
    assert "Which one? /digest with one of: alpha, beta" in await room.ask("/digest week")
    assert "did you mean alpha?" in await room.ask("/digest alpa")
    assert "Nothing was reported to beta in the last day." in await room.ask("/digest beta")


async def test_strangers_get_none(room: Room) -> None:
    room.telegram.message_from(STRANGER, "/digest alpha")
    await room.ask("/help")
    assert room.telegram.messages(STRANGER) == []
