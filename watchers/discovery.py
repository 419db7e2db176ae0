"""Source discovery: whether an address is a source, or a page that links to sources."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from urllib.parse import urljoin, urlsplit

from watchers.access import USUAL, Access
from watchers.errors import PrivateAddress, SourceFault
from watchers.fetching.fetcher import Fetched, Fetcher
from watchers.kinds import options_of
from watchers.kinds.telegram import channel_address
from watchers.parsing.markup import Node, read_html
from watchers.parsing.plain_text import absolute_link, plain_title
from watchers.polling import poll
from watchers.polling.asking import need_ok
from watchers.records import FEED, Poll, SourceState, Watcher

SITEMAP, TELEGRAM = "sitemap", "telegram"
# So many of the addresses that a page names are read, of so many that are looked at.
MOST_NAMED = 8
MOST_LINKS = 5_000
_HEAD = 20_000
_PROLOG = 1_000
_ROBOTS_READ = 100_000
_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}
)
_PATHS = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "?feed=rss2")
_SITEMAPS = ("news-sitemap.xml", "sitemap-news.xml", "sitemap_news.xml", "sitemaps/news.xml")
_LOOKS_LIKE_A_FEED = re.compile(
    r"(?:^|[/._-])(?:rss|feeds?|atom)(?:[/._-]|\d*$)|\.(?:rss|rdf|atom)$", re.IGNORECASE
)
_ROBOTS = re.compile(r"^\s*sitemap:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_TITLE = re.compile(rb"<title[^>]{0,200}>(.{1,2000}?)</title>", re.IGNORECASE | re.DOTALL)
_JSON_TITLE = re.compile(rb'"title"\s*:\s*"([^"\\]{1,200})"')
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]")
_BETWEEN = re.compile(r"\s+[|:–—»«-]+\s+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate address and the kind of source that it may be."""

    kind: str
    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A source that was found: its address, kind, title, and the result of a first poll."""

    kind: str
    url: str
    title: str
    private: bool
    poll: Poll


class Discovery:
    """Finds the sources of an address with few requests."""

    def __init__(
        self,
        fetcher: Fetcher,
        now: Callable[[], datetime],
        *,
        access: Access = USUAL,
        allow_private: bool = True,
    ) -> None:
        """Use this fetcher and clock; `allow_private` permits private addresses."""
        self._access = access
        self._fetcher = fetcher
        self._allow_private = allow_private
        self._now = now
        self._private = False

    async def sources(self, text: str) -> list[Source]:
        """The sources that an address, or a channel's "@name", is or names; the best first.

        Raises:
            SourceFault: the address cannot be read.
        """
        if channel := channel_address(text):
            return await self._read([Candidate(TELEGRAM, channel, _channel_name(channel))])
        url = text if "://" in text else f"https://{text}"
        fetched = await self._fetched(url)
        lasting = fetched.moved_to or url
        title = _called(fetched.body)
        if found := await self._read(
            [Candidate(kind, lasting, title) for kind in _likely(fetched)]
        ):
            return found[:1]
        page = await self._fetcher.in_process(
            links, fetched.body, fetched.headers.content_type, fetched.url
        )
        if page is None:
            return []
        return (
            await self._read(page.named)
            or await self._read(common(fetched.url, _PATHS, FEED, page.title))
            or await self._read(await self._sitemaps(fetched.url, page.title))
            or await self._read(page.channels)
        )

    async def _fetched(self, url: str) -> Fetched:
        try:
            fetched = await self._fetcher.fetch(url, access=self._access)
        except PrivateAddress:
            if not self._allow_private:
                raise
            # Whoever runs this may mean it; what a page of the public names, stays refused.
            self._private = True
            fetched = await self._fetcher.fetch(url, allow_private=True, access=self._access)
        need_ok(fetched, self._now())
        return fetched

    async def _read(self, candidates: Iterable[Candidate]) -> list[Source]:
        found: dict[frozenset[bytes], Source] = {}
        for candidate in candidates:
            watcher = Watcher(
                "discovery",
                candidate.title,
                candidate.url,
                candidate.kind,
                options_of(candidate.kind)(),
                allow_private=self._private,
                access=self._access,
            )
            polled = await poll(watcher, SourceState(watcher.name), self._fetcher, self._now)
            if not polled.state.last_error:
                url = polled.state.url or candidate.url
                source = Source(candidate.kind, url, candidate.title, self._private, polled)
                # One feed is often there under several addresses.
                found.setdefault(frozenset(key for s in polled.served for key in s.keys), source)
        # What is empty may be the right one, and seldom is.
        return sorted(found.values(), key=lambda source: not source.poll.served)

    async def _sitemaps(self, url: str, title: str) -> list[Candidate]:
        try:
            robots = await self._fetcher.fetch(
                urljoin(url, "/robots.txt"), allow_private=self._private, access=self._access
            )
        except SourceFault:
            return []
        said = _ROBOTS.findall(robots.body[:_ROBOTS_READ].decode("utf-8", "replace"))
        listed = [absolute_link(one, url) for one in said]
        # Those without "news" are most often lists of all pages.
        named = [Candidate(SITEMAP, one, title) for one in listed if "news" in one.lower()]
        return [*named[:MOST_NAMED], *common(url, _SITEMAPS, SITEMAP, title)]


@dataclass(frozen=True, slots=True)
class Links:
    """The candidates that a page links to: feeds and Telegram channels."""

    title: str
    named: tuple[Candidate, ...]
    channels: tuple[Candidate, ...]


def links(body: bytes, content_type: str, url: str) -> Links | None:
    """The candidates of a page; None where the body is no HTML."""
    page = read_html(body, content_type, None)
    if page is None:
        return None
    title = _site(page)
    feeds = dict.fromkeys((*_alternates(page, url), *_anchors(page, url)))
    # Comments, and the feeds of parts, come after what the page puts first.
    ordered = sorted(feeds, key=lambda address: "comment" in address.lower())
    channels = dict.fromkeys(filter(None, map(channel_address, _addresses(page, "a[href]", url))))
    return Links(
        title,
        tuple(Candidate(FEED, address, title) for address in ordered[:MOST_NAMED]),
        tuple(Candidate(TELEGRAM, one, _channel_name(one)) for one in islice(channels, 2)),
    )


def common(url: str, paths: Iterable[str], kind: str, title: str) -> list[Candidate]:
    """Well-known addresses of a site's sources of one kind."""
    folder = url if urlsplit(url).path.endswith("/") else urljoin(url, "/")
    return [Candidate(kind, urljoin(folder, path), title) for path in paths]


