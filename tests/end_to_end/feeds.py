"""Feeds on this machine in which entries appear, and which can go wrong."""

import asyncio
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import Enum, auto
from xml.sax.saxutils import escape

from aiohttp import web

from tests.fakebotapi.listening import Listener

Action = Callable[[], object]


class Trouble(Enum):
    """What is wrong with a feed."""

    HTML = auto()
    CUT_OFF = auto()
    ENDLESS = auto()
    SLOW = auto()


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a feed; `title` is what tells it from the others."""

    title: str
    published: datetime
    text: str = ""
    link: str = ""


class Feeds(Listener):
    """`with` runs it on a thread of its own. Each feed has a host of its own: see `address`."""

    def __init__(self) -> None:
        super().__init__(self._serve, host="0.0.0.0")
        self._items: dict[str, list[Item]] = defaultdict(list)
        self._pages: dict[str, bytes] = {}
        self._troubles: dict[str, Trouble] = {}
        self._actions: dict[str, Action] = {}
        self._hosts: dict[str, int] = {}
        self._lock = threading.Lock()
        self.polls: dict[str, int] = defaultdict(int)
        self.first_served: dict[str, float] = {}

    def address(self, feed: str) -> str:
        """The address of a feed: one request at a time is made to a host, so each has its own."""
        number = self._hosts.setdefault(feed, len(self._hosts) + 2)
        return f"http://127.0.0.{number}:{self.port}/{feed}"

    def publish(self, feed: str, *titles: str) -> None:
        """Let entries appear, all at once."""
        with self._lock:
            self._items[feed] += [Item(title, datetime.now(UTC)) for title in titles]

    def published(self, feed: str, title: str, ago: timedelta) -> None:
        """Let an entry be there that was published some time ago."""
        with self._lock:
            self._items[feed].append(Item(title, datetime.now(UTC) - ago))

    def publish_teaser(self, feed: str, title: str, text: str, article: bytes) -> None:
        """Let an entry appear of which the rest stands on a page of the feed's own host."""
        path = f"{feed}/article"
        with self._lock:
            self._pages[path] = article
            link = self.address(feed).removesuffix(feed) + path
            self._items[feed].append(Item(title, datetime.now(UTC), text, link))

    def trouble(self, feed: str, what: Trouble) -> None:
        """Let a feed be broken."""
        self._troubles[feed] = what

    def at_next_poll(self, feed: str, action: Action) -> None:
        """Do something in the middle of the next poll: after the request, before the answer."""
        self._actions[feed] = action

    async def _serve(self, http: web.BaseRequest) -> web.StreamResponse:
        feed = http.path.strip("/")
        self.polls[feed] += 1
        if action := self._actions.pop(feed, None):
            await asyncio.to_thread(action)
        if page := self._pages.get(feed):
            return web.Response(body=page, content_type="text/html")
        trouble = self._troubles.get(feed)
        if trouble is not None:
            return await _broken(http, trouble)
        with self._lock:
            items = list(self._items[feed])
        for item in items:
            self.first_served.setdefault(item.title, time.time())
        return web.Response(body=_rss(feed, items), content_type="application/rss+xml")


def _rss(feed: str, items: list[Item]) -> bytes:
    """The newest first, as everybody does."""
    entries = "".join(
        f"<item><guid isPermaLink='false'>{feed}: {escape(item.title)}</guid>"
        f"<title>{escape(item.title)}</title>"
        f"<link>{item.link or f'https://{feed}.example/{abs(hash(item.title))}'}</link>"
        f"<description>{escape(item.text)}</description>"
        f"<pubDate>{format_datetime(item.published)}</pubDate></item>"
        for item in reversed(items)
    )
    head = "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>"
    return f"{head}<title>{feed}</title>{entries}</channel></rss>".encode()


async def _broken(http: web.BaseRequest, trouble: Trouble) -> web.StreamResponse:
    match trouble:
        case Trouble.HTML:
            page = (
                "<!doctype html><html><body><h1>Talks are down for maintenance</h1></body></html>"
            )
            return web.Response(text=page, content_type="text/html")
        case Trouble.CUT_OFF:
            whole = _rss("cut-off", [Item("Talks that are cut", datetime.now(UTC))])
            return web.Response(body=whole[: len(whole) // 2], content_type="application/rss+xml")
        case Trouble.SLOW:
            await asyncio.sleep(3600)
            return web.Response()
        case Trouble.ENDLESS:
            return await _endless(http)


async def _endless(http: web.BaseRequest) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/rss+xml"})
    await response.prepare(http)
    await response.write(b"<?xml version='1.0'?><rss version='2.0'><channel>")
    try:
        while True:
            await response.write(b"<!-- and on and on -->" * 1000)
            await asyncio.sleep(0.01)
    except ConnectionError:
        return response
