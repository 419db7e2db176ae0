"""Simulated sources of five kinds, and the transport that answers for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

import httpx

from watchers import Watcher
from watchers.kinds.telegram import TelegramOptions

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
# How many entries a feed or a preview shows, and a sitemap lists.
SHOWN, LISTED = 20, 20
# One in so many does not answer for its earlier entries.
UNANSWERED = 10


@dataclass
class Source:
    """A simulated source: when its entries are published, and what it answers."""

    number: int
    kind: str
    times: Sequence[datetime]
    now: Callable[[], datetime]
    requests: int = 0

    @property
    def host(self) -> str:
        return f"source-{self.number}.example"

    @property
    def watcher(self) -> Watcher:
        made = Watcher(f"source-{self.number}", self.host, f"https://{self.host}/feed")
        made = replace(made, every=timedelta(minutes=5))
        if self.kind == "Telegram":
            return replace(made, kind="telegram", options=TelegramOptions())
        return replace(made, kind="sitemap") if self.kind == "sitemap" else made

    @property
    def answers_for_earlier(self) -> bool:
        """Whether it has what it says that it has."""
        return self.number // len(KINDS) % UNANSWERED != 0

    def published(self) -> int:
        """How many entries there are now."""
        return sum(time <= self.now() for time in self.times)

    def first_listed(self) -> int:
        """The number of the oldest entry that it lists now."""
        count = self.published()
        is_index = self.kind == "sitemap"
        return max(((count - 1) // LISTED - 4) * LISTED if is_index else count - SHOWN, 0)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What it answers now."""
        self.requests += 1
        if self._is_earlier(request.url) and not self.answers_for_earlier:
            return httpx.Response(404)
        return httpx.Response(200, text=KINDS[self.kind](self, request.url))

    def _is_earlier(self, url: httpx.URL) -> bool:
        if self.kind != "sitemap":
            return bool(url.query)
        latest = (self.published() - 1) // LISTED
        return url.path != "/feed" and _file_of(url) < latest - 4

    def rss(self, before: int, head: str = "") -> str:
        """A feed of the entries before one."""
        items = "".join(
            f"<item><guid isPermaLink='false'>{n}</guid><title>{self.title(n)}</title>"
            f"<link>https://{self.host}/{n}</link>"
            f"<pubDate>{format_datetime(self.times[n])}</pubDate></item>"
            for n in reversed(range(max(before - SHOWN, 0), before))
        )
        return f"<rss version='2.0'><channel>{head}{items}</channel></rss>"

    def title(self, number: int) -> str:
        """What an entry is called."""
        return f"Entry {number} of source {self.number}"


def _plain(source: Source, _: httpx.URL) -> str:
    return source.rss(source.published())


def _archived(source: Source, url: httpx.URL) -> str:
    before = int(url.params.get("before", source.published()))
    link = f"<link rel='prev-archive' href='/feed?before={before - SHOWN}'/>"
    return source.rss(before, link if before > SHOWN else "")


def _wordpress(source: Source, url: httpx.URL) -> str:
    page = int(url.params.get("paged", 1))
    head = "<generator>https://wordpress.org/?v=6.7</generator>"
    return source.rss(max(source.published() - (page - 1) * SHOWN, 0), head)


def _telegram(source: Source, url: httpx.URL) -> str:
    # A post's number begins with 1.
    before = int(url.params.get("before", source.published() + 1)) - 1
    posts = "".join(
        f"<div class='tgme_widget_message' data-post='source/{n + 1}'>"
        f"<div class='js-message_text'>{source.title(n)}</div>"
        f"<a class='tgme_widget_message_date'><time datetime='{source.times[n].isoformat()}'>"
        "</time></a></div>"
        for n in range(max(before - SHOWN, 0), before)
    )
    return f"<html><body>{posts}</body></html>"


def _sitemap(source: Source, url: httpx.URL) -> str:
    count = source.published()
    if url.path == "/feed":
        files = range((count - 1) // LISTED, -1, -1)
        listed = "".join(
            f"<sitemap><loc>/news-{n}.xml</loc><lastmod>"
            f"{source.times[min((n + 1) * LISTED, count) - 1].isoformat()}</lastmod></sitemap>"
            for n in files
        )
        return f"<sitemapindex>{listed}</sitemapindex>"
    number = _file_of(url)
    urls = "".join(
        f"<url><loc>https://{source.host}/{n}</loc><n:news><n:publication_date>"
        f"{source.times[n].isoformat()}</n:publication_date><n:title>{source.title(n)}"
        "</n:title></n:news></url>"
        for n in range(number * LISTED, min((number + 1) * LISTED, count))
    )
    return f"<urlset xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>{urls}</urlset>"


def _file_of(url: httpx.URL) -> int:
    return int(url.path.rpartition("-")[2].removesuffix(".xml"))


KINDS: dict[str, Callable[[Source, httpx.URL], str]] = {
    "RFC 5005": _archived,
    "WordPress": _wordpress,
    "Telegram": _telegram,
    "sitemap": _sitemap,
    "plain feed": _plain,
}


class World(httpx.AsyncBaseTransport):
    """All sources, and the clock."""

    def __init__(self, count: int, until: datetime, seed: int) -> None:
        self.now = START
        rng = Random(seed)
        self.sources = [
            Source(n, [*KINDS][n % len(KINDS)], _times(rng, n, until), lambda: self.now)
            for n in range(count)
        ]
        self._by_host = {source.host: source for source in self.sources}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of the source at the host."""
        return self._by_host[request.url.host].answer(request)


def _times(rng: Random, number: int, until: datetime) -> list[datetime]:
    a_day = 10 * 2 ** (number // len(KINDS) % 6)
    begin = START - timedelta(days=20)
    count = round(a_day * ((until - begin) / timedelta(days=1)))
    return sorted(
        # Feeds tell whole seconds.
        (begin + rng.random() * (until - begin)).replace(microsecond=0)
        for _ in range(count)
    )
