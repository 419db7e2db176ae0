"""Parsed items as a source wrote them: before plain text, links and identity are made."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from watchers.parsing.hub_links import NO_HUB, Hub
from watchers.records import Watcher


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to be parsed: its body, its URL and type, the watcher, and the time."""

    body: bytes
    url: str
    content_type: str
    watcher: Watcher
    now: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One item as its feed wrote it, with markup and relative links.

    `texts` are the candidates for its text; the one that says most is taken. `language` is the
    item's own, where a document's items are in several; `publisher` is whose it is, with an address
    of it, where they are of several outlets.
    """

    id: str = ""
    title: str = ""
    texts: tuple[str, ...] = ()
    link: str = ""
    author: str = ""
    categories: tuple[str, ...] = ()
    published: datetime | None = None
    language: str = ""
    publisher: str = ""
    publisher_address: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as written: its items (newest first), its language, the base of its links.

    `complete` is false where it was cut off. `ids_proven` is true where each item's id is known
    to be its own, whatever else is the same. `more` are the addresses of documents that belong to
    it, and are to be read with it. `earlier` are the addresses of those with what came before it,
    the nearest first. `hub` is where it says that it can be subscribed to.
    """

    items: tuple[Item, ...]
    language: str = ""
    base: str = ""
    ttl: timedelta = timedelta()
    complete: bool = True
    ids_proven: bool = False
    more: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    hub: Hub = NO_HUB
