"""JSON Feed 1.0 and 1.1."""

import json
from collections.abc import Iterator

from watchers.errors import NotAFeed
from watchers.parsing.dates import read_date
from watchers.parsing.hub_links import Hub, named_hub
from watchers.parsing.items import Document, Item
from watchers.parsing.plain_text import absolute_link


def read(body: bytes, url: str) -> Document:
    """The feed in a body of UTF-8."""
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        raise NotAFeed("JSON that is broken or cut off") from None
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        raise NotAFeed("JSON, but no JSON Feed")
    items = tuple(_item(item, url) for item in found["items"] if isinstance(item, dict))
    earlier = tuple(filter(None, [_text(found.get("next_url"))]))
    return Document(items, _text(found.get("language")), url, earlier=earlier, hub=_hub(found, url))


def _item(item: dict[str, object], url: str) -> Item:
    texts = (item.get("content_html"), item.get("content_text"), item.get("summary"))
    return Item(
        id=_text(item.get("id")),
        title=_text(item.get("title")),
        texts=tuple(_text(text) for text in texts),
        link=next((link for link in _links(item) if absolute_link(link, url)), ""),
        author=next(_names(item), ""),
        categories=tuple(_strings(item.get("tags"))),
        published=read_date(_text(item.get("date_published")))
        or read_date(_text(item.get("date_modified"))),
    )


def _links(item: dict[str, object]) -> Iterator[str]:
    yield _text(item.get("url"))
    yield _text(item.get("external_url"))
    # It is best the address of the page, says the specification.
    if (id_ := _text(item.get("id"))).startswith(("https://", "http://")):
        yield id_
    attachments = item.get("attachments")
    for attachment in attachments if isinstance(attachments, list) else ():
        if isinstance(attachment, dict):
            yield _text(attachment.get("url"))


def _hub(feed: dict[str, object], url: str) -> Hub:
    said = feed.get("hubs")
    hubs = [hub for hub in said if isinstance(hub, dict)] if isinstance(said, list) else []
    addresses = (_text(hub.get("url")) for hub in hubs if hub.get("type") == "WebSub")
    return named_hub(addresses, _text(feed.get("feed_url")), url)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    # Ids are to be texts, and are often numbers.
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _strings(value: object) -> Iterator[str]:
    yield from (one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _names(item: dict[str, object]) -> Iterator[str]:
    authors = item.get("authors")
    for author in [*(authors if isinstance(authors, list) else ()), item.get("author")]:
        if isinstance(author, dict) and (name := _text(author.get("name"))):
            yield name
