"""Digests at their times: from stories in the database to what stands in the outbox."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import store
from bot.clock import Clock
from bot.configuration.channels import Channel
from bot.pipeline import digest_sending
from bot.pipeline.digest_sending import LATEST, DigestSending
from store import Mute, Muted, OutboxRow, Store, Urgency
from stories import Story
from tests.making import entry, match, report
from tests.opening import configured, open_database

HOUR = timedelta(hours=1)
# 08:00 in Muscat, on a Monday.
EIGHT = datetime(2023, 6, 12, 4, tzinfo=UTC)
CONFIG = """\
[[channel]]
name = "talks"
chat = "@talks"
timezone = "Asia/Muscat"
digest = "{digest}"

[[channel]]
name = "other"
chat = "@other"

[[watcher]]
name = "courier"
title = "Gulf Courier"
url = "https://courier.example/feed"

[[rule]]
name = "talks"
title = "Talks"
when = "talks"
channels = ["talks"]

[[rule]]
name = "elsewhere"
title = "Elsewhere"
when = "elsewhere"
channels = ["other"]
"""


@pytest.fixture
async def stored(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_database(tmp_path / "test.db") as made:
        yield made


class Bot:
    """A bot's digests, on a clock that stops at a moment."""

    def __init__(self, stored: Store, digest: str = "daily 08:00") -> None:
        self.stored = stored
        self.woken: list[str] = []
        self.configuration = configured(CONFIG.format(digest=digest))
        self.now = EIGHT

    def sending(self, clock: Clock) -> DigestSending:
        return DigestSending(self.configuration, self.stored, clock, _address, self.woken.append)

    async def run(self, begin: datetime, until: datetime) -> None:
        """Let it run from one moment until another."""
        self.now = begin
        over = asyncio.Event()

        async def sleep(seconds: float) -> None:
            if self.now + timedelta(seconds=seconds) > until:
                over.set()
                await asyncio.Event().wait()
            self.now += timedelta(seconds=seconds)

        work = asyncio.create_task(self.sending(Clock(lambda: self.now, sleep)).run())
        finished = asyncio.create_task(over.wait())
        await asyncio.wait({work, finished}, return_when=asyncio.FIRST_COMPLETED)
        finished.cancel()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    async def tell(self, title: str, moment: datetime, rule: str = "talks") -> Story:
        one = entry(title, published=moment, seen=moment)
        own = replace(report(one, match(rule)), entry=store.entry_id(one))
        story = Story(own.entry, moment, moment, (own,))
        async with self.stored.write() as db:
            await store.save_entries(db, [(one, own.matches)])
            await store.save_story(db, story)
        return story

    async def letters(self) -> Sequence[OutboxRow]:
        """What waits, in its order; it counts as sent then."""
        found = []
        async with self.stored.write() as db:
            for channel in ("talks", "other"):
                while letter := await store.next_row(db, channel):
                    found.append(letter)
                    await store.mark_sent(db, letter, "telegram:@talks", len(found), self.now)
        return found


def _address(channel: Channel) -> str:
    return f"telegram:{channel.chat}"


@pytest.fixture
def bot(stored: Store) -> Bot:
    return Bot(stored)


async def test_a_digest_comes_at_its_time_and_not_before(bot: Bot) -> None:
    await bot.tell("Talks open", EIGHT - HOUR)
    await bot.tell("Ferry elsewhere", EIGHT - HOUR, rule="elsewhere")
    # The digest of the day before is empty.
    await bot.run(EIGHT - HOUR, EIGHT - timedelta(seconds=1))
    assert await bot.letters() == []
    await bot.run(EIGHT - HOUR, EIGHT)
    (letter,) = await bot.letters()
    assert letter.story == "digest/talks/2023-06-11..2023-06-12/1"
    assert "11 June 08:00 – 12 June 08:00" in letter.text
    assert "Talks open" in letter.text
    assert "Ferry" not in letter.text
    assert (letter.urgency, letter.picture, letter.reply_to) == (Urgency.PRIORITY, None, "")
    assert bot.woken == ["talks"]


