"""A stream of messages through the real sender, with all that can go wrong on the way.

    python -m bench.faults [--runs 500] [--seed N] [--messages 200] [--jobs N] [--only RUN]
        [--no-aside] [--late]

Each run: three channels, a new database, a process that fills the outbox and sends from it over
HTTP to the strict fake Bot API, and random SIGKILLs, lost answers, 429s and 5xx. Counts what a
subscriber would see in the end. Time is scaled: a second of waiting takes ten milliseconds.

`--no-aside`: there is no administrators' chat to look at messages in. `--late`: Telegram takes
some messages only after the bot has given up and looked for them, which nobody can settle.
"""

import argparse
import asyncio
import contextlib
import importlib
import multiprocessing
import multiprocessing.process
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.queues import Queue
from pathlib import Path
from random import Random

import structlog

import store
from bot.clock import Clock
from bot.configuration.channels import Channel
from bot.delivery.sender import Sender
from bot.delivery.telegram.client import open_telegram
from store import Status, Store, open_store, sqlite_url
from tests.fakebotapi import TOKEN, FakeBotApi, Kind, faults

SPEED = 100
# Long for a server of this machine, also when it is busy: what it takes later nobody can settle.
PATIENCE = 1.0
CHANNELS = ("alpha", "beta", "gamma")
CHATS = {name: -1001000000000 - number for number, name in enumerate(CHANNELS, 1)}
ASIDE = Channel("desk", "-1001000000099")
GROWTHS = 0.2
MAX_KILLS = 8
# By far longer than a run takes: what is not done then will never be.
DEADLINE = 120.0
EPOCH = datetime(2023, 6, 12, tzinfo=UTC)
PLAN = "plan"
# What a process would take half a second to import before it does anything.
PRELOADED = ("alembic.command", "alembic.context", "sqlalchemy.dialects.sqlite.aiosqlite")
CONTEXT = multiprocessing.get_context("forkserver")
# A killed process is told to wait by nobody: its successor may ask early.
ALLOWED = {Kind.EARLY}

Results = Counter[str]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A new state of a story in one channel."""

    channel: str
    story: int
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """What a bot's process is given."""

    url: str
    database: Path
    plan: tuple[OutboxRow, ...]
    seed: int
    lookup_chat: bool
    pause: float
    began: float


@dataclass(frozen=True, slots=True)
class Settings:
    """What all runs have in common."""

    messages: int
    lookup_chat: bool
    late: bool


