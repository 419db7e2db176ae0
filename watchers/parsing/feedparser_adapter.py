"""The feedparser adapter: slow, and the authority on broken RSS and Atom."""

import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from itertools import islice
from typing import Any, TypeAlias

import feedparser

from watchers.errors import NotAFeed, UnexpectedFault
from watchers.parsing.dates import read_date
from watchers.parsing.items import Document, Item
from watchers.parsing.plain_text import absolute_link

# feedparser's mappings make one key out of another; dict.get finds only what was served.
_Served: TypeAlias = dict[str, Any]
_DATES = ("published", "updated", "created")
# Of an entry's links, in the order in which they are taken where no page is named.
_RELATIONS = ("http://www.iana.org/assignments/relation/alternate", "related", "via", "enclosure")
_ROOT = re.compile(rb"<\w")
_LONGEST_PROLOG = 4_000
# No character has such a number, and Python refuses to read the longest of them.
_HUGE_REFERENCE = re.compile(rb"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")
# A licence that ends without having begun is too much for feedparser; by another name it is not.
_LICENCE = re.compile(rb"(</?(?:[\w.-]+:)?)(?=licen[cs]e\b)", re.IGNORECASE)


# What is said of a picture, feedparser takes for the entry's own.
_MEDIA = re.compile(
    rb"xmlns:([A-Za-z][\w.-]{0,40})\s*=\s*[\"']https?://[\w.-]{1,40}/mrss/?[\"']", re.IGNORECASE
)
_MOST_PREFIXES = 10
_PICTURE_TITLE, _PICTURE_DESCRIPTION = "of-picture-title", "of-picture-description"
# Parts with a title and a description of their own. In so many elements they end.
_ASIDE = re.compile(
    rb"(<(image|thumbnail|enclosure|textinput)(?:\s[^<>]*)?(?<!/)>)"
    rb"((?:[^<]*+<(?!/?(?:item|entry|\2)\b)){1,24}+[^<]*+)(</\2\s*>)",
    re.IGNORECASE,
)


def read(body: bytes, url: str) -> Document:
    """The feed in a body of UTF-8.

    Raises:
        NotAFeed: it is none.
        UnexpectedFault: it is broken in a way that feedparser has no answer to.
    """
    found = _as_feedparser_reads(body, url)
    if not found.entries and not found.version:
        raise NotAFeed("neither RSS nor Atom")
    return Document(
        tuple(_item(entry, url) for entry in found.entries), _text(found.feed, "language"), url
    )


def _as_feedparser_reads(body: bytes, url: str) -> Any:
    headers = {"content-location": url, "content-type": "application/xml; charset=utf-8"}
    try:
        return feedparser.parse(
            BytesIO(_harmless(body)),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:
        # Elements that end without having begun meet code of its that expects them: KeyError,
        # TypeError, AttributeError. It is the feed that has to be mended.
        raise UnexpectedFault(f"the feed is broken ({type(error).__name__})") from error


def _harmless(body: bytes) -> bytes:
    root = _ROOT.search(body)
    # What feedparser looks for in a prolog takes it time that grows with the square of its length.
    if root and root.start() > _LONGEST_PROLOG:
        body = body[root.start() :]
    body = _LICENCE.sub(rb"\1no-", _HUGE_REFERENCE.sub(b"", body))
    return _ASIDE.sub(_without_aside, _without_media(body))


def _without_media(body: bytes) -> bytes:
    declared = (found[1] for found in islice(_MEDIA.finditer(body), _MOST_PREFIXES))
    prefixes = b"|".join(map(re.escape, {b"media", *declared}))
    words = rb"<(/?)(?:" + prefixes + rb"):(title|description)(?:\s[^<>]*?)?(/?)>"
    return re.sub(words, rb"<\1of-picture-\2\3>", body, flags=re.IGNORECASE)


def _without_aside(found: re.Match[bytes]) -> bytes:
    # It is markup only where it holds whole sections of CDATA, or none.
    begins, ends = found[3].count(b"<![CDATA["), found[3].count(b"]]>")
    return found[1] + found[4] if begins == ends else found[0]


def _item(entry: _Served, url: str) -> Item:
    texts = tuple(_texts(entry))
    said = any(text and not text.isspace() for text in texts)
    return Item(
        id=_text(entry, "id"),
        # Of a video, or of pictures alone, there is nothing else.
        title=_text(entry, "title") or ("" if said else _text(entry, _PICTURE_TITLE)),
        texts=texts if said else (_text(entry, _PICTURE_DESCRIPTION),),
        link=next((link for link in _links(entry) if absolute_link(link, url)), ""),
        author=_author(entry),
        categories=tuple(_categories(entry)),
        published=_published(entry),
    )


def _text(served: _Served, key: str) -> str:
    value = dict.get(served, key)
    return value.strip() if isinstance(value, str) else ""


def _texts(entry: _Served) -> Iterator[str]:
    for content in dict.get(entry, "content") or ():
        yield _text(content, "value")
    yield _text(entry, "summary")


def _links(entry: _Served) -> Iterator[str]:
    """The entry's page, and what may stand for it where there is none, the nearest first."""
    yield _text(entry, "link")
    for content in dict.get(entry, "content") or ():
        yield _text(content, "src")
    links = [one for one in dict.get(entry, "links") or () if isinstance(one, dict)]
    for relation in _RELATIONS:
        yield from (_text(one, "href") for one in links if _text(one, "rel") == relation)
    player = dict.get(entry, "media_player")
    media = dict.get(entry, "media_content") or ()
    for one in (player, *media):
        if isinstance(one, dict):
            yield _text(one, "url")


def _author(entry: _Served) -> str:
    for author in dict.get(entry, "authors") or ():
        if name := _text(author, "name"):
            return name
    return _text(entry, "author")


def _categories(entry: _Served) -> Iterator[str]:
    for tag in dict.get(entry, "tags") or ():
        if term := _text(tag, "term") or _text(tag, "label"):
            yield term


def _published(entry: _Served) -> datetime | None:
    # feedparser reads more forms than these, by guessing.
    moments = (read_date(_text(entry, key)) for key in _DATES)
    return next(filter(None, moments), None)
