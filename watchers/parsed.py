"""Parsing of a body into entries in plain text, by the kind of its watcher. Pure."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from watchers import kinds
from watchers.errors import EmptyAnswer, NotAFeed, WebPage
from watchers.parsing import fast_parser, feedparser_adapter, json_feed
from watchers.parsing.archive_links import earlier_documents
from watchers.parsing.dates import plausible
from watchers.parsing.encodings import as_utf8
from watchers.parsing.hub_links import NO_HUB, Hub, document_hub
from watchers.parsing.items import Answer, Document, Item
from watchers.parsing.plain_text import absolute_link, is_made_of, plain_text, plain_title, storable
from watchers.parsing.references import mended_references
from watchers.parsing.web_page import PAGE_START, feed_within
from watchers.records import FEED, Watcher
from watchers.scheduling import update_hints
from watchers.scheduling.update_hints import UpdateHints

MAX_ENTRIES = 1_000
MAX_ID = 2_048
MAX_MORE = 5
MAX_EARLIER = 50
MAX_PUBLISHER = 80
_MAX_CATEGORIES = 50
_MAX_NAME = 100
_HEAD = 100_000
_SKIPPED = re.compile(rb"\s*(?:<\?[^>]*>\s*|<!--[^>]*-->\s*)*")
_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf|channel|item|entry)[\s>]", re.IGNORECASE)
_ENDS = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_ITEM = re.compile(rb"<(/?)(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """An entry in plain text; `published` is None where the source gave no plausible date.

    What does not tell it from others is made plain of its `item` when it is asked for.
    """

    id: str
    title: str
    link: str
    language: str | None
    published: datetime | None
    item: Item

    @property
    def text(self) -> str:
        """The longest of the candidates for the text."""
        candidates = [*dict.fromkeys(self.item.texts)]
        # A parser makes a description of the content where there is none, and breaks words in it.
        given = [text for text in candidates if not any(is_made_of(text, c) for c in candidates)]
        return max(map(plain_text, given), key=len, default="")

    @property
    def author(self) -> str:
        """The author's name without a mail address."""
        return _author(self.item.author)

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories, each once."""
        return _categories(self.item.categories)

    @property
    def publisher(self) -> str:
        """Who published the entry, or "" where the source did."""
        return plain_title(self.item.publisher)[:MAX_PUBLISHER] if self.item.publisher else ""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A parsed feed: its entries in its own order, and its update hints.

    `complete` is false where the body was cut off; what it was cut off in is left out.
    `ids_proven`, `more`, `earlier` and `hub` are as in Document.
    """

    entries: tuple[ParsedEntry, ...]
    hints: UpdateHints
    complete: bool
    ids_proven: bool = False
    more: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    hub: Hub = NO_HUB


def parse(
    body: bytes, *, url: str, content_type: str, watcher: Watcher, now: datetime
) -> ParsedFeed:
    """Parse a body as the watcher's kind; raises a SourceFault where it is something else.

    Of a feed, feedparser decides where there is doubt; a hostile one keeps it busy without end.
    """
    if watcher.kind != FEED:
        return _of_kind(Answer(body, url, content_type, watcher, now))
    text = _text(body, content_type, watcher)
    if quick := _quickly(text, url, watcher, now):
        return quick
    complete = bool(_ENDS.search(text))
    document = feedparser_adapter.read(text, url)
    items = document.items if complete or not _within_item(text) else document.items[:-1]
    return _feed(replace(document, items=items), text, watcher, now, complete=complete)


def parse_quickly(
    body: bytes, *, url: str, content_type: str, watcher: Watcher, now: datetime
) -> ParsedFeed | None:
    """As `parse`, by parsers in linear time; None where only a slower one can tell."""
    if watcher.kind != FEED:
        return None
    return _quickly(_text(body, content_type, watcher), url, watcher, now)


def _of_kind(answer: Answer) -> ParsedFeed:
    if not answer.body.strip():
        raise EmptyAnswer
    document = kinds.read(answer)
    return _feed(document, b"", answer.watcher, answer.now, complete=document.complete)


def _text(body: bytes, content_type: str, watcher: Watcher) -> bytes:
    if not body.strip():
        raise EmptyAnswer
    text = as_utf8(body, content_type, watcher.language)
    return text if _is_json(text) else mended_references(feed_within(text))


def _is_json(text: bytes) -> bool:
    return _after_prolog(text).startswith((b"{", b"["))


def _quickly(text: bytes, url: str, watcher: Watcher, now: datetime) -> ParsedFeed | None:
    if _is_json(text):
        return _feed(json_feed.read(text, url), b"", watcher, now, complete=True)
    if document := fast_parser.read(text, url):
        return _feed(document, text, watcher, now, complete=True)
    _refuse_pages(text)
    return None


def _feed(
    document: Document, text: bytes, watcher: Watcher, now: datetime, *, complete: bool
) -> ParsedFeed:
    language = watcher.language or _language(document.language)
    more = (absolute_link(address, document.base) for address in document.more[:MAX_MORE])
    earlier = (absolute_link(one, document.base) for one in document.earlier[:MAX_EARLIER])
    return ParsedFeed(
        entries=tuple(
            _entry(
                item, document.base, watcher.language or _language(item.language) or language, now
            )
            for item in _newest(document.items, now)
        ),
        hints=update_hints.found(text) or UpdateHints(document.ttl),
        complete=complete,
        ids_proven=document.ids_proven,
        more=tuple(filter(None, more)),
        earlier=tuple(filter(None, earlier)) or earlier_documents(text, document.base),
        hub=document.hub.or_else(document_hub(text, document.base)),
    )


def _within_item(text: bytes) -> bool:
    tags = [tag[1] for tag in _ITEM.finditer(text)]
    return bool(tags) and tags[-1] != b"/"


def _after_prolog(text: bytes) -> bytes:
    skipped = _SKIPPED.match(text[:_HEAD])
    return text[skipped.end() if skipped else 0 :][:_HEAD]


def _refuse_pages(text: bytes) -> None:
    head = _after_prolog(text)
    if PAGE_START.match(head) or (PAGE_START.search(head) and not _FEED.search(text)):
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
        id=storable(item.id).strip()[:MAX_ID],
        title=plain_title(item.title),
        link=absolute_link(item.link, base),
        language=language,
        published=item.published if plausible(item.published, now) else None,
        item=item,
    )


def _author(markup: str) -> str:
    markup = markup[: 2 * _MAX_NAME]
    name = _MAIL.sub("", markup) if "@" in markup else markup
    return plain_title(name.replace("()", "")).strip(" ()<>,")[:_MAX_NAME]


def _categories(markup: tuple[str, ...]) -> tuple[str, ...]:
    names = (plain_title(one)[:_MAX_NAME] for one in markup[:_MAX_CATEGORIES])
    return tuple(dict.fromkeys(name for name in names if name))


def _language(said: str) -> str | None:
    primary = said.strip().lower().replace("_", "-").partition("-")[0]
    return primary if primary.isascii() and primary.isalpha() and 2 <= len(primary) <= 3 else None
