"""The kind sitemap: news sitemaps (Google's schema), alone or listed in an index."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from watchers.errors import NotOfKind
from watchers.parsing.dates import read_date
from watchers.parsing.items import Answer, Document, Item
from watchers.parsing.markup import Node, read_xml

# Of an index so many sitemaps are read: those of news where there are any, the latest first, ...
MOST_SITEMAPS = 5
# ... and none that was changed so much earlier than the latest of them.
ARCHIVED = timedelta(days=2)
_ENDS = re.compile(rb"</(?:\w+:)?(?:urlset|sitemapindex)\s*>|<(?:\w+:)?urlset\b[^>]*/>")
_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
_KIND = "news sitemap"


@dataclass(frozen=True, slots=True)
class _Listed:
    address: str
    changed: datetime


def read(answer: Answer) -> Document:
    """The articles in a sitemap, or the sitemaps in an index."""
    root = read_xml(answer.body, answer.content_type, answer.watcher.language)
    complete = bool(_ENDS.search(answer.body))
    match root.name if root else "":
        case "urlset":
            return _news(list(root or ()), answer, complete=complete)
        case "sitemapindex":
            listed = _listed(list(root or ()))
            latest = tuple(_latest(listed))
            earlier = tuple(one.address for one in listed if one.address not in latest)
            return Document((), base=answer.url, more=latest, earlier=earlier)
        case "rss" | "feed" | "rdf":
            raise NotOfKind(_KIND, 'it is a feed; write kind = "feed"')
        case "html":
            raise NotOfKind(_KIND, "it is a web page; look for the sitemap in its robots.txt")
    raise NotOfKind(_KIND, "it is not XML of a kind that is known")


def _news(urls: list[Node], answer: Answer, *, complete: bool) -> Document:
    whole = urls if complete else urls[:-1]
    items = tuple(item for url in whole if (item := _item(url)))
    if whole and not items:
        raise NotOfKind(_KIND, "it lists addresses without titles")
    return Document(items, base=answer.url, complete=complete)


def _item(url: Node) -> Item | None:
    said = _texts(url)
    news = next((child for child in url if child.name == "news"), None)
    if news is None:
        return None
    told = _texts(news)
    publication = next((child for child in news if child.name == "publication"), None)
    if not told.get("title"):
        return None
    return Item(
        title=told["title"],
        link=said.get("loc", ""),
        categories=tuple(filter(None, map(str.strip, told.get("keywords", "").split(",")))),
        published=read_date(told.get("publication_date", "")) or read_date(said.get("lastmod", "")),
        language=_texts(publication).get("language", "") if publication else "",
    )


def _listed(sitemaps: list[Node]) -> list[_Listed]:
    """The sitemaps of an index: those of news where there are any, the latest first."""
    listed = [
        _Listed(said["loc"], read_date(said.get("lastmod", "")) or _EARLIEST)
        for said in map(_texts, sitemaps)
        if said.get("loc")
    ]
    of_news = [one for one in listed if "news" in one.address.lower()]
    return sorted(of_news or listed, key=lambda one: one.changed, reverse=True)


def _latest(listed: list[_Listed]) -> Iterator[str]:
    for one in listed[:MOST_SITEMAPS]:
        if one.changed == _EARLIEST or one.changed + ARCHIVED >= listed[0].changed:
            yield one.address


def _texts(node: Node) -> dict[str, str]:
    return {child.name: child.own_text for child in node}
