"""Where a feed says that its earlier entries are (RFC 5005, and what WordPress offers). Pure."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from watchers.parsing.hub_links import head_links, head_of
from watchers.parsing.plain_text import absolute_link

# Of RFC 5005: an archive does not change any more, pages do.
_RELATIONS = ("prev-archive", "next")
_WORDPRESS = re.compile(
    rb"<generator[^>]{0,200}>\s{0,20}https?://(?:www\.)?wordpress\.(?:org|com)/", re.IGNORECASE
)
_PAGE = "paged"
_MAX_PAGE = 9_999


def earlier_documents(text: bytes, url: str) -> tuple[str, ...]:
    """The address of the document with the entries before those of this feed, if it says so."""
    head = head_of(text)
    if b"prev-archive" in head or b"next" in head:
        links = head_links(head)
        for relation in _RELATIONS:
            for rel, address in links:
                if relation in rel.lower().split() and (found := absolute_link(address, url)):
                    return (found,)
    return (_next_page(url),) if _WORDPRESS.search(head) else ()


def _next_page(url: str) -> str:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    page = query.get(_PAGE, "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else _MAX_PAGE
    query[_PAGE] = str(min(number, _MAX_PAGE) + 1)
    return urlunsplit(parts._replace(query=urlencode(query)))
