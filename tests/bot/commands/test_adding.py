"""/add: found, shown, asked, and written by whoever asked."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.commands import Adding
from bot.commands.handlers import adding as command
from bot.configuration import adding
from bot.configuration.loading import load
from tests.bot.commands.conftest import (
    ADMINISTRATOR,
    COLLEAGUE,
    CONFIG,
    STRANGER,
    Room,
    at_work,
)
from tests.fakebotapi import FakeBotApi, Posted
from tests.making import NOON
from tests.opening import configured
from watchers.discovery import Source

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour &lt;b&gt; Times</title>
<item><title>Talks &lt;begin&gt;</title><link>https://h.example/1</link>
<pubDate>Mon, 12 Jun 2023 11:00:00 GMT</pubDate></item>
<item><title>A regatta</title><link>https://h.example/2</link>
<pubDate>Mon, 12 Jun 2023 10:00:00 GMT</pubDate></item></channel></rss>"""
NOTE = "# A note that has to stay.\n"


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "PAUSE", 0)


@pytest.fixture
async def site() -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.Response:
        if request.path in {"/feed", "/other"}:
            return web.Response(
                text=FEED.replace("h.example", f"h{request.path[1]}.example"),
                content_type="application/rss+xml",
            )
        links = "<a href='/feed'>RSS</a>"
        if request.path == "/two":
            links = "".join(
                f"<link rel=alternate type=application/rss+xml href=/{one}>"
                for one in ("feed", "other")
            )
        elif request.path != "/":
            return web.Response(status=404)
        return web.Response(text=f"<html><title>H</title>{links}</html>", content_type="text/html")

    application = web.Application()
    application.router.add_get("/{path:.*}", answer)
    async with TestServer(application, host="127.0.0.1") as server:
        yield str(server.make_url("/")).rstrip("/")


@asynccontextmanager
async def opened(
    telegram: FakeBotApi,
    path: Path,
    *,
    text: str = CONFIG,
    allow_private: bool = True,
) -> AsyncIterator[tuple[Room, Path]]:
    file = path / "config.toml"
    file.write_text(NOTE + text, "utf-8")
    find = partial(adding.sources, now=lambda: NOON, allow_private=allow_private)

    async def sources(address: str) -> Sequence[Source]:
        return await find(address)

    how = Adding(file, sources)
    async with at_work(telegram, configured(text), path / "test.db", adding=how) as room:
        yield room, file


@pytest.fixture
async def place(telegram: FakeBotApi, tmp_path: Path) -> AsyncIterator[tuple[Room, Path]]:
    async with opened(telegram, tmp_path) as found:
        yield found


def buttons(message: Posted) -> list[str]:
    markup = message.content.reply_markup or {"inline_keyboard": []}
    return [button["text"] for row in markup["inline_keyboard"] for button in row]


async def decided(room: Room, message: Posted, data: str, user: int = ADMINISTRATOR) -> Posted:
    """Press a button, and return what becomes of the message."""
    await room.press(user, message.chat, message.id, data)
    # It is edited after the press is answered; the next command comes after that.
    await room.ask("/help")
    return next(m for m in room.telegram.messages(message.chat) if m.id == message.id)


async def test_a_source_is_shown_and_added_where_whoever_asked_says_so(
    place: tuple[Room, Path], site: str
) -> None:
    room, file = place
    question = await room.answer(f"/add {site}/feed")
    assert question.text.splitlines() == [
        "Add Harbour <b> Times?",
        "",
        f"feed: {site}/feed",
        "",
        "1 of its 2 entries would have been matched.",
        "",
        "Talks <begin>",
        "talks",
    ]
    assert buttons(question) == ["Add", "Leave it"]
    assert file.read_text("utf-8") == NOTE + CONFIG
    done = await decided(room, question, "ask:yes")
    assert done.text.startswith("Added as harbour-b-times")
    assert buttons(done) == []
    written = file.read_text("utf-8")
    assert written.startswith(NOTE)
    assert [w.url for w in load(file).watchers][2:] == [f"{site}/feed"]


async def test_left_it_changes_nothing(place: tuple[Room, Path], site: str) -> None:
    room, file = place
    question = await room.answer(f"/add {site}/feed")
    assert (await decided(room, question, "ask:no")).text == "Left as it was."
    assert await room.press(ADMINISTRATOR, question.chat, question.id, "ask:yes") is not None
    assert file.read_text("utf-8") == NOTE + CONFIG


async def test_nobody_else_can_press(place: tuple[Room, Path], site: str) -> None:
    room, file = place
    question = await room.answer(f"/add {site}/feed")
    told = await room.press(COLLEAGUE, question.chat, question.id, "ask:yes")
    assert told == "This is for whoever sent the command."
    room.telegram.press(STRANGER, question.chat, question.id, "ask:yes")
    await room.ask("/help")
    assert file.read_text("utf-8") == NOTE + CONFIG
    assert len(room.telegram.calls("answerCallbackQuery")) == 1


async def test_after_a_while_it_is_too_late(place: tuple[Room, Path], site: str) -> None:
    room, file = place
    question = await room.answer(f"/add {site}/feed")
    room.time.moment += timedelta(minutes=16)
    assert "took too long" in (await decided(room, question, "ask:yes")).text
    assert file.read_text("utf-8") == NOTE + CONFIG


async def test_an_unknown_question_is_told(place: tuple[Room, Path]) -> None:
    room, _ = place
    answer = await room.answer("/help")
    told = await room.press(ADMINISTRATOR, answer.chat, answer.id, "ask:yes")
    assert told is not None
    assert "no longer open" in told


async def test_the_others_of_a_page_are_listed(place: tuple[Room, Path], site: str) -> None:
    room, _ = place
    assert f"<code>/add {site}/other</code>" in await room.ask(f"/add {site}/two")


async def test_what_cannot_be_written_is_told(place: tuple[Room, Path], site: str) -> None:
    room, file = place
    question = await room.answer(f"/add {site}/feed")
    file.write_text(CONFIG.replace('when = "talks"', 'when = "("'), "utf-8")
    assert "It was not added." in (await decided(room, question, "ask:yes")).text


async def test_what_is_watched_is_not_added_again(
    telegram: FakeBotApi, tmp_path: Path, site: str
) -> None:
    text = CONFIG.replace("https://wire.example/feed", f"{site}/feed")
    async with opened(telegram, tmp_path, text=text) as (room, _):
        assert "is watched already, as wire" in await room.ask(f"/add {site}")


async def test_private_addresses_are_refused(
    telegram: FakeBotApi, tmp_path: Path, site: str
) -> None:
    async with opened(telegram, tmp_path, allow_private=False) as (room, _):
        assert "private" in await room.ask(f"/add {site}/feed")


async def test_what_takes_too_long_is_told(
    place: tuple[Room, Path], site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, _ = place
    monkeypatch.setattr(command, "SECONDS", 0.0)
    assert "That took longer than" in await room.ask(f"/add {site}/feed")


@pytest.mark.parametrize("text", ["/add", "/add two words"])
async def test_how_it_is_written_is_told(place: tuple[Room, Path], text: str) -> None:
    room, _ = place
    assert "/add https://example.org" in await room.ask(text)


async def test_a_page_without_a_source_is_told(place: tuple[Room, Path], site: str) -> None:
    room, _ = place
    assert "the server answers 404" in await room.ask(f"/add {site}/nothing")


async def test_without_a_file_nothing_can_be_added(room: Room) -> None:
    assert "not started from a configuration file" in await room.ask("/add https://e.example")
