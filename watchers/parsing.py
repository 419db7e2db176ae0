"""From the bytes of a feed to its entries in plain text: a function of its arguments."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchers import authority, fastpath, jsonfeed
from watchers.dates import plausible
from watchers.encodings import as_utf8, is_clean_utf8
from watchers.errors import EmptyAnswer, NotAFeed, WebPage
from watchers.items import Document, Item
from watchers.plaintext import absolute_link, plain_text, plain_title
from watchers.records import Watcher

MAX_ENTRIES = 1_000
MAX_ID = 2_048
_MAX_CATEGORIES = 50
_MAX_NAME = 100
_HEAD = 100_000
_TTL = re.compile(rb"<ttl>\s*(\d{1,6})\s*</ttl>", re.IGNORECASE)
_SKIPPED = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*>\s*|<!--[^>]*-->\s*)*")
_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf|channel|item|entry)[\s>]", re.IGNORECASE)
_ENDS = re.compile(
    rb"(?:</(?:\w+:)?(?:rss|feed|rdf)\s*>|\})\s*(?:<!--[^>]*-->\s*)*\Z", re.IGNORECASE
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """An entry in plain text; `published` is None where the source gave no plausible date."""

    id: str
    title: str
    text: str
    link: str
    author: str
    categories: tuple[str, ...]
    language: str | None
    published: datetime | None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed's entries in the order of the feed, and how long it asks not to be read again.

    `complete` is false where the body was cut off; what it was cut off in is left out.
    """

    entries: tuple[ParsedEntry, ...]
    ttl: timedelta
    complete: bool


def parse(
    body: bytes, *, url: str, content_type: str, watcher: Watcher, now: datetime
) -> ParsedFeed:
    """Read RSS, Atom or JSON Feed; raises a SourceFault where the body is none of them."""
    if not body.strip():
        raise EmptyAnswer
    document, complete = _document(body, url, content_type, watcher.language)
    items = document.items if complete else document.items[:-1]
    chosen = _newest(items, now)
    language = watcher.language or _language(document.language)
    ttl = _TTL.search(body[:_HEAD])
    return ParsedFeed(
        entries=tuple(_entry(item, document.base, language, now) for item in chosen),
        ttl=timedelta(minutes=int(ttl[1])) if ttl else timedelta(),
        complete=complete,
    )


def _document(
    body: bytes, url: str, content_type: str, language: str | None
) -> tuple[Document, bool]:
    clean = is_clean_utf8(body, content_type)
    if clean and (document := fastpath.read(body, url)):
        return document, True
    text = body if clean else as_utf8(body, content_type, language)
    head = _after_prolog(text)
    if head.startswith((b"{", b"[")):
        return jsonfeed.read(text.removeprefix(b"\xef\xbb\xbf"), url), True
    _refuse_pages(head, text)
    return authority.read(text, url), bool(_ENDS.search(text[-2_000:]))


def _after_prolog(text: bytes) -> bytes:
    skipped = _SKIPPED.match(text[:_HEAD])
    return text[skipped.end() if skipped else 0 :][:_HEAD]


def _refuse_pages(head: bytes, text: bytes) -> None:
    if _PAGE.match(head) or (_PAGE.search(head) and not _FEED.search(text)):
        raise WebPage
    if not _FEED.search(text):
        raise NotAFeed("neither XML nor JSON of a kind that is known")


def _newest(items: tuple[Item, ...], now: datetime) -> tuple[Item, ...]:
    if len(items) <= MAX_ENTRIES:
        return items
    order = sorted(range(len(items)), key=lambda i: items[i].published or now, reverse=True)
    return tuple(items[i] for i in sorted(order[:MAX_ENTRIES]))


def _entry(item: Item, base: str, language: str | None, now: datetime) -> ParsedEntry:
    return ParsedEntry(
        id=item.id.strip()[:MAX_ID],
        title=plain_title(item.title),
        text=max((plain_text(text) for text in dict.fromkeys(item.texts)), key=len, default=""),
        link=absolute_link(item.link, base),
        author=_author(item.author),
        categories=_categories(item.categories),
        language=language,
        published=item.published if plausible(item.published, now) else None,
    )


def _author(markup: str) -> str:
    name = _MAIL.sub("", markup[:1_000]) if "@" in markup else markup[:1_000]
    return plain_title(name.replace("()", "")).strip(" ()<>,")[:_MAX_NAME]


def _categories(markup: tuple[str, ...]) -> tuple[str, ...]:
    names = (plain_title(one)[:_MAX_NAME] for one in markup[:_MAX_CATEGORIES])
    return tuple(dict.fromkeys(name for name in names if name))


def _language(said: str) -> str | None:
    primary = said.strip().lower().replace("_", "-").partition("-")[0]
    return primary if primary.isascii() and primary.isalpha() and 2 <= len(primary) <= 3 else None
