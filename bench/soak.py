"""A day of news through the real bot, from polls to Telegram's HTTP interface, in simulated time.

    python -m bench.soak [--hours 24] [--seed N] [--history DAYS]

10,000 entries, bursts of 500 (a source that floods), an hour in which Telegram does not answer, a
night of quiet hours, a channel with a limit of messages an hour. Time is the loop's own: it goes on
at once where nothing but time is waited for. Counts what subscribers see in the end, what the fake
Bot API holds against its limits, and the memory from hour to hour.

The bot remembers the stories of 14 days: `--history` fills in so many days before the first, so
that as much is forgotten as comes in.
"""

import argparse
import asyncio
import gc
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import psutil
import structlog

import store
from bot.clock import Clock
from bot.configuration.loading import load
from bot.configuration.records import Configuration
from bot.delivery.batching import Batching
from bot.delivery.sender import Sender
from bot.delivery.telegram.client import open_telegram
from bot.messages.drafts import Messages
from bot.pipeline.ingest import Ingest
from bot.pipeline.outcomes import matched
from store import Store, open_store, sqlite_url
from stories import Report, Story
from tests.fakebotapi import TOKEN, FakeBotApi, Limits, faults
from tests.simulated import SimulatedLoop, simulated
from watchers import Entry, Poll, Served, SourceState

MIDNIGHT = datetime(2023, 6, 12, tzinfo=UTC)
CHATS = {"alpha": -1001000000001, "beta": -1001000000002, "gamma": -1001000000003}
SOURCES = 40
BURSTS, BURST, MATCHING_BURSTS = 8, 500, 2
BASE = 6_000
SHARE = 0.1
GROWING, DENIED, PRIORITY = 0.2, 0.05, 0.02
OUTAGE = (14, 15)
LIMIT = 30
SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnpqrstvwxz" for vowel in "aeiou"]

CONFIG = f"""\
[[channel]]
name = "alpha"
chat = {CHATS["alpha"]}

[[channel]]
name = "beta"
chat = {CHATS["beta"]}
quiet_hours = "22:00-07:00"

[[channel]]
name = "gamma"
chat = {CHATS["gamma"]}
messages_an_hour = {LIMIT}

[[rule]]
name = "talks"
title = "Talks"
when = "talks"
channels = ["alpha", "beta", "gamma"]

[[rule]]
name = "urgent"
title = "Urgent"
when = "urgent AND talks"
channels = ["alpha", "beta", "gamma"]
priority = true
""" + "".join(
    f"""
[[watcher]]
name = "source-{number}"
title = "Source {number}"
url = "https://source-{number}.example/feed"
"""
    for number in range(SOURCES)
)


# What comes in


@dataclass(frozen=True, slots=True)
class Coming:
    """What one poll brings, and when (seconds from the beginning)."""

    at: float
    source: int
    titles: tuple[str, ...]


def headline(random: Random, word: str) -> str:
    """A headline that shares nothing with others but the word of the rule."""
    words = ["".join(random.choice(SYLLABLES) for _ in range(4)) for _ in range(5)]
    return " ".join([words[0].title(), *words[1:3], word, *words[3:]])


def _title(random: Random, share: float) -> str:
    if random.random() >= share:
        return headline(random, "weather")
    return headline(random, "urgent talks" if random.random() < PRIORITY else "talks")


