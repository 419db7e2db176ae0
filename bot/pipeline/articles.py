"""Fetching the articles behind matched entries, beside the polls."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

import store
from bot.clock import Clock
from bot.pipeline.revisions import Change, Revision
from store import Store
from stories import Story, is_article_of, is_teaser
from watchers import Articles, Entry, NoArticle, RobotsForbid, SourceFault, Watcher

AT_A_TIME = 4
# So many wait for their article at the most, the newest, and none longer than this.
MOST_WAITING = 200
WAITS_AT_MOST = timedelta(days=1)
# Nobody is woken by a report that changes no message.
LOOK_EVERY = timedelta(minutes=1)
TRIED_AGAIN_AFTER = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))

log = structlog.get_logger()


class Reader(Protocol):
    """Reads articles, as `watchers.ArticleReader` does."""

    async def read(self, link: str, watcher: Watcher, now: datetime) -> str: ...

    async def rest(self) -> None: ...


@dataclass(frozen=True, slots=True)
class ArticleRead:
    """A revision: the report of an entry gets its article."""

    entry: str
    article: str

    def changes(self, stories: Mapping[str, Story]) -> Iterator[Change]:
        """The entry's story with the article, where the story is still there."""
        for story in stories.values():
            if any(report.entry == self.entry for report in story.reports):
                reports = tuple(
                    replace(report, article=self.article) if report.entry == self.entry else report
                    for report in story.reports
                )
                yield Change(story, replace(story, reports=reports), edits_only=True)
                return

    async def save(self, db: AsyncConnection) -> None:
        """Store the article."""
        await store.save_article(db, self.entry, self.article)


@dataclass(frozen=True, slots=True)
class _Failed:
    times: int
    again: datetime


class ArticleReading:
    """Fetches wanted articles, one at a time per host, and hands them to `revise`.

    `wake` it when there may be entries that want theirs. What is decided stands in the database;
    an article that could not be read is tried again a few times.
    """

    def __init__(
        self,
        watchers: Iterable[Watcher],
        reader: Reader,
        stored: Store,
        revise: Callable[[Revision], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self._watchers = {watcher.name: watcher for watcher in watchers}
        self._reader = reader
        self._store = stored
        self._revise = revise
        self._clock = clock
        self._news = asyncio.Event()
        self._failed: dict[str, _Failed] = {}
        self._hosts: set[str] = set()

    def wake(self) -> None:
        """Check for entries that want their article now."""
        self._news.set()

    async def run(self) -> None:
        """Fetch until cancelled."""
        try:
            async with asyncio.TaskGroup() as readings:
                while True:
                    self._news.clear()
                    await self._begin(readings)
                    if not self._hosts:
                        await self._reader.rest()
                    await self._clock.wait(self._news, self._clock.now() + LOOK_EVERY)
        finally:
            await self._reader.rest()

    async def _begin(self, readings: asyncio.TaskGroup) -> None:
        """Start the fetches that are possible now."""
        now = self._clock.now()
        # One that ends during the look has decided what the look still sees undecided.
        busy = frozenset(self._hosts)
        waiting = await self._waiting(now)
        failed = {entry: self._failed[entry] for entry in waiting if entry in self._failed}
        self._failed = failed
        for entry_id, entry in waiting.items():
            host = urlsplit(entry.link).netloc
            is_time = entry_id not in failed or failed[entry_id].again <= now
            is_free = host not in busy | self._hosts and len(self._hosts) < AT_A_TIME
            if is_time and is_free:
                self._hosts.add(host)
                readings.create_task(self._read(entry_id, entry, host))

    async def _waiting(self, now: datetime) -> dict[str, Entry]:
        """The entries that want their article; the others are marked as having none."""
        since = now - WAITS_AT_MOST
        async with self._store.read() as db:
            undecided = await store.undecided_articles(db, since, MOST_WAITING)
        wanted = {
            id_: entry for id_, entry in undecided if self._wants(entry) and entry.seen >= since
        }
        for entry_id, _ in undecided:
            if entry_id not in wanted:
                await self._decide_against(entry_id)
        return wanted

    def _wants(self, entry: Entry) -> bool:
        watcher = self._watchers.get(entry.source)
        if watcher is None or not entry.link or not watcher.options.leads_to_articles:
            return False
        match watcher.articles:
            case Articles.OFF:
                return False
            case Articles.ON:
                return True
            case Articles.TEASERS:
                return is_teaser(entry)

    async def _read(self, entry_id: str, entry: Entry, host: str) -> None:
        try:
            await self._take(entry_id, entry)
        except (NoArticle, RobotsForbid) as fault:
            log.info("no article", watcher=entry.source, entry=entry_id, reason=str(fault))
            await self._decide_against(entry_id)
        except SourceFault as fault:
            await self._postpone(entry_id, entry, fault)
        except Exception:
            # One article's fault must not end the others'.
            log.exception("article not read: internal error", watcher=entry.source)
            await self._postpone(entry_id, entry, SourceFault("internal error"))
        finally:
            self._hosts.discard(host)
            self.wake()

    async def _take(self, entry_id: str, entry: Entry) -> None:
        now = self._clock.now()
        article = await self._reader.read(entry.link, self._watchers[entry.source], now)
        if not is_article_of(entry, article):
            raise NoArticle("the page says something else than the entry")
        await self._revise(ArticleRead(entry_id, article))
        log.info("article read", watcher=entry.source, entry=entry_id, characters=len(article))

    async def _postpone(self, entry_id: str, entry: Entry, fault: SourceFault) -> None:
        before = self._failed.get(entry_id)
        times = before.times + 1 if before else 1
        if times > len(TRIED_AGAIN_AFTER):
            log.info("article given up", watcher=entry.source, entry=entry_id, reason=str(fault))
            await self._decide_against(entry_id)
            return
        wait = max(TRIED_AGAIN_AFTER[times - 1], fault.wait)
        self._failed[entry_id] = _Failed(times, self._clock.now() + wait)

    async def _decide_against(self, entry_id: str) -> None:
        async with self._store.write() as db:
            await store.save_article(db, entry_id, "")
