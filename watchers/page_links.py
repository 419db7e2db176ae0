"""Links of a web page that may be sources: feeds and Telegram channels. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from watchers.kinds.telegram import channel_address
from watchers.parsing.markup import Node, read_html
from watchers.parsing.plain_text import absolute_link, plain_title
from watchers.records import FEED
from watchers.web_addresses import web_address

TELEGRAM = "telegram"
# So many of the addresses that a page names are tried, of so many that are looked at.
MOST_NAMED = 20
MOST_CHANNELS = 2
MOST_LINKS = 5_000
_RELATIONS = frozenset({"alternate", "feed", "service.feed"})
_FEED_TYPE = re.compile(r"(?:application|text)/(?:x[.-])?(?:rss|atom|rdf|feed)(?:\+xml|\+json)?")
# Other things are announced as these, too: where nothing says that it is a feed, JSON is none.
_XML_TYPES = frozenset({"text/xml", "application/xml"})
_JSON_TYPE = "application/json"
_NO_FEED = re.compile(r"/wp-json/|\boembed\b|opensearch|/xmlrpc\.php|[?&]rsd\b", re.IGNORECASE)
_IN_PATH = re.compile(
    r"(?:^|[/._-])(?:rss|feeds?|atom)(?:[/._-]|\d*$)|\.(?:rss|rdf|atom)$", re.IGNORECASE
)
_IN_QUERY = re.compile(
    r"(?:^|&)(?:feed=|rss(?:=|&|$)|(?:format|type|output|alt|mode|view)=(?:rss|atom|rdf|feed))",
    re.IGNORECASE,
)
_IN_WORDS = re.compile(r"\b(?:rss|atom)\b|\bfeed\b", re.IGNORECASE)
_LONGEST_WORDS = 40
_BETWEEN = re.compile(r"\s+[|:–—»«-]+\s+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate address and the kind of source that it may be."""

    kind: str
    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """The candidates that a page links to: feeds and Telegram channels."""

    title: str
    named: tuple[Candidate, ...]
    channels: tuple[Candidate, ...]


def page_links(body: bytes, content_type: str, url: str) -> Links | None:
    """The candidates of a page; None where the body is no HTML."""
    page = read_html(body, content_type, None)
    if page is None:
        return None
    title = _site(page)
    base = _base(page, url)
    anchors = [
        (address, node)
        for node in islice(page.all("a[href]"), MOST_LINKS)
        if (address := _absolute(node.attribute("href"), base))
    ]
    linked = (address for address, node in anchors if _leads_to_feed(address, node))
    feeds = dict.fromkeys((*_announced(page, base), *linked))
    # Comments, and the feeds of parts, come after what the page puts first.
    ordered = sorted(feeds, key=lambda address: "comment" in address.lower())
    channels = dict.fromkeys(
        filter(None, (channel_address(address, posts=False) for address, _ in anchors))
    )
    return Links(
        title,
        tuple(Candidate(FEED, address, title) for address in ordered[:MOST_NAMED]),
        tuple(map(telegram_channel, islice(channels, MOST_CHANNELS))),
    )


def telegram_channel(address: str) -> Candidate:
    """The channel of a preview's address."""
    return Candidate(TELEGRAM, address, f"{address.rpartition('/')[2]} (Telegram)")


def _announced(page: Node, base: str) -> Iterator[str]:
    for link in islice(page.all("link[rel][href], a[type][href]"), MOST_LINKS):
        address = _absolute(link.attribute("href"), base)
        if address and _announces_feed(address, link):
            yield address


def _announces_feed(address: str, link: Node) -> bool:
    kind = link.attribute("type").lower().partition(";")[0].strip()
    title = link.attribute("title")
    relations = set(link.attribute("rel").lower().split())
    if _NO_FEED.search(address) or not (relations & _RELATIONS or link.name == "a"):
        return False
    if _FEED_TYPE.fullmatch(kind) or relations & {"feed", "service.feed"}:
        return True
    if kind in _XML_TYPES:
        return link.name == "link" or _says_feed(title)
    if kind in {_JSON_TYPE, ""} and link.name == "link":
        return _says_feed(title) or _is_feeds_address(address)
    return False


def _leads_to_feed(address: str, node: Node) -> bool:
    if _NO_FEED.search(address):
        return False
    said = (node.own_text, node.attribute("title"), node.attribute("class"))
    return _is_feeds_address(address) or (
        urlsplit(address).path.lower().endswith((".xml", ".json")) and any(map(_says_feed, said))
    )


def _is_feeds_address(address: str) -> bool:
    parts = urlsplit(address)
    return bool(_IN_PATH.search(parts.path) or _IN_QUERY.search(parts.query))


def _says_feed(words: str) -> bool:
    return len(words) <= _LONGEST_WORDS and _IN_WORDS.search(words) is not None


def _absolute(link: str, base: str) -> str:
    return absolute_link(web_address(link, urlsplit(base).scheme), base)


def _base(page: Node, url: str) -> str:
    said = page.first("base[href]")
    return (absolute_link(said.attribute("href"), url) if said else "") or url


def _site(page: Node) -> str:
    named = page.first('meta[property="og:site_name"][content]')
    if named and named.attribute("content"):
        return plain_title(named.attribute("content"))
    title = page.first("title")
    return _BETWEEN.split(title.text())[0] if title else ""
