"""What the parsers of all formats bring, before it is made plain and recognisable."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Item:
    """One item as its feed wrote it: markup, relative links and all.

    `texts` are the candidates for its text; the one that says most is taken.
    """

    id: str = ""
    title: str = ""
    texts: tuple[str, ...] = ()
    link: str = ""
    author: str = ""
    categories: tuple[str, ...] = ()
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A feed as it was written: its items in their order, its language and its links' base."""

    items: tuple[Item, ...]
    language: str = ""
    base: str = ""
    ttl: timedelta = timedelta()
