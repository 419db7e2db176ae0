"""One run: the stream, its server, and the processes that are killed over it."""

import contextlib
import multiprocessing
import multiprocessing.process
import os
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.queues import Queue
from pathlib import Path
from random import Random

from bench.faults.process import (
    ASIDE,
    CHANNELS,
    CHATS,
    PATIENCE,
    Change,
    Task,
    run_bot,
    scaled_now,
)
from tests.fakebotapi import FakeBotApi, Kind, faults

GROWTHS = 0.2
MAX_KILLS = 8
# By far longer than a run takes: what is not done then will never be.
DEADLINE = 120.0
# What a process would take half a second to import before it does anything.
PRELOADED = ("alembic.command", "alembic.context", "sqlalchemy.dialects.sqlite.aiosqlite")
CONTEXT = multiprocessing.get_context("forkserver")
# A killed process is told to wait by nobody: its successor may ask early.
ALLOWED = {Kind.EARLY}
Results = Counter[str]


@dataclass(frozen=True, slots=True)
class Settings:
    """What all runs have in common."""

    messages: int
    lookup_chat: bool
    late: bool


def all_runs(
    settings: Settings, numbers: Sequence[int], seed: int, jobs: int
) -> Iterator[tuple[int, Results]]:
    """Each run's number and result as it ends, so many of them at once."""
    results: Queue[tuple[int, Results]] = CONTEXT.Queue()
    CONTEXT.set_forkserver_preload([__name__, *PRELOADED])
    started = [
        CONTEXT.Process(target=_job, args=(seed, numbers[first::jobs], settings, results))
        for first in range(min(jobs, len(numbers)))
    ]
    for job in started:
        job.start()
    for _ in numbers:
        yield results.get(timeout=2 * DEADLINE)
    for job in started:
        job.join()


def _job(
    seed: int, numbers: Sequence[int], settings: Settings, results: "Queue[tuple[int, Results]]"
) -> None:
    CONTEXT.set_forkserver_preload([__name__, *PRELOADED])
    for number in numbers:
        results.put((number, Run(Random(f"{seed} {number}"), settings).result()))


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
        return scaled_now(self._began)

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
            self._process = CONTEXT.Process(target=run_bot, args=(task,))
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


def _plan(random: Random, messages: int) -> tuple[Change, ...]:
    """New stories, and now and then one that grows."""
    plan: list[Change] = []
    stories: list[Change] = []
    for story in range(messages):
        new = Change(random.choice(CHANNELS), story, f"<b>Story {story} &amp; more</b>")
        stories.append(new)
        plan.append(new)
        if random.random() < GROWTHS:
            # Most often one that is only just on its way.
            at = max(len(stories) - 1 - int(random.expovariate(0.3)), 0)
            old = stories[at]
            stories[at] = Change(old.channel, old.story, f"{old.text}\nand {len(plan)}")
            plan.append(stories[at])
    return tuple(plan)
