"""The wiring: one process that watches, ingests and sends until it is told to stop."""

import asyncio
import fcntl
from collections.abc import AsyncIterator, Awaitable, Coroutine, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import structlog
from rich.console import Console

import store
from bot.clock import Clock, utc_now
from bot.commands import Adding, CommandContext
from bot.commands.long_polling import converse
from bot.configuration.adding import sources
from bot.configuration.channels import ADMINISTRATORS, Destination
from bot.configuration.loading import Configuration
from bot.configuration.reloading import Reloading
from bot.delivery.batching import Batching
from bot.delivery.notices import Notices
from bot.delivery.sender import Sender
from bot.delivery.telegram.destination import open_telegram
from bot.delivery.terminal import TerminalDestination
from bot.engine import memory
from bot.errors import AlreadyRunningError, DataFolderError
from bot.messages.drafts import Messages
from bot.pipeline.abstracts import Abstracts
from bot.pipeline.articles import ArticleReading
from bot.pipeline.corrections import Corrector
from bot.pipeline.digest_sending import DigestSending
from bot.pipeline.feed_lists import FeedLists
from bot.pipeline.hubs.subscriptions import Subscribing
from bot.pipeline.ingest import Ingest
from bot.pipeline.language_model import open_writer
from bot.pipeline.watching import Watching
from bot.version import user_agent
from store import Store, open_store, sqlite_url
from watchers import ArticleReader, Schedule, open_fetcher
from watchers.discovery import Source