def main() -> None:
    options = _options()
    numbers = range(options.runs) if options.only is None else [options.only]
    settings = Settings(options.messages, not options.no_aside, options.late)
    began = time.monotonic()
    total: Results = Counter()
    bad: list[int] = []
    for done, (number, result) in enumerate(_all_runs(options, numbers, settings), 1):
        total += result
        if _faulty(result):
            bad.append(number)
            print(f"run {number}: {_faulty(result)}", flush=True)
        if done % 25 == 0 or done == len(numbers):
            print(f"{done} runs, {time.monotonic() - began:.0f} s: {_summary(total)}", flush=True)
    _report(total, bad, len(numbers), time.monotonic() - began, options.seed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", type=int, help="this run alone, by its number")
    parser.add_argument("--no-aside", action="store_true")
    parser.add_argument("--late", action="store_true")
    return parser.parse_args()


def _all_runs(
    options: argparse.Namespace, numbers: Sequence[int], settings: Settings
) -> Iterator[tuple[int, Results]]:
    results: Queue[tuple[int, Results]] = CONTEXT.Queue()
    CONTEXT.set_forkserver_preload(["bench.faults", *PRELOADED])
    jobs = [
        CONTEXT.Process(
            target=_job, args=(options.seed, numbers[first :: options.jobs], settings, results)
        )
        for first in range(min(options.jobs, len(numbers)))
    ]
    for job in jobs:
        job.start()
    for _ in numbers:
        yield results.get(timeout=2 * DEADLINE)
    for job in jobs:
        job.join()


def _job(
    seed: int, numbers: Sequence[int], settings: Settings, results: "Queue[tuple[int, Results]]"
) -> None:
    CONTEXT.set_forkserver_preload(["bench.faults", *PRELOADED])
    for number in numbers:
        results.put((number, Run(Random(f"{seed} {number}"), settings).result()))


def _faulty(result: Results) -> str:
    names = ("lost", "repeated", "out of order", "stale", "left behind", "violations", "unfinished")
    return ", ".join(f"{result[name]} {name}" for name in names if result[name])


def _summary(total: Results) -> str:
    names = ("sent", "lost", "repeated", "out of order", "kills")
    return ", ".join(f"{total[name]:,} {name}" for name in names)


def _report(total: Results, bad: Sequence[int], runs: int, seconds: float, seed: int) -> None:
    print(f"\n{runs} runs in {seconds:.0f} s, seed {seed}")
    shown = ("sent", "edited", "lost", "repeated", "out of order", "stale", "left behind")
    for name in (*shown, "violations", "unfinished", "kills"):
        print(f"  {name:<14}{total[name]:>9,}")
    print("faults")
    for name, count in sorted(total.items()):
        if name.startswith("fault: "):
            print(f"  {name.removeprefix('fault: '):<32}{count:>9,}")
    if bad:
        print(f"runs to look at (--seed {seed} --only RUN): {', '.join(map(str, bad))}")


# One run


class Run:
    """A stream, its server, and the processes that are killed over it."""

    def __init__(self, random: Random, settings: Settings) -> None:
        self._random = random
        self._settings = settings
        self._plan = _plan(random, settings.messages)
        self._counts: Results = Counter()
        # The outbox is ahead of the sender, or the sender waits for it and edits come up.
        self._pause = random.choice([0.02, 0.3])
        self._began = time.monotonic()
        self._telegram = FakeBotApi(clock=self._now)
        self._process: multiprocessing.process.BaseProcess | None = None

    def result(self) -> Results:
        shared_memory = Path("/dev/shm")
        place = shared_memory if shared_memory.is_dir() else None
        with tempfile.TemporaryDirectory(prefix="faults-", dir=place) as folder, self._telegram:
            self._set_up_chats()
            self._set_up_faults()
            self._live(Path(folder) / "outbox.db")
            self._judge()
        return self._counts

    def _now(self) -> datetime:
        return _scaled_now(self._began)

    def _set_up_chats(self) -> None:
        # The right to edit the posts of others decides how the bot looks for its own.
        for chat in CHATS.values():
            can_edit = self._random.random() < 0.5
            history = self._random.choice([0, 0, 3, 400])
            self._telegram.add_chat(chat, can_edit=can_edit, last_id=history)
        self._telegram.add_chat(int(ASIDE.chat))

    def _set_up_faults(self) -> None:
        chance = self._random.random
        kinds: list[tuple[str, float, Callable[[], faults.Fault]]] = [
            ("connection lost, not taken", 0.02, faults.DropBefore),
            ("connection lost, taken", 0.02, lambda: faults.DropAfter(cut=chance() < 0.5)),
            ("429", 0.02, lambda: faults.TooManyRequests(self._random.randint(1, 5))),
            ("5xx, not taken", 0.01, lambda: self._server_error(taken=False)),
            ("5xx, taken", 0.01, lambda: self._server_error(taken=True)),
            ("time-out, taken", 0.002, lambda: faults.DelayAnswer(2 * PATIENCE)),
            ("slow", 0.005, lambda: faults.DelayBefore(PATIENCE / 10)),
            ("others post", 0.02, self._others_post),
            ("killed before it was taken", 0.003, lambda: self._kill_call(taken=False)),
            ("killed before the answer", 0.003, lambda: self._kill_call(taken=True)),
        ]
        if self._settings.late:
            kinds.append(("time-out, taken late", 0.005, lambda: faults.DelayBefore(4 * PATIENCE)))
        for name, probability, fault in kinds:
            self._telegram.disturb(
                self._counted(name, fault), probability=probability, random=self._random
            )

    def _counted(self, name: str, fault: Callable[[], faults.Fault]) -> Callable[[], faults.Fault]:
        def strike() -> faults.Fault:
            self._counts[f"fault: {name}"] += 1
            return fault()

        return strike

    def _server_error(self, *, taken: bool) -> faults.Fault:
        status = self._random.choice([500, 502, 503, 504])
        return faults.ServerError(status, html=self._random.random() < 0.5, taken=taken)

    def _others_post(self) -> faults.Fault:
        self._telegram.post_by_other(self._random.choice(list(CHATS.values())), "of an editor")
        return faults.DelayBefore(0)

    def _kill_call(self, *, taken: bool) -> faults.Fault:
        return faults.Call(self._kill, taken=taken)

    def _kill(self) -> None:
        process = self._process
        if process is not None and process.pid and self._counts["kills"] < MAX_KILLS:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
                self._counts["kills"] += 1

    def _live(self, database: Path) -> None:
        """Start the bot until it has sent everything, and kill it at any moment."""
        while time.monotonic() - self._began < DEADLINE:
            seed = self._random.randrange(1 << 30)
            task = Task(
                self._telegram.url,
                database,
                self._plan,
                seed,
                self._settings.lookup_chat,
                self._pause,
                self._began,
            )
            self._process = CONTEXT.Process(target=_bot, args=(task,))
            self._process.start()
            killer = threading.Timer(self._random.expovariate(1 / 0.4), self._kill)
            killer.start()
            self._process.join(DEADLINE)
            killer.cancel()
            if self._process.exitcode == 0:
                return
            if self._process.exitcode != -signal.SIGKILL:
                self._process.kill()
                break
        self._counts["unfinished"] += 1

    def _judge(self) -> None:
        for name, chat in CHATS.items():
            final = {one.story: one.text for one in self._plan if one.channel == name}
            posts = self._telegram.messages(chat)
            found = [int(p.text.split()[1]) for p in posts if p.text.startswith("Story ")]
            shown = {int(p.text.split()[1]): p.html for p in posts if p.text.startswith("Story ")}
            first = list(dict.fromkeys(found))
            self._counts["sent"] += len(shown)
            self._counts["edited"] += sum(post.edits > 0 for post in posts)
            self._counts["lost"] += len(final.keys() - shown.keys())
            self._counts["repeated"] += len(found) - len(shown)
            self._counts["left behind"] += len(posts) - len(found)
            self._counts["stale"] += sum(final[story] != text for story, text in shown.items())
            self._counts["out of order"] += first != [s for s in final if s in shown]
        wrong = [str(v) for v in self._telegram.violations if v.kind not in ALLOWED]
        self._counts["violations"] += len(wrong)
        for one in wrong[:3]:
            print(one, flush=True)


def _plan(random: Random, messages: int) -> tuple[OutboxRow, ...]:
    """New stories, and now and then one that grows."""
    plan: list[OutboxRow] = []
    stories: list[OutboxRow] = []
    for story in range(messages):
        new = OutboxRow(random.choice(CHANNELS), story, f"<b>Story {story} &amp; more</b>")
        stories.append(new)
        plan.append(new)
        if random.random() < GROWTHS:
            # Most often one that is only just on its way.
            at = max(len(stories) - 1 - int(random.expovariate(0.3)), 0)
            old = stories[at]
            stories[at] = OutboxRow(old.channel, old.story, f"{old.text}\nand {len(plan)}")
            plan.append(stories[at])
    return tuple(plan)


# The bot's process


def _bot(task: Task) -> None:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    asyncio.run(_work(task))


def _scaled_now(began: float) -> datetime:
    """The time in all processes of a run that began then."""
    return EPOCH + timedelta(seconds=(time.monotonic() - began) * SPEED)


async def _scaled(seconds: float) -> None:
    await asyncio.sleep(seconds / SPEED)


async def _work(task: Task) -> None:
    clock = Clock(lambda: _scaled_now(task.began), _scaled)
    lookup_chat = ASIDE if task.lookup_chat else None
    async with (
        open_store(sqlite_url(task.database)) as stored,
        open_telegram(
            TOKEN, task.url, lookup_chat=lookup_chat, patience=PATIENCE, limited=False, clock=clock
        ) as destination,
    ):
        channels = [Channel(name, str(chat)) for name, chat in CHATS.items()]
        senders = {one.name: Sender(one, destination, stored, clock) for one in channels}
        async with asyncio.TaskGroup() as tasks:
            for sender in senders.values():
                tasks.create_task(sender.run())
            await _fill(task, stored, lambda name: senders[name].wake())
            await _until_sent(stored)
            for sender in senders.values():
                sender.finish()


async def _fill(task: Task, stored: Store, wake: Callable[[str], None]) -> None:
    """Put the plan into the outbox, a few letters at a time, as polls do."""
    random = Random(task.seed)
    keys = [str(position).encode() for position in range(len(task.plan))]
    async with stored.read() as db:
        known = await store.known_keys(db, {PLAN: keys}, _scaled_now(task.began))
        position = len(known[PLAN])
    while position < len(task.plan):
        size = random.randint(1, 8)
        now = _scaled_now(task.began)
        part = task.plan[position : position + size]
        async with stored.write() as db:
            for one in part:
                await store.enqueue(db, one.channel, str(one.story), one.text, now)
            await store.remember_keys(db, {PLAN: keys[position : position + size]}, now)
        for one in part:
            wake(one.channel)
        position += size
        await asyncio.sleep(random.random() * task.pause)


async def _until_sent(stored: Store) -> None:
    while True:
        async with stored.read() as db:
            counts = await store.counts(db, CHANNELS)
        if not counts.keys() & {Status.PENDING, Status.SENDING}:
            return
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    # Each new process would run this module once more, under the name of `__main__`.
    sys.modules["__main__"].__spec__ = None
    del sys.modules["__main__"].__file__
    importlib.import_module("bench.faults").main()