async def test_each_day_has_its_own(bot: Bot) -> None:
    for day in range(3):
        await bot.tell(f"Talks go on {day}", EIGHT + day * 24 * HOUR - HOUR)
    await bot.run(EIGHT - HOUR, EIGHT + 60 * HOUR)
    letters = await bot.letters()
    assert [letter.text.count("Talks go on") for letter in letters] == [1, 1, 1]


async def test_a_restart_repeats_nothing(bot: Bot) -> None:
    await bot.tell("Talks open", EIGHT - HOUR)
    await bot.run(EIGHT, EIGHT + HOUR)
    assert len(await bot.letters()) == 1
    await bot.tell("Talks of the last hour", EIGHT - timedelta(minutes=1))
    await bot.run(EIGHT + HOUR, EIGHT + 2 * HOUR)
    assert await bot.letters() == []


async def test_what_was_missed_comes_late_but_not_too_late(bot: Bot) -> None:
    await bot.tell("Talks open", EIGHT - HOUR)
    await bot.run(EIGHT + LATEST + timedelta(minutes=1), EIGHT + LATEST + HOUR)
    assert await bot.letters() == []
    await bot.run(EIGHT + LATEST, EIGHT + LATEST + HOUR)
    assert len(await bot.letters()) == 1


async def test_where_nothing_was_reported_nothing_is_sent(bot: Bot) -> None:
    await bot.run(EIGHT - HOUR, EIGHT + 30 * HOUR)
    assert await bot.letters() == []
    assert bot.woken == []


async def test_what_is_muted_is_not_told(bot: Bot) -> None:
    story = await bot.tell("Talks open", EIGHT - HOUR)
    async with bot.stored.write() as db:
        await store.mute(db, Mute(Muted.STORY, story.id), EIGHT)
    await bot.run(EIGHT, EIGHT + HOUR)
    assert await bot.letters() == []


async def test_a_headline_leads_to_the_message_in_the_same_channel(bot: Bot) -> None:
    story = await bot.tell("Talks open", EIGHT - HOUR)
    for channel, text in (("talks", "one"), ("other", "two")):
        async with bot.stored.write() as db:
            await store.enqueue(db, channel, story.id, text, EIGHT - HOUR)
            letter = await store.next_row(db, channel)
            assert letter is not None
            await store.mark_sent(db, letter, f"telegram:@{channel}", 41, EIGHT)
    await bot.run(EIGHT, EIGHT + HOUR)
    (letter,) = await bot.letters()
    assert '<a href="https://t.me/talks/41">Talks open</a>' in letter.text


async def test_a_week_begins_with_a_picture_under_which_its_texts_stand(stored: Store) -> None:
    bot = Bot(stored, "weekly mon 08:00")
    for day in range(1, 7):
        await bot.tell(f"Talks in Muscat {day}", EIGHT - day * 24 * HOUR)
    await _mention(bot)
    await bot.run(EIGHT, EIGHT + HOUR)
    picture, text = await bot.letters()
    assert picture.story == "digest/talks/2023-06-05..2023-06-12/0"
    assert picture.picture is not None
    assert picture.picture.startswith(b"\x89PNG")
    assert picture.text.startswith("<b>Weekly digest, 5 June 08:00 – 12 June 08:00</b>\nStories: 7")
    assert (text.reply_to, text.picture) == (picture.story, None)


async def _mention(bot: Bot) -> None:
    """Store a story that mentions an actor of the lexicon."""
    one = entry("Iran talks", published=EIGHT - HOUR, seen=EIGHT - HOUR)
    mentions = bot.configuration.matcher.mentions(one)
    assert mentions
    own = replace(report(one, match("talks")), entry=store.entry_id(one), mentions=mentions)
    async with bot.stored.write() as db:
        await store.save_entries(db, [(one, own.matches)])
        await store.save_story(db, Story(own.entry, EIGHT - HOUR, EIGHT - HOUR, (own,)))


async def test_without_its_picture_a_week_has_its_texts(
    stored: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest_sending, "DRAWING_SECONDS", 0.001)
    bot = Bot(stored, "weekly mon 08:00")
    await _mention(bot)
    await bot.run(EIGHT, EIGHT + HOUR)
    (text,) = await bot.letters()
    assert (text.reply_to, text.picture) == ("", None)
