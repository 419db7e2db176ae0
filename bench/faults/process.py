"""The bot's process: it fills the outbox as polls do, and sends from it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import structlog

import store
from bot.clock import Clock
from bot.configuration.channels import Channel
from bot.delivery.sender import Sender
from bot.delivery.telegram.client import open_telegram
from store import Status, Store, open_store, sqlite_url
from tests.fakebotapi import TOKEN

SPEED = 100
# Long for a server of this machine, also when it is busy: what it takes later nobody can settle.
PATIENCE = 1.0
CHANNELS = ("alpha", "beta", "gamma")
CHATS = {name: -1001000000000 - number for number, name in enumerate(CHANNELS, 1)}
ASIDE = Channel("desk", "-1001000000099")
EPOCH = datetime(2023, 6, 12, tzinfo=UTC)
PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Change:
    """A new state of a story in one channel."""

    channel: str
    story: int
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """What a bot's process is given."""

    url: str
    database: Path
    plan: tuple[Change, ...]
    seed: int
    lookup_chat: bool
    pause: float
    began: float


def run_bot(task: Task) -> None:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    asyncio.run(_work(task))


def scaled_now(began: float) -> datetime:
    """The time in all processes of a run that began then."""
    return EPOCH + timedelta(seconds=(time.monotonic() - began) * SPEED)


async def _scaled(seconds: float) -> None:
    await asyncio.sleep(seconds / SPEED)


async def _work(task: Task) -> None:
    clock = Clock(lambda: scaled_now(task.began), _scaled)
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
        known = await store.known_keys(db, {PLAN: keys}, scaled_now(task.began))
        position = len(known[PLAN])
    while position < len(task.plan):
        size = random.randint(1, 8)
        now = scaled_now(task.began)
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
