"""/why, /try, and the button Why."""

from datetime import timedelta

import pytest

from bot.messages.why_button import why_data
from tests.bot.commands.conftest import (
    ADMINISTRATOR,
    ALPHA,
    BETA,
    OFFICE,
    STRANGER,
    Room,
    eventually,
    report,
)
from tests.fakebotapi import Posted
from tests.telegram_html import utf16_length

WHY = [
    "<b>Talks in Muscat &amp; Doha</b>",
    "<b>Talks &lt;&amp; more&gt;</b>",
    "Gulf Courier: “Muscat &amp; Doha”, “Talks”",
    "The &lt;Wire&gt; &amp; Co: “talks”",
    "<b>Denials</b>",
    "The &lt;Wire&gt; &amp; Co: “denied”",
]


async def told(room: Room) -> Posted:
    _, message = await room.tell(
        report("Talks in Muscat & Doha", talks=["Talks", "Muscat & Doha"]),
        report("Iran denied that talks go on", "wire", denials=["denied"], talks=["talks"]),
    )
    return message


def lines(said: str) -> list[str]:
    return [line for line in said.splitlines() if line]


async def test_why_by_forwarding_a_post_and_replying_to_it(room: Room) -> None:
    message = await told(room)
    forwarded = room.telegram.message_from(ADMINISTRATOR, message.text, origin=message)
    said = await room.answer("/why", reply_to=forwarded.id)
    assert lines(said.html) == WHY


async def test_why_by_replying_to_a_post_in_another_chat(room: Room) -> None:
    message = await told(room)
    assert lines(await room.ask("/why", elsewhere=message)) == WHY


async def test_why_by_link(room: Room) -> None:
    message = await told(room)
    for link in (f"https://t.me/alpha_talks/{message.id}", f"t.me/Alpha_Talks/{message.id}?single"):
        assert lines(await room.ask(f"/why {link}")) == WHY


async def test_why_of_what_is_no_story(room: Room) -> None:
    message = await told(room)
    assert "none of a story" in await room.ask(f"/why https://t.me/alpha_talks/{message.id + 9}")
    assert "none of a story" in await room.ask("/why https://t.me/elsewhere/1")
    assert "Reply with this command" in await room.ask("/why")
    own = await room.answer("/help")
    said = await room.answer("/why", reply_to=own.id)
    assert "none of a story" in said.html


async def test_try(room: Room) -> None:
    said = lines(await room.ask("/try Iran and Oman: talks <b>go & on</b>"))
    assert said[:3] == [
        "<b>It would be sent</b>",
        "<b>talks</b> Talks &lt;&amp; more&gt;",
        "“talks”",
    ]
    assert "Iran (actor:iran): “Iran”" in said
    assert "<i>denials: no</i>" in said
    assert "it would not be sent" in await room.ask("/try nothing")
    assert "Write the text" in await room.ask("/try")
    own = await room.answer("/help")
    replied = await room.answer("/try", reply_to=own.id)
    assert "of it: it would not be sent" in replied.html


async def test_the_button_why_shows_anyone_the_evidence_of_that_channel(room: Room) -> None:
    message = await told(room)
    story = report("Talks in Muscat & Doha").entry
    shown = await room.press(STRANGER, ALPHA, message.id, why_data(story, "alpha"))
    assert shown == "Talks <& more>: “Muscat & Doha”, “Talks”\nDenials: “denied”"
    assert room.telegram.calls("answerCallbackQuery")[-1].params["show_alert"] is True
    assert await room.press(1, BETA, _any(room), why_data(story, "beta")) == "Denials: “denied”"


def _any(room: Room) -> int:
    return room.telegram.post_by_other(BETA, "x").id


HOSTILE = [
    "<b>Talks</i> & &amp; &#0; <a href='x'>",
    "\u202eTalks\u2066 \u200b\x00\x1b[31m\r\n\tin Muscat",
    "Talks " + "<&>\U0001f1ee\U0001f1f7" * 3000,
    "\ud83d Talks \ude00",
    "\u200b\u2060",
    "گفت\u200cوگو \u202bTalks\u202c",
]


@pytest.mark.parametrize("title", HOSTILE)
async def test_what_sources_say_is_never_markup(room: Room, title: str) -> None:
    clean = title.encode("utf-8", "ignore").decode()
    denial = report("Iran denied it", "wire", denials=["Iran denied"])
    story, message = await room.tell(report(clean, talks=[clean]), denial)
    for text in ("/stories", f"/try {clean[:1500]}", f"/mute {clean[:100]}"):
        await room.ask(text)
    await room.ask("/why", elsewhere=message)
    await room.press(STRANGER, ALPHA, message.id, why_data(story.id, "alpha"))
    await room.ask("/mute", elsewhere=message)
    assert story.id in await room.ask("/mute")


@pytest.mark.parametrize("data", ["why:", "why:nothing:alpha", "why::", "why:{}:gamma", "why:{}"])
async def test_the_button_why_of_an_unknown_story(room: Room, data: str) -> None:
    message = await told(room)
    story = report("Talks in Muscat & Doha").entry
    shown = await room.press(STRANGER, ALPHA, message.id, data.format(story))
    assert shown == "Sorry, this story is no longer remembered."


async def test_what_the_button_shows_is_short_and_plain(room: Room) -> None:
    title = "Talks \u202e𝒳\u200b" + "𝒳" * 300
    story, message = await room.tell(
        report(title, talks=[title], denials=["Talks", "𝒳" * 50, "\u202e𝒳"]), channel="beta"
    )
    shown = await room.press(STRANGER, BETA, message.id, why_data(story.id, "alpha"))
    assert shown is not None
    assert utf16_length(shown) <= 200
    assert "\u202e" not in shown


def test_the_buttons_data_fits_whatever_the_channel_is_called() -> None:
    story = report("Talks").entry
    assert why_data(story, "alpha") == f"why:{story}:alpha"
    assert len(why_data(story, "a" * 64).encode()) <= 64
    assert why_data(story, "a" * 64) != why_data(story, "a" * 63 + "b")


async def test_a_dozen_presses_a_minute_and_one_word_more(room: Room) -> None:
    message = await told(room)
    data = why_data(report("Talks in Muscat & Doha").entry, "alpha")
    shown = [await room.press(STRANGER, ALPHA, message.id, data) for _ in range(13)]
    assert len(set(shown[:12])) == 1
    assert shown[12] == "That was often. Try again in a minute."
    for _ in range(5):
        room.telegram.press(STRANGER, ALPHA, message.id, data)
    assert await room.press(1, ALPHA, message.id, data) == shown[0]
    assert len(room.telegram.calls("answerCallbackQuery")) == 14
    room.time.moment += timedelta(seconds=61)
    assert await room.press(STRANGER, ALPHA, message.id, data) == shown[0]


async def test_many_presses_at_once_are_all_answered(room: Room) -> None:
    message = await told(room)
    data = why_data(report("Talks in Muscat & Doha").entry, "alpha")
    for user in range(1000, 1120):
        room.telegram.press(user, ALPHA, message.id, data)
    await eventually(lambda: len(room.telegram.calls("answerCallbackQuery")) == 120)
    assert "Commands" in await room.ask("/help", chat=OFFICE)
