"""The whole bot, with feeds and a Bot API server, and an administrator who talks to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

import store
from bot.application import run
from bot.clock import Clock, utc_now
from bot.configuration.loading import load
from bot.configuration.reloading import Reloading
from bot.configuration.run_options import RunOptions
from bot.data_folder import database_url
from bot.errors import AnotherBotError, WebhookSetError
from bot.messages.why_button import why_data
from store import open_store
from tests.bot.commands.conftest import ADMINISTRATOR, ALPHA, BETA, STRANGER, eventually
from tests.fakebotapi import TOKEN, FakeBotApi, faults

CONFIG = f"""\
[administrators]
users = [{ADMINISTRATOR}]

[[channel]]
name = "alpha"
chat = "@Alpha_talks"
{{alpha}}

[[channel]]
name = "beta"
chat = {BETA}

[[watcher]]
name = "courier"
title = "Gulf Courier"
url = "{{url}}"
every = "1s"
at_most = "1s"
allow_private = true

[[rule]]
name = "talks"
title = "Talks"
when = "talks"
channels = ["alpha"]

[[rule]]
name = "all"
title = "All"
when = "talks OR swap"
channels = ["beta"]
"""


@dataclass
class Feed:
    """A feed whose headlines can be added to."""

    headlines: list[str] = field(default_factory=list)

    async def serve(self, _: web.Request) -> web.Response:
        items = "".join(
            f"<item><guid>{title}</guid><title>{title}</title>"
            f"<pubDate>{format_datetime(utc_now())}</pubDate></item>"
            for title in self.headlines
        )
        return web.Response(text=f"<rss version='2.0'><channel>{items}</channel></rss>")


@dataclass
class Newsroom:
    """A feed, a Bot API server, and a folder for the bot."""

    feed: Feed
    telegram: FakeBotApi
    folder: Path
    url: str

    @asynccontextmanager
    async def bot(self, alpha: str = "", ahead: timedelta = timedelta(0)) -> AsyncIterator[None]:
        """The bot runs, with more keys for a channel, on a clock that is ahead."""
        stop = asyncio.Event()
        path = self.folder / "config.toml"
        path.write_text(CONFIG.format(url=self.url, alpha=alpha), "utf-8")
        clock = Clock(lambda: utc_now() + ahead)
        given = RunOptions(
            self.folder / "data", TOKEN, self.telegram.url, pause_between_requests=0, clock=clock
        )
        reloading = Reloading(path, clock)
        work = asyncio.create_task(run(load(path), given, stop, reloading))
        try:
            yield
        finally:
            stop.set()
            await work

    async def ask(self, text: str) -> str:
        before = len(self.telegram.messages(ADMINISTRATOR))
        self.telegram.message_from(ADMINISTRATOR, text)
        await eventually(lambda: len(self.telegram.messages(ADMINISTRATOR)) > before)
        return self.telegram.messages(ADMINISTRATOR)[-1].html

    async def publish(self, title: str) -> None:
        self.feed.headlines.append(title)
        await eventually(lambda: title in self.shown(BETA))

    def shown(self, chat: int) -> list[str]:
        return [post.text.splitlines()[0] for post in self.telegram.messages(chat)]


@pytest.fixture
async def newsroom(telegram: FakeBotApi, tmp_path: Path) -> AsyncIterator[Newsroom]:
    telegram.add_chat(ADMINISTRATOR, type="private", member="member")
    feed, app = Feed(), web.Application()
    app.router.add_get("/", feed.serve)
    async with TestServer(app) as server:
        yield Newsroom(feed, telegram, tmp_path, str(server.make_url("/")))


async def test_administrators_silence_what_they_name_and_hear_it_again(newsroom: Newsroom) -> None:
    async with newsroom.bot():
        await newsroom.publish("Talks begin in Muscat")
        await eventually(lambda: newsroom.shown(ALPHA) == ["Talks begin in Muscat"])
        assert "1 well, 0 failing" in await newsroom.ask("/status")
        await newsroom.ask("/mute rule talks 2h")
        await newsroom.publish("Delegates speak of other talks elsewhere")
        newsroom.telegram.message_from(STRANGER, "/unmute rule talks")
        assert "rule talks" in await newsroom.ask("/mute")
    async with newsroom.bot():
        await newsroom.publish("Ministers have still more talks today")
        assert newsroom.shown(ALPHA) == ["Talks begin in Muscat"]
        await newsroom.ask("/unmute rule talks")
        await newsroom.publish("Nobody expected these talks at all")
        await eventually(lambda: len(newsroom.shown(ALPHA)) == 2)
        await newsroom.ask("/mute source courier")
        newsroom.feed.headlines.append("A prisoner swap is near")
        while "5 entries" not in await newsroom.ask("/feeds"):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert newsroom.shown(ALPHA)[1:] == ["Nobody expected these talks at all"]
    assert len(newsroom.shown(BETA)) == 4
    assert newsroom.telegram.messages(STRANGER) == []


async def test_a_paused_channel_keeps_its_letters_also_over_a_restart(newsroom: Newsroom) -> None:
    async with newsroom.bot():
        await newsroom.publish("Talks begin in Muscat")
        await eventually(lambda: newsroom.shown(ALPHA) == ["Talks begin in Muscat"])
        await newsroom.ask("/pause alpha")
        await newsroom.publish("Delegates speak of other talks elsewhere")
        assert "1 waiting, 1 sent · paused" in await newsroom.ask("/status")
    async with newsroom.bot():
        await newsroom.publish("Ministers have still more talks today")
        assert len(newsroom.shown(ALPHA)) == 1
        assert "2 messages waited" in await newsroom.ask("/resume alpha")
        await eventually(lambda: len(newsroom.shown(ALPHA)) == 3)
    assert newsroom.shown(ALPHA) == newsroom.shown(BETA)


async def test_readers_ask_why(newsroom: Newsroom) -> None:
    async with newsroom.bot():
        await newsroom.publish("Talks begin in Muscat")
        async with (
            open_store(database_url(newsroom.folder / "data")) as stored,
            stored.read() as db,
        ):
            (story,) = await store.latest_stories(db, 1)
        (message,) = newsroom.telegram.messages(BETA)
        newsroom.telegram.press(STRANGER, BETA, message.id, why_data(story.id, "beta"))
        await eventually(lambda: newsroom.telegram.calls("answerCallbackQuery"))
        link = f"https://t.me/c/{str(BETA)[4:]}/{message.id}"
        # The message is there before it is written which one it is.
        async with asyncio.timeout(60):
            while "none of a story" in (why := await newsroom.ask(f"/why {link}")):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    (answer,) = newsroom.telegram.calls("answerCallbackQuery")
    assert answer.params["text"] == "All: “Talks”"
    assert "Gulf Courier: “Talks”" in why


async def test_a_digest_that_was_missed_comes_at_the_next_start(newsroom: Newsroom) -> None:
    async with newsroom.bot():
        await newsroom.publish("Iran talks begin in Muscat")
        await eventually(lambda: len(newsroom.telegram.messages(ALPHA)) == 1)
    at = utc_now() + timedelta(hours=1)
    digest = f'digest = "weekly {at:%a} {at:%H:%M}"'
    for _ in range(2):
        async with newsroom.bot(digest, ahead=timedelta(hours=2)):
            await eventually(lambda: len(newsroom.telegram.messages(ALPHA)) == 3)
            assert "the address is private" in await newsroom.ask(f"/add {newsroom.url}")
    story, picture, text = newsroom.telegram.messages(ALPHA)
    assert picture.photo is not None
    assert "Stories: 1" in picture.text
    assert text.reply_to == picture.id
    assert f'<a href="https://t.me/Alpha_talks/{story.id}">Iran talks begin' in text.html


async def test_a_webhook_is_named_without_what_may_be_secret_in_it(newsroom: Newsroom) -> None:
    newsroom.telegram.set_webhook(f"https://hooks.example/bot/{TOKEN}")
    error = await _failed(newsroom)
    assert isinstance(error, WebhookSetError)
    assert "It is https://hooks.example/…; remove it with: curl" in str(error)
    assert "/bot$TELEGRAM_BOT_TOKEN/deleteWebhook" in str(error)
    assert TOKEN not in str(error)


async def _failed(newsroom: Newsroom) -> BaseException:
    path = newsroom.folder / "config.toml"
    path.write_text(CONFIG.format(url=newsroom.url, alpha=""), "utf-8")
    given = RunOptions(newsroom.folder / "data", TOKEN, newsroom.telegram.url)
    with pytest.raises(BaseExceptionGroup) as raised:
        await run(load(path), given, asyncio.Event())
    error: BaseException = raised.value
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


CONFLICT = faults.Refuse(409, "Conflict: terminated by other getUpdates request; make sure")


async def test_the_bot_that_is_only_starting_gives_way(newsroom: Newsroom) -> None:
    newsroom.telegram.script("getUpdates", CONFLICT)
    error = await _failed(newsroom)
    assert isinstance(error, AnotherBotError)
    assert "run one at a time" in str(error)
