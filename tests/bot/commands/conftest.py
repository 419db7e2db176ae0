"""Administrators and readers, a Bot API server, and the bot that answers them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import store
from bot.clock import Clock
from bot.commands import Adding, CommandContext
from bot.commands.long_polling import converse
from bot.configuration.channels import Channel
from bot.configuration.records import Configuration
from bot.pipeline.corrections import Corrector
from bot.pipeline.ingest import Ingest
from rules import Evidence, Field, Match
from store import Store
from stories import Report, Story
from tests.fakebotapi import TOKEN, FakeBotApi, Posted
from tests.making import NOON, entry
from tests.opening import configured, open_database
from watchers import Entry, SourceState

ADMINISTRATOR, COLLEAGUE, STRANGER = 7, 8, 666
ALPHA, BETA, OFFICE = -1001000000001, -1001000000002, -1001000000009

CONFIG = f"""\
[administrators]
chat = {OFFICE}
users = [{ADMINISTRATOR}, {COLLEAGUE}]

[websub]
address = "https://news.example/hooks"

[[channel]]
name = "alpha"
chat = "@Alpha_talks"

[[channel]]
name = "beta"
chat = {BETA}

[[watcher]]
name = "courier"
title = "Gulf Courier"
url = "https://courier.example/feed"
standing = "state-aligned"

[[watcher]]
name = "wire"
title = "The <Wire> & Co"
url = "https://wire.example/feed"

[[rule]]
name = "talks"
title = "Talks <& more>"
when = "talks"
channels = ["alpha"]

[[rule]]
name = "denials"
title = "Denials"
when = "denies OR denied"
channels = ["alpha", "beta"]
"""


async def eventually(true: Callable[[], object]) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110  it is another program's, or another task's
            await asyncio.sleep(0.005)


@dataclass
class Time:
    """A clock that waiting moves on."""

    moment: datetime = NOON
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.moment, self.sleep)


@dataclass
class Room:
    """The bot at work, and those who talk to it."""

    telegram: FakeBotApi
    stored: Store
    context: CommandContext
    time: Time
    woken: list[str]

    async def ask(
        self,
        text: str,
        *,
        user: int = ADMINISTRATOR,
        chat: int | None = None,
        reply_to: int | None = None,
        **what: Posted,
    ) -> str:
        """Send the bot a command; returns the text that it answers with, in Telegram's HTML."""
        answer = await self.answer(text, user=user, chat=chat, reply_to=reply_to, **what)
        return answer.html

    async def answer(
        self,
        text: str,
        *,
        user: int = ADMINISTRATOR,
        chat: int | None = None,
        reply_to: int | None = None,
        **what: Posted,
    ) -> Posted:
        """Send the bot a command; returns its answer."""
        before = len(self.telegram.calls("sendMessage"))
        self.telegram.message_from(user, text, chat=chat, reply_to=reply_to, **what)
        await eventually(lambda: len(self.telegram.calls("sendMessage")) > before)
        place = self.telegram.calls("sendMessage")[-1].params["chat_id"]
        return self.telegram.messages(place)[-1]

    async def press(self, user: int, chat: int | str, message: int, data: str) -> str | None:
        """Press a button; returns the text that is shown."""
        before = len(self.telegram.calls("answerCallbackQuery"))
        self.telegram.press(user, chat, message, data)
        await eventually(lambda: len(self.telegram.calls("answerCallbackQuery")) > before)
        shown: str | None = self.telegram.calls("answerCallbackQuery")[-1].params.get("text")
        return shown

    async def tell(self, *reports: Report, channel: str = "alpha") -> tuple[Story, Posted]:
        """A story that was sent to a channel, and its message there."""
        first = reports[0]
        story = Story(store.entry_id(_entry(first)), NOON, self.time.moment, reports)
        chat = self._channel(channel)
        place: int | str = chat.chat if chat.chat.startswith("@") else int(chat.chat)
        # What it says is the sender's affair.
        text = first.document.title if first.document.title.isascii() else "A message"
        self.telegram.call("sendMessage", {"chat_id": place, "text": text})
        message = self.telegram.messages(place)[-1]
        async with self.stored.write() as db:
            found = [(_entry(report), report.matches) for report in reports]
            await store.save_entries(db, found)
            await store.save_story(db, story)
            await store.enqueue(db, channel, story.id, "text", self.time.moment)
            letter = await store.next_row(db, channel)
            assert letter is not None
            address = self.context.address(chat)
            await store.mark_sent(db, letter, address, message.id, self.time.moment)
        return story, message

    async def states(self, *states: SourceState) -> None:
        async with self.stored.write() as db:
            await store.save_states(db, states)

    def _channel(self, name: str) -> Channel:
        return next(c for c in self.context.configuration.channels if c.name == name)


def report(title: str, source: str = "courier", **rules: Sequence[str]) -> Report:
    """A report of a source, in which these words made each rule true."""
    one = entry(title, source=source, link=f"https://{source}.example/{abs(hash(title))}")
    matches = []
    for name, words in rules.items():
        spots = [
            Evidence(Field.TITLE, title.index(word), title.index(word) + len(word), word, word)
            for word in words
        ]
        matches.append(Match(name, tuple(spots)))
    outlet = {"courier": "Gulf Courier", "wire": "The <Wire> & Co"}[source]
    return Report(store.entry_id(one), one, outlet, tuple(matches))


def _entry(one: Report) -> Entry:
    assert isinstance(one.document, Entry)
    return one.document


@pytest.fixture
async def telegram() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as server:
        server.add_chat(ALPHA, username="Alpha_talks", last_id=40)
        server.add_chat(BETA, last_id=70)
        server.add_chat(OFFICE, type="supergroup", last_id=5)
        yield server
        server.assert_clean()


@asynccontextmanager
async def at_work(
    telegram: FakeBotApi,
    configuration: Configuration,
    file: Path,
    token: str = TOKEN,
    adding: Adding | None = None,
) -> AsyncIterator[Room]:
    """The bot answers as long as the block runs."""
    time, woken = Time(), list[str]()
    async with open_database(file) as stored:
        ingest = Ingest(configuration, stored, time.clock, woken.append)
        corrector = Corrector(
            stored,
            ingest,
            time.clock,
            channels=configuration.channels,
            address=_address,
            tell=_tell,
        )
        context = CommandContext(
            configuration=configuration,
            stored=stored,
            clock=time.clock,
            started=NOON - timedelta(hours=76),
            address=_address,
            wake=woken.append,
            correct=corrector.look,
            adding=adding,
        )
        work = [
            asyncio.create_task(converse(token, telegram.url, context)),
            asyncio.create_task(ingest.run()),
        ]
        try:
            yield Room(telegram, stored, context, time, woken)
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)


def _address(channel: Channel) -> str:
    return f"telegram:{channel.chat}"


async def _tell(text: str) -> None:
    raise AssertionError(text)


@pytest.fixture
async def room(telegram: FakeBotApi, tmp_path: Path) -> AsyncIterator[Room]:
    async with at_work(telegram, configured(CONFIG), tmp_path / "test.db") as made:
        yield made
