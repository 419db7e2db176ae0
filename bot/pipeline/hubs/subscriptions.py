"""Subscribing to hubs (WebSub): which sources are pushed, for how long, and until that is in doubt.

A hub is never relied on. Its source is polled as before until it has sent something, then seldom,
and as before again as soon as its lease ends, a renewal fails, or a poll finds what it kept back.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import structlog

import store
from bot.clock import Clock
from bot.configuration.records import HubCallbackAddress
from store import Standing, Store, Subscription
from watchers import Fetcher, SourceFault, SourceState, Watcher
from watchers.access import USUAL
from watchers.errors import BadStatus
from watchers.websub import Mode, Question, request

# A lease is renewed when so much of it is over, at the latest and at the earliest.
RENEW_AT = (0.6, 0.8)
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=5), timedelta(days=1)
AFTER_A_DENIAL = timedelta(days=7)
GOODBYES = 3

log = structlog.get_logger()


class HubSubscriptions:
    """Keeps the subscriptions: asks for them, renews them, ends them, and knows where each stands.

    `hasten` has a watcher polled at a time, because its hub sends nothing any more.
    """

    def __init__(
        self,
        public: HubCallbackAddress,
        watchers: Mapping[str, Watcher],
        stored: Store,
        fetcher: Fetcher,
        *,
        clock: Clock,
        rng: Random,
        hasten: Callable[[str, datetime], None],
    ) -> None:
        self._public = public
        self._watchers = watchers
        self._store = stored
        self._fetcher = fetcher
        self._clock = clock
        self._rng = rng
        self._hasten = hasten
        self._known: dict[str, Subscription] = {}
        self._paths: dict[str, str] = {}
        self._changed = asyncio.Event()

    async def start(self, states: Mapping[str, SourceState]) -> None:
        """Take up what was stored; end what is not wanted any more."""
        async with self._store.read() as db:
            for one in await store.all_subscriptions(db):
                self._keep(one)
        for one in [*self._known.values()]:
            if one.watcher not in self._watchers and one.standing is not Standing.LEAVING:
                await self._leave(one)
        for name in self._watchers:
            await self._follow(states.get(name) or SourceState(name))

    async def run(self) -> None:
        """Ask the hubs what is due to be asked, until cancelled."""
        async with asyncio.TaskGroup() as asking:
            while True:
                self._changed.clear()
                now = self._clock.now()
                for one in [*self._known.values()]:
                    if one.due <= now:
                        # Before the loop goes on: it is not due any more.
                        self._keep(self._asked(one, now))
                        asking.create_task(self._ask(one))
                await self._until_due()

    async def polled(self, state: SourceState, new: int) -> bool:
        """Take note of a poll; returns whether the source is pushed, so that few are needed."""
        await self._follow(state)
        current = self._of(state.watcher)
        if current is None or not current.is_proven(self._clock.now()):
            return False
        if new:
            log.info("its hub left entries out: polled as before", watcher=state.watcher)
            await self._put(replace(current, standing=Standing.VERIFIED))
        return not new

    def at(self, path: str) -> Subscription | None:
        """The subscription whose callback has this path."""
        return self._known.get(path)

    async def answer(self, path: str, asked: Question) -> bool:
        """Take note of what a hub asks or tells; returns whether that is what we wish (5.3.1).

        One that reconfirms by itself (5) is agreed with, and changes nothing.
        """
        one = self._known.get(path)
        if one is None or asked.topic != one.topic:
            return False
        match asked.mode:
            case Mode.SUBSCRIBE:
                return await self._verified(one, asked.lease)
            case Mode.UNSUBSCRIBE if one.standing is Standing.LEAVING:
                await self._forget(one)
                return True
            case Mode.DENIED if one.standing is not Standing.LEAVING:
                log.warning("its hub refuses the subscription", watcher=one.watcher)
                due = self._clock.now() + AFTER_A_DENIAL
                await self._put(
                    replace(one, standing=Standing.DENIED, due=due, attempts=0, until=None)
                )
                return True
        return False

    async def content_came(self, path: str) -> None:
        """Take note that the hub has sent what is new."""
        one = self._known.get(path)
        if one is not None and one.standing is Standing.VERIFIED:
            await self._put(replace(one, standing=Standing.PROVEN))

    async def _verified(self, one: Subscription, lease: timedelta | None) -> bool:
        now = self._clock.now()
        if one.standing in {Standing.LEAVING, Standing.DENIED}:
            return False
        if not one.attempts:
            return one.is_live(now)
        lease = self._public.lease if lease is None else lease
        log.info("subscribed to its hub", watcher=one.watcher, seconds=int(lease.total_seconds()))
        standing = Standing.PROVEN if one.is_proven(now) else Standing.VERIFIED
        renewal = max(lease * self._rng.uniform(*RENEW_AT), FIRST_RETRY)
        await self._put(
            replace(one, standing=standing, attempts=0, due=now + renewal, until=now + lease)
        )
        return True

    async def _follow(self, state: SourceState) -> None:
        """Subscribe to what the source names, and to nothing else."""
        wanted = (state.hub, state.topic, self._public.address)
        current = self._of(state.watcher)
        if current is not None:
            if (current.hub, current.topic, current.address) == wanted:
                return
            await self._leave(current)
        if all(wanted):
            await self._put(
                Subscription(
                    watcher=state.watcher,
                    topic=state.topic,
                    hub=state.hub,
                    address=self._public.address,
                    path=secrets.token_urlsafe(16),
                    secret=secrets.token_urlsafe(32),
                    due=self._clock.now(),
                )
            )

    async def _leave(self, one: Subscription) -> None:
        now = self._clock.now()
        if one.is_live(now):
            await self._put(replace(one, standing=Standing.LEAVING, attempts=0, due=now))
        else:
            await self._forget(one)

    def _asked(self, one: Subscription, now: datetime) -> Subscription:
        """The subscription as it is once its hub is asked (again)."""
        standing, until = one.standing, one.until
        if standing is not Standing.LEAVING and not one.is_live(now):
            standing, until = Standing.ASKED, None
        elif standing is Standing.PROVEN and one.attempts:
            standing = Standing.VERIFIED
        pause = min(FIRST_RETRY * 2.0 ** min(one.attempts, 20), LONGEST_RETRY)
        due = now + pause * self._rng.uniform(0.9, 1.1)
        if until is not None and standing is not Standing.LEAVING:
            # Its end is to be noticed when it comes.
            due = min(due, until)
        return replace(one, standing=standing, until=until, due=due, attempts=one.attempts + 1)

    async def _ask(self, before: Subscription) -> None:
        try:
            one = self._known.get(before.path)
            if one is None:
                return
            if one.standing is Standing.LEAVING and one.attempts > GOODBYES:
                await self._forget(one)
                return
            # Written first: the hub may verify before it answers, and a restart must know of it.
            await self._put(one, before)
            await self._request(one)
        except Exception:
            # What is wrong with one must not end the others; it is told, and tried again.
            log.exception("asking a hub failed: internal error", watcher=before.watcher)

    async def _request(self, one: Subscription) -> None:
        leaving = one.standing is Standing.LEAVING
        mode = Mode.UNSUBSCRIBE if leaving else Mode.SUBSCRIBE
        callback = f"{one.address}/{one.path}"
        form = request(mode, callback, one.topic, one.secret, self._public.lease)
        watcher = self._watchers.get(one.watcher)
        private = watcher is not None and watcher.allow_private
        access = watcher.access if watcher else USUAL
        try:
            answer = await self._fetcher.post(one.hub, form, allow_private=private, access=access)
            if not 200 <= answer.status < 300:
                raise BadStatus(answer.status)
        except SourceFault as fault:
            if one.attempts == 1:
                log.warning("request to its hub failed", watcher=one.watcher, reason=str(fault))

    async def _put(self, one: Subscription, before: Subscription | None = None) -> None:
        """Store what became of a subscription; polls start where pushes end."""
        before = before or self._known.get(one.path)
        self._keep(one)
        async with self._store.write() as db:
            await store.save_subscriptions(db, [one])
        proven = before is not None and before.standing is Standing.PROVEN
        if proven and one.standing in {Standing.ASKED, Standing.VERIFIED, Standing.DENIED}:
            self._poll_soon(one.watcher)
        self._changed.set()

    async def _forget(self, one: Subscription) -> None:
        self._known.pop(one.path, None)
        if self._paths.get(one.watcher) == one.path:
            del self._paths[one.watcher]
        async with self._store.write() as db:
            await store.forget_subscription(db, one.path)

    def _keep(self, one: Subscription) -> None:
        self._known[one.path] = one
        if one.standing is not Standing.LEAVING:
            self._paths[one.watcher] = one.path
        elif self._paths.get(one.watcher) == one.path:
            del self._paths[one.watcher]

    def _of(self, watcher: str) -> Subscription | None:
        path = self._paths.get(watcher)
        return self._known.get(path) if path is not None else None

    def _poll_soon(self, name: str) -> None:
        if watcher := self._watchers.get(name):
            self._hasten(name, self._clock.now() + self._rng.random() * watcher.every)

    async def _until_due(self) -> None:
        """Wait until a hub is to be asked, or that has changed."""
        due = min((one.due for one in self._known.values()), default=None)
        waits: list[asyncio.Future[object]] = [asyncio.ensure_future(self._changed.wait())]
        if due is not None:
            seconds = max((due - self._clock.now()).total_seconds(), 0)
            waits.append(asyncio.ensure_future(self._clock.sleep(seconds)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
