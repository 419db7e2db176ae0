"""Source discovery: whether an address is a source, or a page that links to sources."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from watchers.access import USUAL, Access
from watchers.errors import (
    CannotConnect,
    CertificateFault,
    PrivateAddress,
    SourceFault,
)
from watchers.fetching.fetcher import Fetched, Fetcher
from watchers.kinds import options_of
from watchers.kinds.telegram import channel_address
from watchers.page_links import Candidate, page_links, telegram_channel
from watchers.parsing.plain_text import absolute_link, plain_title
from watchers.polling import poll
from watchers.polling.asking import need_ok
from watchers.records import FEED, Poll, SourceState, Watcher
from watchers.web_addresses import is_web_address, web_address

SITEMAP = "sitemap"
# So many sources are enough; dead addresses do not count.
MOST_FOUND = 8
_HEAD = 20_000
_PROLOG = 1_000
_ROBOTS_READ = 100_000
_PATHS = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "?feed=rss2")
_SITEMAPS = ("news-sitemap.xml", "sitemap-news.xml", "sitemap_news.xml", "sitemaps/news.xml")
_ROBOTS = re.compile(r"^\s*sitemap:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_TITLE = re.compile(rb"<title[^>]{0,200}>(.{1,2000}?)</title>", re.IGNORECASE | re.DOTALL)
_JSON_TITLE = re.compile(rb'"title"\s*:\s*"([^"\\]{1,200})"')
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][\w+.-]*://")
_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]")
_FEED = re.compile(rb"<(?:rss|feed|rdf:rdf)[\s>]")


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
            return await self._read([telegram_channel(channel)])
        url, fetched = await self._first(text)
        lasting = fetched.moved_to or url
        title = _called(fetched.body)
        if found := await self._read(
            [Candidate(kind, lasting, title) for kind in _likely(fetched)]
        ):
            return found[:1]
        page = await self._fetcher.in_process(
            page_links, fetched.body, fetched.headers.content_type, fetched.url
        )
        if page is None:
            return []
        return (
            await self._read(page.named)
            or await self._read(common(fetched.url, _PATHS, FEED, page.title))
            or await self._read(await self._sitemaps(fetched.url, page.title))
            or await self._read(page.channels)
        )

    async def _first(self, text: str) -> tuple[str, Fetched]:
        """The address that a text denotes, and the answer to a request of it."""
        address = web_address(text)
        if is_web_address(address) and is_web_address(text.strip().lower()):
            return address, await self._fetched(address)
        url = address if _SCHEME.match(address) else f"https://{address}"
        try:
            return url, await self._fetched(url)
        except (CannotConnect, CertificateFault):
            # Nobody said that it is https.
            plain = f"http://{url.removeprefix('https://')}"
            return plain, await self._fetched(plain)

    async def _fetched(self, url: str) -> Fetched:
        try:
            fetched = await self._fetcher.fetch(url, access=self._access, keep_partial=True)
        except PrivateAddress:
            if not self._allow_private:
                raise
            # Whoever runs this may mean it; what a page of the public names, stays refused.
            self._private = True
            fetched = await self._fetcher.fetch(
                url, allow_private=True, access=self._access, keep_partial=True
            )
        need_ok(fetched, self._now())
        return fetched

    async def _read(self, candidates: Iterable[Candidate]) -> list[Source]:
        found: dict[frozenset[bytes], Source] = {}
        for candidate in candidates:
            if len(found) == MOST_FOUND:
                break
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
            if polled.served or not polled.state.last_error:
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
        return [*named[:MOST_FOUND], *common(url, _SITEMAPS, SITEMAP, title)]


def common(url: str, paths: Iterable[str], kind: str, title: str) -> list[Candidate]:
    """Well-known addresses of a site's sources of one kind."""
    folder = url if urlsplit(url).path.endswith("/") else urljoin(url, "/")
    return [Candidate(kind, urljoin(folder, path), title) for path in paths]


def _likely(fetched: Fetched) -> list[str]:
    head = fetched.body[:_HEAD].lower()
    if b"<urlset" in head or b"<sitemapindex" in head:
        return [SITEMAP]
    # Some feeds stand behind the doctype of a page, or within one.
    return [] if _PAGE.search(head[:_PROLOG]) and not _FEED.search(head) else [FEED]


def _called(body: bytes) -> str:
    found = _TITLE.search(body[:_HEAD]) or _JSON_TITLE.search(body[:_HEAD])
    text = found[1].decode("utf-8", "replace") if found else ""
    return plain_title(_CDATA.sub(r"\1", text))
