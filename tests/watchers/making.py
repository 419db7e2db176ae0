"""Watchers, bodies and readings for tests, with everything that does not matter filled in."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from watchers import ParsedEntry, ParsedFeed, Poll, SourceState, Watcher, parse
from watchers.identity import serve
from watchers.parsed import _feed
from watchers.parsing.items import Document, Item

NOON = datetime(2023, 6, 12, 12, tzinfo=UTC)
URL = "https://courier.example/feed"


def watcher(url: str = URL, *, private: bool = True, **fields: object) -> Watcher:
    made = Watcher("courier", "Gulf Courier", url, allow_private=private)
    return replace(made, **fields)  # type: ignore[arg-type]


def parsed(body: bytes, content_type: str = "", language: str | None = None) -> ParsedFeed:
    one = watcher(language=language)
    return parse(body, url=URL, content_type=content_type, watcher=one, now=NOON)


def plain(
    document: Document, text: bytes
) -> tuple[ParsedFeed, list[tuple[Any, ...]], list[list[str]]]:
    """What a feed says in plain text; the order of categories says nothing."""
    feed = _feed(document, text, watcher(), NOON, complete=True)
    told = [
        (one.id, one.title, one.link, one.language, one.published, one.text, one.author)
        for one in feed.entries
    ]
    categories = [sorted(one.categories) for one in feed.entries]
    return replace(feed, entries=()), told, categories


def rss(*items: str, channel: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{channel}'
        f"<title>Gulf Courier</title>{''.join(items)}</channel></rss>\n"
    ).encode()


def item(number: int = 1, *, title: str = "", date: str = "Mon, 12 Jun 2023 11:00:00 GMT") -> str:
    link = f"https://courier.example/{number}"
    return (
        f"<item><title>{title or f'Ferry number {number}'}</title><link>{link}</link>"
        f"<guid>{link}</guid><pubDate>{date}</pubDate></item>"
    )


def piece(name: str = "ferry", /, *, text: str = "", **fields: object) -> ParsedEntry:
    item = Item(texts=(text,))
    made = ParsedEntry(name, name, f"https://courier.example/{name}", None, NOON, item)
    return replace(made, **fields)  # type: ignore[arg-type]


def polled(
    pieces: Iterable[ParsedEntry],
    *,
    first: bool = False,
    untrusted: bool = False,
    seen: datetime = NOON,
) -> Poll:
    served, untrusted = serve("courier", tuple(pieces), ids_untrusted=untrusted, seen=seen)
    return Poll(watcher(), SourceState("courier", ids_untrusted=untrusted), served, first=first)


def ago(**parts: float) -> datetime:
    return NOON - timedelta(**parts)