HEARTBEAT_EVERY = 10.0
CLEAN_UP_EVERY = timedelta(hours=6)
GRACE = 1.0
DATABASE = "backchannel.db"
HEARTBEAT = "heartbeat"
LOCK = "lock"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run is given besides its configuration."""

    data: Path
    token: str = field(default="", repr=False)
    api_url: str = ""
    pause_between_requests: float = 1.0
    console: Console = field(default_factory=Console)
    clock: Clock = field(default_factory=Clock)
    random: Random = field(default_factory=Random)
    started: datetime = field(default_factory=utc_now)


async def run(
    configuration: Configuration,
    given: Surroundings,
    stop: asyncio.Event,
    reloading: Reloading | None = None,
) -> None:
    """Run the bot until `stop` is set; take over each configuration that `reloading` brings.

    Raises:
        AlreadyRunningError: another process runs on the data folder.
        TokenRefusedError: Telegram does not know the token.
        AnotherBotError: another process answers with the same token.
        WebhookSetError: Telegram sends the messages to the bot elsewhere.
        StoreError: the database cannot be used.
    """
    memory.use_one_arena()
    async with AsyncExitStack() as resources:
        resources.enter_context(only_one(given.data))
        stored = await resources.enter_async_context(open_store(database_url(given.data)))
        destination = await resources.enter_async_context(_open_destination(given, stored))
        running: Configuration | None = configuration
        while running is not None:
            running = await _run_on(running, given, stored, destination, Until(stop, reloading))


@dataclass(frozen=True, slots=True)
class Until:
    """When a run on one configuration ends: it is time to stop, or another one is there."""

    stop: asyncio.Event
    reloading: Reloading | None

    async def over(self, notices: Notices) -> Configuration | None:
        """Wait for the end; returns the next configuration, or None where it is time to stop."""
        if self.reloading is None:
            await self.stop.wait()
            return None
        stopped = asyncio.create_task(self.stop.wait())
        changed = asyncio.create_task(self.reloading.next(notices.tell))
        try:
            await asyncio.wait({stopped, changed}, return_when=asyncio.FIRST_COMPLETED)
            return None if stopped.done() else await changed
        finally:
            stopped.cancel()
            changed.cancel()


async def _run_on(
    configuration: Configuration,
    given: Surroundings,
    stored: Store,
    destination: Destination,
    until: Until,
) -> Configuration | None:
    """Run on one configuration; returns the next one, or None where it is time to stop."""
    async with open_fetcher(
        user_agent=user_agent(configuration.contact), pause=given.pause_between_requests
    ) as fetcher:
        async with stored.read() as db:
            states = await store.source_states(db)
        memory.settle()
        senders: dict[str, Sender] = {}

        def wake(name: str) -> None:
            senders[name].wake()

        told = partial(wake, ADMINISTRATORS) if configuration.administrators else None
        notices = Notices(stored, given.clock, told)
        messages = Messages(configuration)
        gatherings = {c.name: Batching(messages.page(c.name)) for c in configuration.channels}
        for channel in configuration.all_channels:
            senders[channel.name] = Sender(
                channel,
                destination,
                stored,
                given.clock,
                notices.tell,
                batching=gatherings.get(channel.name),
            )

        def deliver(name: str) -> None:
            wake(name)
            reading.wake()

        ingest = Ingest(configuration, stored, given.clock, deliver, notices.tell)
        reading = ArticleReading(
            configuration.watchers, ArticleReader(fetcher), stored, ingest.revise, given.clock
        )
        by_name = {watcher.name: watcher for watcher in configuration.watchers}
        schedule = Schedule(given.random, given.clock.now)
        subscribing = None
        if configuration.websub is not None:
            subscribing = Subscribing(
                configuration.websub,
                by_name,
                stored,
                fetcher,
                clock=given.clock,
                rng=given.random,
                hasten=schedule.at,
            )
        watching = Watching(
            by_name,
            states,
            fetcher,
            ingest,
            clock=given.clock,
            rng=given.random,
            tell=notices.tell,
            hubs=subscribing,
        )
        corrector = Corrector(
            stored,
            ingest,
            given.clock,
            channels=configuration.channels,
            address=destination.address,
            tell=notices.tell,
        )
        others = [
            ingest.run(),
            reading.run(),
            corrector.run(),
            watching.run(schedule),
            DigestSending(configuration, stored, given.clock, destination.address, wake).run(),
            FeedLists(configuration.lists, fetcher, given.clock).run(),
            _keep_house(stored, configuration.keep, given.clock),
            _beat(given.data / HEARTBEAT, given.clock),
        ]
        if configuration.llm is not None:
            writer = open_writer(configuration.llm)
            others.append(
                Abstracts(configuration, writer, stored, ingest.revise, given.clock).run()
            )
        if configuration.websub is not None and subscribing is not None:
            # The libraries of a web server take 10 MB, which only who is pushed has to spend.
            from bot.pipeline.hubs.callback import Callback  # noqa: PLC0415

            await subscribing.start(states)
            callback = Callback(
                configuration.websub, subscribing, watching.push, given.clock, notices.tell
            )
            others += [subscribing.run(), callback.run()]
        if given.token:
            context = CommandContext(
                configuration=configuration,
                stored=stored,
                clock=given.clock,
                started=given.started,
                address=destination.address,
                wake=wake,
                correct=corrector.look,
                adding=_adding(until.reloading, configuration, given.clock),
            )
            others.append(converse(given.token, given.api_url, context))
        return await _work_until(until.over(notices), senders.values(), others)


def _adding(
    reloading: Reloading | None, configuration: Configuration, clock: Clock
) -> Adding | None:
    """How watchers are added: only a bot that looks at its file takes them over."""
    if reloading is None:
        return None

    async def found(address: str) -> Sequence[Source]:
        return await sources(address, clock.now, configuration.contact, allow_private=False)

    return Adding(reloading.path, found)


def database_file(data: Path) -> Path:
    """The database in a data folder, where it is an SQLite file."""
    return data / DATABASE


def database_url(data: Path) -> str:
    """The URL of the database in a data folder."""
    return sqlite_url(database_file(data))


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Hold the data folder for this process alone; the kernel lets go however it ends.

    Raises:
        AlreadyRunningError: another process holds it.
        DataFolderError: it cannot be made or written.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / LOCK).open("w")
    except OSError as error:
        raise DataFolderError(str(data), error.strerror or str(error)) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunningError(str(data)) from error
        yield


def is_running(data: Path) -> bool:
    """Whether a bot runs on a data folder."""
    try:
        with (data / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


@asynccontextmanager
async def _open_destination(given: Surroundings, stored: Store) -> AsyncIterator[Destination]:
    if given.token:
        async with open_telegram(given.token, given.api_url) as telegram:
            yield telegram
        return
    # Ids go on from the last run's, as a chat's do.
    async with stored.read() as db:
        yield TerminalDestination(given.console, await store.last_message_ids(db))


async def _work_until(
    over: Awaitable[Configuration | None],
    senders: Iterable[Sender],
    others: Iterable[Coroutine[None, None, None]],
) -> Configuration | None:
    async with asyncio.TaskGroup() as tasks:
        sending = [tasks.create_task(sender.run()) for sender in senders]
        working = [tasks.create_task(work) for work in others]
        following = await over
        for sender in senders:
            sender.finish()
        for task in working:
            task.cancel()
        # A message on its way may arrive; one that does not in time is settled by the next run.
        await asyncio.wait(sending, timeout=GRACE)
        for task in sending:
            task.cancel()
    return following


async def _keep_house(stored: Store, keep: timedelta, clock: Clock) -> None:
    while True:
        before = clock.now() - keep
        async with stored.write() as db:
            letters = await store.forget_outbox_rows(db, before)
            stories = await store.forget_stories(db, before)
            entries = await store.forget_entries(db, before)
            keys = await store.forget_keys(db, before)
            await store.forget_corrections(db, before)
        if letters or stories or entries or keys:
            log.info("forgot what is old", entries=entries, stories=stories, letters=letters)
        await clock.sleep(CLEAN_UP_EVERY.total_seconds())


async def _beat(heartbeat: Path, clock: Clock) -> None:
    while True:
        heartbeat.touch()  # noqa: ASYNC240  it takes microseconds
        await clock.sleep(HEARTBEAT_EVERY)
