"""Fewer messages where too many wait: from polls to what stands in the channel."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

import store
from bot.clock import Clock
from bot.configuration.records import Configuration
from bot.delivery.batching import Batching
from bot.delivery.destination import AmbiguousError, NotSentError, WaitError
from bot.delivery.sender import Sender
from bot.messages.drafts import Messages
from bot.pipeline.ingest import Ingest
from store import Status, Store
from tests.bot.delivery.test_sender import Chat
from tests.making import entry, serving
from tests.opening import configured, open_database
from watchers import Poll, SourceState

MINUTE = timedelta(minutes=1)
EVENING = datetime(2023, 6, 12, 20, tzinfo=UTC)
CONFIG = """\
[watching]
flood_entries = 20
flood_stories = 5

[[channel]]
name = "talks"
chat = "@talks"
{channel}

[[watcher]]
name = "courier"
title = "Gulf Courier"
url = "https://courier.example/feed"

[[watcher]]
name = "wire"
title = "Wire"
url = "https://wire.example/feed"

[[rule]]
name = "talks"
title = "Talks"
when = "talks"
channels = ["talks"]

[[rule]]
name = "urgent"
title = "Urgent"
when = "urgent"
channels = ["talks"]
priority = true
"""
SYLLABLES = "ba ko ri mu te sa lo vi ne du ga po hi wu ze".split()


def said(number: int, word: str = "talks") -> str:
    """A headline that shares nothing with those of other numbers but the word of the rule."""
    choose = Random(number).choice
    words = ["".join(choose(SYLLABLES) for _ in range(4)) for _ in range(5)]
    return " ".join([words[0].title(), *words[1:3], word, *words[3:]])


class Newsroom:
    """Ingest and sender on one database and one clock, with a chat in memory."""

    def __init__(self, configuration: Configuration, stored: Store) -> None:
        self.now = EVENING
        self.chat = Chat()
        self.told: list[str] = []
        clock = Clock(lambda: self.now, self._sleep)
        self.ingest = Ingest(configuration, stored, clock, lambda _: None, self._tell)
        self._view = Messages(configuration).view("talks")
        self._channel = self._view.channel
        batching = Batching(self._view)
        self.sender = Sender(self._channel, self.chat, stored, clock, batching=batching)
        self.stored = stored
        self._watchers = {watcher.name: watcher for watcher in configuration.watchers}
        self._configuration = configuration

    async def _sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    async def _tell(self, text: str) -> None:
        self.told.append(text)

    async def comes(self, *titles: str, source: str = "courier") -> None:
        """A poll brings entries with these titles."""
        entries = (
            entry(
                title,
                source=source,
                link=f"https://{source}.example/{abs(hash(title))}",
                published=self.now,
                seen=self.now,
            )
            for title in titles
        )
        served = tuple(serving(one, one.title.encode()) for one in entries)
        await self.ingest(Poll(self._watchers[source], SourceState(source), served))

    async def drain(self) -> None:
        while await self.sender.send_next():
            pass

    async def is_killed(self, *, arrives: bool) -> None:
        """The process ends after the write-ahead; a message arrives all the same, or not."""
        address = self.chat.address(self._channel)
        async with self.stored.write() as db:
            await Batching(self._view).gather(db, address, self.now)
            letter = await store.next_row(db, "talks", self.now)
            if letter is None or letter.status is Status.SENDING:
                return
            is_new = await store.message_of(db, address, letter.story) is None
            await store.mark_sending(db, letter, address, self.now)
        if is_new and arrives:
            self.chat.post(letter.text)

    @property
    def messages(self) -> list[str]:
        return self.chat.ours

    async def statuses(self) -> dict[Status, int]:
        async with self.stored.read() as db:
            return await store.counts(db, ["talks"])


@asynccontextmanager
async def at_work(folder: Path, channel: str = "") -> AsyncIterator[Newsroom]:
    async with open_database(folder / "test.db") as stored:
        newsroom = Newsroom(configured(CONFIG.format(channel=channel)), stored)
        work = asyncio.create_task(newsroom.ingest.run())
        try:
            yield newsroom
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)


def told_in(messages: Iterable[str], title: str) -> int:
    """How many of the messages tell a headline."""
    return sum(title in message for message in messages)


async def test_a_burst_is_sent_singly_as_long_as_it_goes(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        await room.comes(*map(said, range(5)))
        await room.drain()
        assert len(room.messages) == 5


async def test_what_waited_for_telegram_is_told_together(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        room.chat.faults.append(WaitError(300))
        await room.comes(*map(said, range(5)))
        await room.drain()
        (digest,) = room.messages
        assert all(told_in([digest], said(number)) for number in range(5))
        assert digest.startswith("<b>In brief")


async def test_a_few_that_waited_are_messages_of_their_own(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        room.chat.faults.append(WaitError(300))
        await room.comes(*map(said, range(3)))
        await room.drain()
        assert len(room.messages) == 3


async def test_priority_is_never_gathered(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        room.chat.faults.append(WaitError(300))
        await room.comes(*map(said, range(5)), said(6, "urgent talks"))
        await room.drain()
        assert len(room.messages) == 2
        assert told_in(room.messages, said(6, "urgent talks")) == 1


async def test_at_the_end_of_quiet_hours_there_is_one_digest(tmp_path: Path) -> None:
    async with at_work(tmp_path, 'quiet_hours = "19:00-07:00"') as room:
        await room.comes(said(0))
        await room.comes(said(1), said(2, "urgent talks"))
        await room.drain()
        assert len(room.messages) == 1
        room.now = EVENING + timedelta(hours=11, seconds=1)
        await room.drain()
        night = room.messages[1]
        assert len(room.messages) == 2
        assert night.startswith("<b>While it was quiet")
        assert told_in([night], said(0)) == told_in([night], said(1)) == 1


async def test_one_story_of_the_night_is_its_own_message(tmp_path: Path) -> None:
    async with at_work(tmp_path, 'quiet_hours = "19:00-07:00"') as room:
        await room.comes(said(0))
        room.now = EVENING + timedelta(hours=12)
        await room.drain()
        (message,) = room.messages
        assert not message.startswith("<b>While it was quiet")


async def test_what_a_digest_told_is_not_told_again_but_its_denial_is(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        room.chat.faults.append(WaitError(300))
        await room.comes(*map(said, range(5)))
        await room.drain()
        room.now += 5 * MINUTE
        await room.comes(said(3), source="wire")
        await room.drain()
        assert len(room.messages) == 1
        room.now += 5 * MINUTE
        await room.comes(f"Iran denies: {said(3)}", source="wire")
        await room.drain()
        assert len(room.messages) == 2
        assert "denied" in room.messages[1]


async def test_a_digest_that_could_not_be_sent_tells_what_is_so_by_then(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        room.chat.faults += [WaitError(300), WaitError(300)]
        await room.comes(*map(said, range(5)))
        assert await room.sender.send_next()
        assert await room.sender.send_next()
        await room.comes(f"{said(2)}, two say", source="wire")
        await room.comes(said(7))
        await room.drain()
        (digest,) = room.messages
        assert "Reported by 2" in digest
        assert all(told_in([digest], said(number)) == 1 for number in (0, 1, 2, 3, 4, 7))


async def test_no_more_messages_an_hour_than_are_asked_for(tmp_path: Path) -> None:
    async with at_work(tmp_path, "messages_an_hour = 3") as room:
        for number in range(30):
            await room.comes(said(number))
            await room.drain()
            room.now += 2 * MINUTE
        assert len(room.messages) <= 4
        room.now += timedelta(hours=1)
        await room.drain()
        assert len(room.messages) <= 7
        assert all(told_in(room.messages, said(number)) == 1 for number in range(30))


async def test_priority_passes_the_limit_of_an_hour(tmp_path: Path) -> None:
    async with at_work(tmp_path, "messages_an_hour = 1") as room:
        await room.comes(said(0), said(1, "urgent talks"), said(2, "urgent talks"))
        await room.drain()
        assert told_in(room.messages, said(1, "urgent talks")) == 1
        assert told_in(room.messages, said(2, "urgent talks")) == 1


@pytest.mark.parametrize("count", [21, 90])
async def test_a_flood_is_told_together_and_to_the_administrators(
    tmp_path: Path, count: int
) -> None:
    async with at_work(tmp_path) as room:
        await room.comes(*map(said, range(count)))
        await room.drain()
        assert room.messages == []
        room.now += 3 * MINUTE
        await room.drain()
        assert 1 <= len(room.messages) <= 1 + count // 15
        assert all(told_in(room.messages, said(number)) == 1 for number in range(count))
        (notice,) = room.told
        assert "Gulf Courier (courier)" in notice


async def test_a_few_stories_among_very_many_entries_are_no_flood(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        await room.comes(*(said(number, "weather") for number in range(50)), said(60), said(61))
        await room.drain()
        assert len(room.messages) == 2
        assert not room.told


async def test_a_source_that_drips_its_flood_is_told_together_too(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        for number in range(12):
            await room.comes(said(number))
            await room.drain()
            room.now += timedelta(seconds=2)
        assert len(room.messages) == 5
        room.now += 3 * MINUTE
        await room.drain()
        assert len(room.messages) == 6
        assert all(told_in(room.messages, said(number)) == 1 for number in range(12))


async def test_an_edit_keeps_its_distance_to_the_last_one(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        await room.comes(said(0))
        await room.drain()
        room.now += timedelta(seconds=10)
        await room.comes(said(0), source="wire")
        await room.drain()
        room.now += timedelta(seconds=10)
        await room.comes(f"{said(0)}, sources say", source="wire")
        await room.drain()
        assert "Reported by" not in room.messages[0]
        room.now += MINUTE
        await room.drain()
        assert "Reported by 2" in room.messages[0]


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_digest_whose_answer_was_lost_is_settled(tmp_path: Path, arrives: bool) -> None:
    async with at_work(tmp_path) as room:
        await room.comes(said(20))
        await room.drain()
        room.now += 5 * MINUTE
        room.chat.arrives = arrives
        room.chat.faults += [WaitError(300), AmbiguousError("lost")]
        await room.comes(*map(said, range(5)))
        assert await room.sender.send_next()
        assert await room.sender.send_next()
        # It is not known yet whether it arrived, and its stories go on.
        await room.comes(*map(said, range(5)), source="wire")
        await room.comes(said(7))
        room.now += 5 * MINUTE
        await room.drain()
        assert all(told_in(room.messages, said(number)) == 1 for number in (0, 1, 2, 3, 4, 7))
        assert len(room.messages) == 3


async def test_what_was_told_together_becomes_a_message_when_a_priority_rule_matches(
    tmp_path: Path,
) -> None:
    async with at_work(tmp_path) as room:
        room.chat.faults.append(WaitError(300))
        await room.comes(*map(said, range(5)))
        await room.drain()
        await room.comes(f"{said(3)} urgent", source="wire")
        await room.drain()
        assert len(room.messages) == 2
        room.now += 5 * MINUTE
        await room.comes(f"{said(3)}, urgent", source="courier")
        await room.drain()
        assert len(room.messages) == 2


async def something(room: Newsroom, told: list[str], random: Random) -> None:
    """News, growth, time, a fault on the line, a kill, or a few letters sent."""
    match random.randrange(7):
        case 0 | 1:
            new = [said(len(told) + n) for n in range(random.choice([1, 2, 8]))]
            told += new
            await room.comes(*new)
        case 2 if told:
            await room.comes(random.choice(told), source="wire")
        case 3:
            room.now += timedelta(seconds=random.choice([1, 70, 900, 4000]))
        case 4:
            faults = [WaitError(200), AmbiguousError("lost"), NotSentError("no line")]
            room.chat.faults.append(random.choice(faults))
            room.chat.arrives = random.random() < 0.5
        case 5:
            await room.is_killed(arrives=random.random() < 0.5)
        case _:
            for _ in range(random.randrange(4)):
                await room.sender.send_next()


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_goes_wrong_each_story_is_told_once(tmp_path: Path, seed: int) -> None:
    random, told = Random(seed), list[str]()
    async with at_work(tmp_path, random.choice(["", "messages_an_hour = 4"])) as room:
        for _ in range(40):
            await something(room, told, random)
        for _ in range(12):
            room.now += timedelta(hours=1)
            await room.drain()
        assert {title: told_in(room.messages, title) for title in told} == dict.fromkeys(told, 1)
