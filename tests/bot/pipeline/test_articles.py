"""Articles: which are read, when again, and what becomes of the messages."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

import pytest
from sqlalchemy import delete, select

import store
from bot.clock import Clock
from bot.configuration.records import Configuration
from bot.pipeline.articles import (
    AT_A_TIME,
    LOOK_EVERY,
    TRIED_AGAIN_AFTER,
    WAITS_AT_MOST,
    ArticleReading,
)
from bot.pipeline.ingest import Ingest
from store import Store
from store.tables import entries, outbox
from tests.making import NOON, entry, serving
from tests.opening import configured, open_database
from watchers import Articles, NoArticle, Poll, SourceFault, SourceState, Watcher
from watchers.errors import TooSlow

CONFIG = """\
[[channel]]
name = "alpha"
[[watcher]]
name = "courier"
title = "Gulf Courier"
url = "https://courier.example/feed"
[[watcher]]
name = "wire"
title = "The Wire"
url = "https://wire.example/feed"
[[rule]]
name = "talks"
title = "Talks"
when = "talks"
channels = ["alpha"]
"""
TITLE = "Iran and US hold talks in Muscat"
TEASER = "Envoys of Iran and the US met in Muscat for talks…"
LEAD = "Envoys of Iran and the United States met in Muscat on Monday for talks over prisoners."
MORE = "The mediator expects that both sides answer his proposal within two weeks."
LINK = "https://courier.example/1"


@dataclass
class Time:
    """A clock that a test moves on; who sleeps wakes when it is time."""

    moment: datetime = NOON
    sleepers: list[tuple[datetime, asyncio.Event]] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        event = asyncio.Event()
        self.sleepers.append((self.moment + timedelta(seconds=seconds), event))
        await event.wait()

    def pass_by(self, time: timedelta) -> None:
        self.moment += time
        for when, event in self.sleepers:
            if when <= self.moment:
                event.set()

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.moment, self.sleep)


@dataclass
class Pages:
    """Answers each link as a test says; one without an answer waits for it."""

    answers: dict[str, str | Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    asked_now: int = 0
    rested: int = 0

    async def read(self, link: str, watcher: Watcher, now: datetime) -> str:
        del watcher, now
        self.asked.append(link)
        self.asked_now += 1
        try:
            while link not in self.answers:  # noqa: ASYNC110  the test says when
                await asyncio.sleep(0.001)
            answer = self.answers[link]
            if isinstance(answer, Exception):
                raise answer
            return answer
        finally:
            self.asked_now -= 1

    async def rest(self) -> None:
        self.rested += 1


class Newsroom:
    """Ingest and reading at work on one database."""

    def __init__(self, configuration: Configuration, stored: Store) -> None:
        self.configuration = configuration
        self.stored = stored
        self.time = Time()
        self.pages = Pages()

    async def __aenter__(self) -> Self:
        self._tasks = await AsyncExitStack().__aenter__()
        clock = self.time.clock
        self.ingest = Ingest(self.configuration, self.stored, clock, lambda _: self.reading.wake())
        watchers = self.configuration.watchers
        self.reading = ArticleReading(watchers, self.pages, self.stored, self.ingest.revise, clock)
        group = await self._tasks.enter_async_context(asyncio.TaskGroup())
        self._running = [
            group.create_task(self.ingest.run()),
            group.create_task(self.reading.run()),
        ]
        await self.settled()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._running:
            task.cancel()
        await self._tasks.aclose()

    async def serve(self, *links: str, title: str = TITLE, text: str = TEASER) -> None:
        """Let entries of these links come in."""
        source = "wire" if any("wire" in link for link in links) else "courier"
        found = [
            entry(title, text, uid=link, link=link, source=source, seen=self.time.moment)
            for link in links
        ]
        served = tuple(serving(one, one.uid.encode()) for one in found)
        await self.ingest(Poll(Watcher(source, source, ""), SourceState(source), served))
        await self.settled()

    async def settled(self) -> None:
        """Wait until nothing moves any more."""
        still = 0
        before: object = None
        while still < 25:
            await asyncio.sleep(0.003)
            now = (len(self.pages.asked), self.pages.rested, await self.articles())
            still = still + 1 if now == before else 0
            before = now

    async def articles(self) -> list[str | None]:
        async with self.stored.read() as db:
            return [*await db.scalars(select(entries.c.article).order_by(entries.c.uid))]

    async def letters(self) -> list[str]:
        async with self.stored.read() as db:
            return [*await db.scalars(select(outbox.c.text).order_by(outbox.c.id))]

    async def send_all(self) -> None:
        """Let all that waits be sent."""
        async with self.stored.write() as db:
            number = 0
            while letter := await store.next_row(db, "alpha"):
                number += 1
                await store.mark_sent(db, letter, "alpha", number, self.time.moment)

    async def wait(self, time: timedelta) -> None:
        self.time.pass_by(time)
        await self.settled()


@pytest.fixture
async def stored(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_database(tmp_path / "test.db") as made:
        yield made


@pytest.fixture
def configuration() -> Configuration:
    return configured(CONFIG)


@pytest.fixture
async def newsroom(configuration: Configuration, stored: Store) -> AsyncIterator[Newsroom]:
    async with Newsroom(configuration, stored) as made:
        yield made


def reads(articles: Articles, configuration: Configuration) -> Configuration:
    watchers = (replace(watcher, articles=articles) for watcher in configuration.watchers)
    return replace(configuration, watchers=tuple(watchers))


async def test_a_teaser_gets_its_article_and_the_message_that_waits_is_folded(
    newsroom: Newsroom,
) -> None:
    newsroom.pages.answers[LINK] = f"{LEAD}\n{MORE}"
    await newsroom.serve(LINK)
    (text,) = await newsroom.letters()
    assert LEAD in text
    assert MORE in text
    assert await newsroom.articles() == [f"{LEAD}\n{MORE}"]
    assert newsroom.pages.asked == [LINK]


async def test_a_message_that_was_sent_is_edited(newsroom: Newsroom) -> None:
    await newsroom.serve(LINK)
    await newsroom.send_all()
    newsroom.pages.answers[LINK] = f"{LEAD}\n{MORE}"
    await newsroom.settled()
    sent, edit = await newsroom.letters()
    assert LEAD not in sent
    assert LEAD in edit


async def test_a_channel_that_was_not_told_is_not_told_now(newsroom: Newsroom) -> None:
    await newsroom.serve(LINK)
    async with newsroom.stored.write() as db:
        await db.execute(delete(outbox))
    newsroom.pages.answers[LINK] = f"{LEAD}\n{MORE}"
    await newsroom.settled()
    assert await newsroom.articles() == [f"{LEAD}\n{MORE}"]
    assert await newsroom.letters() == []


async def test_only_what_matches_is_read(newsroom: Newsroom) -> None:
    await newsroom.serve(LINK, title="Ferry stopped in the strait", text="")
    assert newsroom.pages.asked == []


LONG = " ".join(f"{n} people of the talks said that the talks would go on." for n in range(20))


@pytest.mark.parametrize(
    ("articles", "text", "asked"),
    [
        (Articles.OFF, TEASER, []),
        (Articles.TEASERS, LONG, []),
        (Articles.ON, LONG, [LINK]),
        (Articles.ON, TEASER, [LINK]),
    ],
)
async def test_the_watcher_says_what_is_read(
    configuration: Configuration,
    stored: Store,
    articles: Articles,
    text: str,
    asked: Sequence[str],
) -> None:
    async with Newsroom(reads(articles, configuration), stored) as newsroom:
        newsroom.pages.answers[LINK] = NoArticle("none")
        await newsroom.serve(LINK, text=text)
        assert newsroom.pages.asked == asked
        assert await newsroom.articles() == [""]


@pytest.mark.parametrize(
    "answer",
    [
        NoArticle("the server answers 404"),
        "Accept all cookies or manage your choices with our many partners, as the law demands.",
    ],
)
async def test_what_is_no_article_is_not_asked_for_again(
    newsroom: Newsroom, answer: str | Exception
) -> None:
    newsroom.pages.answers[LINK] = answer
    await newsroom.serve(LINK)
    before = await newsroom.letters()
    await newsroom.wait(timedelta(hours=3))
    assert newsroom.pages.asked == [LINK]
    assert await newsroom.articles() == [""]
    assert await newsroom.letters() == before


async def test_a_failure_is_tried_again_later_and_later_and_then_given_up(
    newsroom: Newsroom,
) -> None:
    newsroom.pages.answers[LINK] = TooSlow(30)
    await newsroom.serve(LINK)
    for times, wait in enumerate(TRIED_AGAIN_AFTER, 1):
        await newsroom.wait(wait - timedelta(seconds=1))
        assert len(newsroom.pages.asked) == times
        assert await newsroom.articles() == [None]
        await newsroom.wait(LOOK_EVERY)
        assert len(newsroom.pages.asked) == times + 1
    assert await newsroom.articles() == [""]
    await newsroom.wait(timedelta(hours=12))
    assert len(newsroom.pages.asked) == 1 + len(TRIED_AGAIN_AFTER)


async def test_a_server_is_left_alone_as_long_as_it_asks(newsroom: Newsroom) -> None:
    newsroom.pages.answers[LINK] = SourceFault("busy", wait=timedelta(hours=2))
    await newsroom.serve(LINK)
    await newsroom.wait(timedelta(hours=1, minutes=59))
    assert newsroom.pages.asked == [LINK]
    newsroom.pages.answers[LINK] = f"{LEAD}\n{MORE}"
    await newsroom.wait(timedelta(minutes=1))
    assert await newsroom.articles() == [f"{LEAD}\n{MORE}"]


async def test_what_was_not_decided_is_read_after_a_restart_and_what_was_is_not(
    configuration: Configuration, stored: Store
) -> None:
    async with Newsroom(configuration, stored) as newsroom:
        newsroom.pages.answers[f"{LINK}0"] = NoArticle("none")
        await newsroom.serve(f"{LINK}0", f"{LINK}1")
    async with Newsroom(configuration, stored) as newsroom:
        assert newsroom.pages.asked == [f"{LINK}1"]
    async with Newsroom(configuration, stored) as newsroom:
        newsroom.pages.asked.clear()
        newsroom.time.moment += WAITS_AT_MOST + timedelta(hours=1)
        newsroom.reading.wake()
        await newsroom.settled()
        assert newsroom.pages.asked == []


async def test_one_at_a_time_of_a_host_and_a_few_in_all(newsroom: Newsroom) -> None:
    await newsroom.serve(LINK, f"{LINK}/a", f"{LINK}/b")
    await newsroom.serve("https://wire.example/1")
    await newsroom.wait(LOOK_EVERY)
    assert sorted({link.split("/")[2] for link in newsroom.pages.asked}) == [
        "courier.example",
        "wire.example",
    ]
    assert newsroom.pages.asked_now == 2
    await newsroom.serve(*(f"https://{n}.example/wire" for n in range(10)))
    await newsroom.wait(LOOK_EVERY)
    assert newsroom.pages.asked_now == AT_A_TIME


async def test_the_next_of_a_host_follows_when_one_is_done(newsroom: Newsroom) -> None:
    links = [f"{LINK}{n}" for n in range(3)]
    newsroom.pages.answers.update(dict.fromkeys(links, NoArticle("none")))
    await newsroom.serve(*links)
    assert sorted(newsroom.pages.asked) == links
    assert await newsroom.articles() == [""] * 3
    assert newsroom.pages.rested


async def test_a_fault_of_ours_ends_nothing(newsroom: Newsroom) -> None:
    newsroom.pages.answers.update({LINK: ZeroDivisionError(), "https://wire.example/1": LEAD * 2})
    await newsroom.serve(LINK)
    await newsroom.serve("https://wire.example/1", title=f"{TITLE}, mediator confirms on Monday")
    assert await newsroom.articles() == [None, LEAD * 2]
