"""Sending digests: composed and put into the outbox when they are due."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Final

import structlog

import store
from bot.clock import Clock
from bot.configuration.channels import Channel
from bot.configuration.digest_schedule import DigestTime, Period
from bot.configuration.records import Configuration
from bot.messages.chart import Chart, draw
from bot.messages.digests import Digest, compose
from bot.messages.drafts import Messages
from bot.messages.links import message_link
from bot.pipeline.muting import Audience
from store import Mute, Store, Urgency
from stories import Story
from watchers.fetching.worker_process import WorkerProcesses

# A digest that could not be written in its time is left out when it is later than this.
LATEST: Final = timedelta(hours=12)
# The clock is looked at so often: a machine that slept, or whose clock was set, notices.
LOOK_EVERY: Final = timedelta(minutes=1)
DRAWING_SECONDS: Final = 60.0

log = structlog.get_logger()


class DigestSending:
    """Sends the digests of a configuration's channels.

    `address` is the courier's; `wake` lets a channel's sender look into the outbox.
    """

    def __init__(
        self,
        configuration: Configuration,
        stored: Store,
        clock: Clock,
        address: Callable[[Channel], str],
        wake: Callable[[str], None],
    ) -> None:
        self._lexicon = configuration.matcher.lexicon
        self._channels = configuration.channels
        self._messages = Messages(configuration)
        self._audience = Audience(configuration)
        self._store = stored
        self._clock = clock
        self._address = address
        self._wake = wake

    async def run(self) -> None:
        """Put digests into the outbox until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for channel in self._channels:
                if channel.digest is not None:
                    tasks.create_task(self._keep_sending(channel, channel.digest))

    async def digest(self, channel: Channel, period: Period) -> Digest | None:
        """A channel's digest of a period; None where there is nothing to report."""
        async with self._store.read() as db:
            stories = await store.recent_stories(db, period.begin)
            mutes = await store.muted_now(db, self._clock.now())
            sent = await store.messages_of_stories(db, [story.id for story in stories])
        here = self._address(channel)
        links = {m.story: message_link(here, m.message_id) for m in sent if m.address == here}
        return await asyncio.to_thread(self._composed, channel, period, stories, mutes, links)

    async def _keep_sending(self, channel: Channel, when: DigestTime) -> None:
        done: Period | None = None
        while True:
            now, zone = self._clock.now(), channel.timezone
            period = when.last(now, zone)
            if period != done and now - period.end <= LATEST:
                await self._write(channel, period)
            done = period
            left = when.following(now, zone) - now
            await self._clock.sleep(min(left, LOOK_EVERY).total_seconds())

    async def _write(self, channel: Channel, period: Period) -> None:
        try:
            await self._enqueue(channel, period)
        except Exception:
            # A fault in a digest must not end the bot, which has news to send.
            log.exception("a digest was not written: internal error", channel=channel.name)

    async def _enqueue(self, channel: Channel, period: Period) -> None:
        zone = channel.timezone
        begin, end = (m.astimezone(zone).date() for m in (period.begin, period.end))
        prefix = f"{store.DIGEST}{channel.name}/{begin}..{end}/"
        async with self._store.read() as db:
            if await store.has_rows(db, channel.name, prefix):
                return
        digest = await self.digest(channel, period)
        if digest is None:
            log.info("no digest: nothing was reported", channel=channel.name)
            return
        picture = await picture_of(digest.chart)
        above = f"{prefix}0" if picture else ""
        now = self._clock.now()
        async with self._store.write() as db:
            # It comes at the time that was asked for, whatever else waits.
            put = partial(store.enqueue, db, channel.name, now=now, urgency=Urgency.PRIORITY)
            if picture:
                await put(above, digest.caption, picture=picture)
            for number, text in enumerate(digest.texts, 1):
                await put(f"{prefix}{number}", text, reply_to=above)
        log.info("digest", channel=channel.name, texts=len(digest.texts), picture=bool(picture))
        self._wake(channel.name)

    def _composed(
        self,
        channel: Channel,
        period: Period,
        stories: list[Story],
        mutes: list[Mute],
        links: Mapping[str, str],
    ) -> Digest | None:
        now = self._clock.now()
        heard = [s for s in stories if channel.name in self._audience.of(s, mutes, now)]
        return compose(heard, period, self._messages.view(channel.name), self._lexicon, links)


async def picture_of(chart: Chart | None) -> bytes | None:
    """The chart as PNG; None where there is none, or drawing failed."""
    if chart is None:
        return None
    # In a process of its own, which takes the library and its memory with it.
    worker = WorkerProcesses(1, DRAWING_SECONDS)
    try:
        return await worker(draw, chart)
    except Exception:
        # The texts are worth more than the picture.
        log.exception("a picture was not drawn: internal error")
        return None
    finally:
        await worker.close()