def _likely(fetched: Fetched) -> list[str]:
    head = fetched.body[:_HEAD].lower()
    if b"<urlset" in head or b"<sitemapindex" in head:
        return [SITEMAP]
    return [] if _PAGE.search(head[:_PROLOG]) else [FEED]


def _alternates(page: Node, url: str) -> Iterator[str]:
    for link in page.all('link[rel~="alternate"][href]'):
        if link.attribute("type").lower().partition(";")[0].strip() in _TYPES:
            yield from filter(None, [absolute_link(link.attribute("href"), _base(page, url))])


def _anchors(page: Node, url: str) -> Iterator[str]:
    for address in _addresses(page, "a[href]", url):
        if _LOOKS_LIKE_A_FEED.search(urlsplit(address).path):
            yield address


def _addresses(page: Node, selector: str, url: str) -> Iterator[str]:
    base = _base(page, url)
    for node in islice(page.all(selector), MOST_LINKS):
        if address := absolute_link(node.attribute("href"), base):
            yield address


def _base(page: Node, url: str) -> str:
    said = page.first("base[href]")
    return (absolute_link(said.attribute("href"), url) if said else "") or url


def _site(page: Node) -> str:
    named = page.first('meta[property="og:site_name"][content]')
    if named and named.attribute("content"):
        return plain_title(named.attribute("content"))
    title = page.first("title")
    return _BETWEEN.split(title.text())[0] if title else ""


def _called(body: bytes) -> str:
    found = _TITLE.search(body[:_HEAD]) or _JSON_TITLE.search(body[:_HEAD])
    text = found[1].decode("utf-8", "replace") if found else ""
    return plain_title(_CDATA.sub(r"\1", text))


def _channel_name(address: str) -> str:
    return f"{address.rpartition('/')[2]} (Telegram)"
