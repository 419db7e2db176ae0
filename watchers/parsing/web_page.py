"""Title and text of a web page or of plain text, and a feed inside of a page."""

import re

from watchers.parsing.encodings import as_utf8
from watchers.parsing.plain_text import plain_text, plain_title

_MARKUP = re.compile(r"<!doctype\s+html|<(?:html|head|body|article|p|div)[\s>]", re.IGNORECASE)
_HEADINGS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"<meta[^>]{0,200}property=[\"']og:title[\"'][^>]{0,200}content=\"([^\"]{1,1000})\"",
        r"<h1[\s>][^>]{0,1000}>?(.{1,2000}?)</h1>",
        r"<title[\s>][^>]{0,1000}>?(.{1,2000}?)</title>",
    )
)
_ARTICLE = re.compile(r"<(article|main)[\s>]", re.IGNORECASE)

PAGE_START = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_FEED = re.compile(rb"<(?:\w{1,40}:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
# What only looks like a feed in a page stands in these.
_FEED_OF_PAGE = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)"
    rb"|<(script|style|textarea|template|svg)\b.*?(?:</\1\s*>|\Z)"
    rb"|<((?:\w{1,40}:)?(?:rss|feed|rdf))[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_ITEM = re.compile(rb"<(?:\w{1,40}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_TITLE = re.compile(rb"<title[\s>]", re.IGNORECASE)
_HEAD = 100_000


def feed_within(text: bytes) -> bytes:
    """The feed behind HTML's doctype or inside of a page, as some programs send it.

    The text as it is where it is no page, or one without a feed that has items.
    """
    page, feed = PAGE_START.search(text, 0, _HEAD), _FEED.search(text, 0, _HEAD)
    if page is None or (feed and feed.start() < page.start()):
        return text
    for found in _FEED_OF_PAGE.finditer(text):
        if found[2]:
            end = text.lower().rfind(b"</" + found[2].lower(), found.end())
            after = text.find(b">", end) + 1 if end >= 0 else 0
            inner = text[found.start() : after or len(text)]
            return inner if _ITEM.search(inner) and _TITLE.search(inner) else text
    return text


def page_text(body: bytes, content_type: str = "") -> tuple[str, str]:
    """The title and the plain text of a page; a text without markup has no title."""
    markup = as_utf8(body, content_type, None).decode("utf-8", "replace").removeprefix("\ufeff")
    if not _MARKUP.search(markup[:20_000]):
        return "", markup
    title = next((found[1] for pattern in _HEADINGS if (found := pattern.search(markup))), "")
    article = _ARTICLE.search(markup)
    inner = markup[article.start() :] if article else markup
    if article and (end := re.search(rf"</{article[1]}\s*>", inner, re.IGNORECASE)):
        inner = inner[: end.end()]
    return plain_title(title), plain_text(inner)