def _day(random: Random, hours: float) -> list[Coming]:
    seconds = hours * 3600
    coming: list[Coming] = []
    for _ in range(BASE // 4):
        at, source = random.uniform(0, seconds), random.randrange(SOURCES)
        titles = tuple(_title(random, SHARE) for _ in range(4))
        coming.append(Coming(at, source, titles))
        for title in titles:
            coming.extend(_afterwards(random, at, source, title, seconds))
    for number in range(BURSTS):
        share = 1.0 if number < MATCHING_BURSTS else SHARE
        titles = tuple(_title(random, share) for _ in range(BURST))
        coming.append(Coming(random.uniform(0, seconds), random.randrange(SOURCES), titles))
    return sorted(coming, key=lambda one: one.at)


def _afterwards(
    random: Random, at: float, source: int, title: str, seconds: float
) -> Iterator[Coming]:
    """Other sources report what is told already, and deny it."""
    later = min(at + random.uniform(60, 7200), seconds)
    other = (source + 1 + random.randrange(SOURCES - 1)) % SOURCES
    if "talks" in title and random.random() < GROWING:
        yield Coming(later, other, (title,))
    if "talks" in title and random.random() < DENIED:
        yield Coming(later, other, (f"Iran denies: {title}",))


# The bot


class Day:
    """The bot, a chat service, and what comes in."""

    def __init__(self, loop: SimulatedLoop, options: argparse.Namespace) -> None:
        self._loop = loop
        self._random = Random(options.seed)
        self._hours: float = options.hours
        self._history: int = options.history
        self._began = time.monotonic()
        self._counts: Counter[str] = Counter()
        self._rss: list[tuple[float, int]] = []
        self._told: set[str] = set()

    def now(self) -> datetime:
        return MIDNIGHT + timedelta(seconds=self._loop.time())

    async def run(self, folder: Path) -> None:
        file = folder / "config.toml"
        file.write_text(CONFIG, "utf-8")
        configuration = load(file)
        async with (
            FakeBotApi(clock=self.now, limits=Limits()) as telegram,
            open_store(sqlite_url(folder / "test.db")) as stored,
            open_telegram(TOKEN, telegram.url) as destination,
        ):
            for chat in CHATS.values():
                telegram.add_chat(chat)
            telegram.disturb(
                lambda: faults.ServerError(502), when=lambda method, _: self._fails(method)
            )
            await self._fill(configuration, stored)
            clock = Clock(self.now, asyncio.sleep)
            messages = Messages(configuration)
            senders = {
                channel.name: Sender(
                    channel,
                    destination,
                    stored,
                    clock,
                    batching=Batching(messages.view(channel.name)),
                )
                for channel in configuration.channels
            }
            ingest = Ingest(
                configuration, stored, clock, lambda name: senders[name].wake(), self._tell
            )
            watchers = {watcher.name: watcher for watcher in configuration.watchers}
            async with asyncio.TaskGroup() as tasks:
                work = [tasks.create_task(sender.run()) for sender in senders.values()]
                work.append(tasks.create_task(ingest.run()))
                work.append(tasks.create_task(self._watch_memory(telegram)))
                for coming in _day(self._random, self._hours):
                    await asyncio.sleep(coming.at - self._loop.time())
                    name = f"source-{coming.source}"
                    served = tuple(self._served(name, title) for title in coming.titles)
                    self._told.update(
                        title
                        for title in coming.titles
                        if "talks" in title and not title.startswith("Iran denies")
                    )
                    await ingest(Poll(watchers[name], SourceState(name), served))
                    self._counts["entries"] += len(served)
                # The night and what it holds end in the next morning.
                await asyncio.sleep(8 * 3600)
                for task in work:
                    task.cancel()
            self._judge(telegram)

    def _fails(self, method: str) -> bool:
        hour = self._loop.time() / 3600
        fails = OUTAGE[0] <= hour < OUTAGE[1]
        return fails and method != "getMe"

    async def _tell(self, text: str) -> None:
        del text
        self._counts["floods told"] += 1

    def _served(self, source: str, title: str) -> Served:
        now = self.now()
        one = self._entry(source, title, now)
        return Served((title.encode(),), one.link, now, now, lambda: one)

    @staticmethod
    def _entry(source: str, title: str, at: datetime) -> Entry:
        link = f"https://{source}.example/{abs(hash(title))}"
        return Entry(source, title, title, "", link, "", (), "en", at, dated=True, seen=at)

    async def _fill(self, configuration: Configuration, stored: Store) -> None:
        """Stories of the days before, as many a day as come in on this one."""
        random = Random(1)
        for day in range(-self._history, 0):
            async with stored.write() as db:
                for number in range(stories_a_day()):
                    at = MIDNIGHT + timedelta(days=day, seconds=number * 86_400 / stories_a_day())
                    source = f"source-{number % SOURCES}"
                    entry = self._entry(source, headline(random, "talks"), at)
                    ((_, matches),) = matched(configuration.matcher, [entry])[source]
                    report = Report(store.entry_id(entry), entry, source, matches, owner=source)
                    await store.save_entries(db, [(entry, matches)])
                    await store.save_story(db, Story(report.entry, at, at, (report,)))

    async def _watch_memory(self, telegram: FakeBotApi) -> None:
        process = psutil.Process()
        while True:
            # What the server keeps of its requests is not the bot's.
            for request in telegram.requests:
                self._counts["429"] += "Too Many Requests" in request.outcome
                self._counts["requests refused in the outage"] += "502" in request.outcome
            telegram.requests.clear()
            gc.collect()
            self._rss.append((self._loop.time() / 3600, process.memory_info().rss))
            await asyncio.sleep(3 * 3600)

    def _judge(self, telegram: FakeBotApi) -> None:
        for name, chat in CHATS.items():
            posted = [one for one in telegram.messages(chat) if one.reply_to is None]
            times = Counter(title for one in posted for title in self._told if title in one.html)
            lost = [title for title in self._told if not times[title]]
            self._counts[f"{name}: messages"] = len(posted)
            self._counts[f"{name}: of these for several stories"] = sum(
                one.html.startswith(("<b>In brief", "<b>While it was quiet")) for one in posted
            )
            self._counts[f"{name}: replies"] = len(telegram.messages(chat)) - len(posted)
            self._counts[f"{name}: most messages in an hour"] = _most(
                [one.date for one in posted if "urgent" not in one.html], timedelta(hours=1)
            )
            self._counts["lost"] += len(lost)
            self._counts["repeated"] += sum(count - 1 for count in times.values())
        self._counts["stories"] = len(self._told)
        self._counts["violations"] = len(telegram.violations)
        self._report()

    def _report(self) -> None:
        print(f"\n{self._hours:g} simulated hours in {time.monotonic() - self._began:.0f} s")
        for name, count in sorted(self._counts.items()):
            print(f"  {name:<42}{count:>8,}")
        print("memory (RSS, after a collection)")
        for hour, size in self._rss:
            print(f"  hour {hour:>4.0f}{size / 2**20:>10.0f} MB")


def _most(times: Sequence[datetime], within: timedelta) -> int:
    """How many of the times lie within one such span at the most."""
    ordered = sorted(times)
    return max(
        (sum(begin <= one < begin + within for one in ordered) for begin in ordered), default=0
    )


def stories_a_day() -> int:
    return int(BASE * SHARE + MATCHING_BURSTS * BURST + (BURSTS - MATCHING_BURSTS) * BURST * SHARE)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--history", type=int, default=0, metavar="DAYS")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, simulated() as loop:
        loop.run_until_complete(Day(loop, options).run(Path(folder)))


if __name__ == "__main__":
    main()
