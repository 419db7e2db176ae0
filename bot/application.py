"""The wiring of one run: it makes the parts, connects them, and hands them to an engine."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

import store
from bot.commands import CommandContext, adding_to, converse
from bot.configuration.records import Configuration
from bot.configuration.reloading import Reloading, next_configuration
from bot.configuration.run_options import RunOptions
from bot.data_folder import database_url, only_one
from bot.delivery.destination import Destination
from bot.delivery.destinations import open_destination
from bot.delivery.senders import Senders
from bot.engine import Engine, InProcess, Step, Steps, Work, beat, memory
from bot.pipeline.abstracts import Abstracts
from bot.pipeline.articles import ArticleReading
from bot.pipeline.corrections import Corrector
from bot.pipeline.digest_sending import DigestSending
from bot.pipeline.feed_lists import FeedLists
from bot.pipeline.housekeeping import delete_old
from bot.pipeline.hubs.subscriptions import HubSubscriptions
from bot.pipeline.ingest import Ingest
from bot.pipeline.language_model import open_writer
from bot.pipeline.reading import SourceHealth, Watching, of_the_last_day, write_metrics
from bot.version import user_agent
from store import Store, open_store
from watchers import ArticleReader, Fetcher, Schedule, go_back, open_fetcher


async def run(
    configuration: Configuration,
    options: RunOptions,
    stop: asyncio.Event,
    reloading: Reloading | None = None,
    engine: Engine | None = None,
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
        resources.enter_context(only_one(options.data))
        stored = await resources.enter_async_context(open_store(database_url(options.data)))
        destination = await resources.enter_async_context(open_destination(options, stored))
        running: Configuration | None = configuration
        while running is not None:
            agent, pause = user_agent(running.contact), options.pause_between_requests
            async with open_fetcher(user_agent=agent, pause=pause) as fetcher:
                wiring = _Wiring(running, options, stored, destination, fetcher, reloading)
                work = await wiring.work()
                ends = next_configuration(stop, reloading, work.senders.notices.tell)
                running = await (engine or InProcess()).run(work, ends)


@dataclass(frozen=True, slots=True)
class _Wiring:
    """The parts of one configuration's work."""

    configuration: Configuration
    options: RunOptions
    stored: Store
    destination: Destination
    fetcher: Fetcher
    reloading: Reloading | None

    async def work(self) -> Work:
        configuration, stored, options = self.configuration, self.stored, self.options
        clock, address = options.clock, self.destination.address
        senders = Senders(configuration, self.destination, stored, clock)
        tell = senders.notices.tell

        def deliver(channel: str) -> None:
            senders.wake(channel)
            articles.wake()

        fetcher, back = self.fetcher, partial(go_back, self.fetcher)
        ingest = Ingest(configuration, stored, clock, deliver, tell, go_back=back)
        reader = ArticleReader(fetcher)
        articles = ArticleReading(configuration.watchers, reader, stored, ingest.revise, clock)
        corrector = Corrector(
            stored, ingest, clock, channels=configuration.channels, address=address, tell=tell
        )
        steps: Steps = {
            Step.GROUP: ingest.run,
            Step.ARTICLES: articles.run,
            Step.CORRECTIONS: corrector.run,
            Step.DIGESTS: DigestSending(configuration, stored, clock, address, senders.wake).run,
            Step.FEED_LISTS: FeedLists(configuration.lists, fetcher, clock).run,
            Step.SOURCE_HEALTH: SourceHealth(configuration.watchers, stored, clock, tell).run,
            Step.METRICS: partial(write_metrics, configuration.metrics, stored, clock),
            Step.HOUSEKEEPING: partial(delete_old, stored, configuration.keep, clock),
            Step.HEARTBEAT: partial(beat, options.data, clock),
        }
        steps |= await self._reading(ingest, tell)
        if (service := configuration.llm) is not None:
            abstracts = Abstracts(configuration, open_writer(service), stored, ingest.revise, clock)
            steps[Step.ABSTRACTS] = abstracts.run
        if options.token:
            # Only a bot that watches its configuration file takes over what is added to it.
            file = self.reloading.path if self.reloading else None
            context = CommandContext(
                configuration=configuration,
                stored=stored,
                clock=clock,
                started=options.started,
                address=address,
                wake=senders.wake,
                correct=corrector.look,
                adding=adding_to(file, clock, configuration) if file else None,
            )
            steps[Step.COMMANDS] = partial(converse, options.token, options.api_url, context)
        return Work(senders, steps)

    async def _reading(self, ingest: Ingest, tell: Callable[[str], Awaitable[None]]) -> Steps:
        """Reading when due, and where hubs push: the subscriptions and the callback."""
        clock, rng, public = self.options.clock, self.options.random, self.configuration.websub
        async with self.stored.read() as db:
            states = await store.source_states(db)
        memory.freeze()
        by_name = {watcher.name: watcher for watcher in self.configuration.watchers}
        schedule = Schedule(rng, clock.now)
        hubs = None
        if public is not None:
            hubs = HubSubscriptions(
                public, by_name, self.stored, self.fetcher, clock=clock, rng=rng, hasten=schedule.at
            )
        options, recent = self.options, partial(of_the_last_day, self.stored, clock)
        watching = Watching(
            by_name, states, self.fetcher, ingest, options, recent=recent, tell=tell, hubs=hubs
        )
        steps: Steps = {Step.READ: partial(watching.run, schedule)}
        if public is not None and hubs is not None:
            # A web server's libraries take 10 MB, which are spent only where hubs push.
            from bot.pipeline.hubs.callback import Callback  # noqa: PLC0415

            await hubs.start(states)
            callback = Callback(public, hubs, watching.push, clock, tell)
            steps |= {Step.HUBS: hubs.run, Step.HUB_CALLBACK: callback.run}
        return steps
