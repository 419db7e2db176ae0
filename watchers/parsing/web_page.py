"""Title and text of a web page or of plain text."""

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
