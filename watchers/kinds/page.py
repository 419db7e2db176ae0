"""The kind page: items of a web page by CSS selectors, or one element that changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import ClassVar
from urllib.parse import urljoin

from watchers.errors import NothingSelected, NotOfKind
from watchers.options import BadOption, Options
from watchers.parsing.dates import read_date
from watchers.parsing.items import Answer, Document, Item
from watchers.parsing.markup import Node, check_selector, read_html
from watchers.parsing.plain_text import as_markup

MOST_ITEMS = 1_000
_HEADLINE = 200


@dataclass(frozen=True, slots=True)
class Selectors:
    """CSS selectors of an item's parts; all but `items` are relative to the item."""

    items: str
    title: str = ""
    link: str = "a[href]"
    text: str = ""
    date: str = ""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    def __post_init__(self) -> None:
        """Raise BadOption for what is no CSS selector."""
        for key in self.__slots__:
            if selector := getattr(self, key):
                _check(key, selector)
        if not self.items:
            raise BadOption("items", 'say where an item stands, such as "article"')
        if not self.link:
            raise BadOption("link", 'say where an item\'s link stands, such as "a"')


@dataclass(frozen=True, slots=True)
class PageOptions(Options):
    """Either the selectors of items, or the element to watch."""

    select: Selectors | None = None
    element: str = ""

    def __post_init__(self) -> None:
        """Raise BadOption where neither or both are given."""
        if self.select is None and not self.element:
            raise BadOption(
                "select", 'is missing: write select.items = "article", or element = "#status"'
            )
        if self.select is not None and self.element:
            raise BadOption("element", "write either this key or select, not both")
        if self.element:
            _check("element", self.element)

    @property
    def leads_to_articles(self) -> bool:
        """True for items; an element's link is the page itself."""
        return self.select is not None


def read(answer: Answer, options: PageOptions) -> Document:
    """The items of a page, or its element as one item that is new when its text changes."""
    page = read_html(answer.body, answer.content_type, answer.watcher.language)
    if page is None:
        raise NotOfKind("web page", "there is no HTML in it")
    base = _base(page, answer.url)
    language = page.attribute("lang")
    if options.select is None:
        item = _element(page, options.element, answer.url)
        return Document((item,), language, base, ids_proven=True)
    found = page.all(options.select.items)
    if not found:
        raise NothingSelected("select.items")
    items = tuple(_items(found[:MOST_ITEMS], options.select))
    if not items:
        raise NothingSelected("select.title and select.link inside of select.items")
    return Document(items, language, base)


def _items(found: list[Node], selectors: Selectors) -> Iterator[Item]:
    for node in found:
        link = node if node.is_a(selectors.link) else node.first(selectors.link)
        title = _text(node, selectors.title) if selectors.title else _headline(link or node)
        address = link.attribute("href") if link else ""
        if title and address:
            yield Item(
                title=as_markup(title),
                texts=(as_markup(_text(node, selectors.text)),),
                link=address,
                published=read_date(_date(node, selectors.date)),
            )


def _element(page: Node, selector: str, url: str) -> Item:
    found = page.first(selector)
    text = found.text() if found else ""
    if not text:
        raise NothingSelected("element")
    first, _, rest = text.partition("\n")
    headline = len(first) <= _HEADLINE
    return Item(
        id=blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest(),
        title=as_markup(first if headline else ""),
        texts=(as_markup(rest if headline else text),),
        link=url,
    )


def _base(page: Node, url: str) -> str:
    said = page.first("base[href]")
    try:
        return urljoin(url, said.attribute("href")) if said else url
    except ValueError:
        return url


def _text(node: Node, selector: str) -> str:
    found = node.first(selector) if selector else None
    return found.text() if found else ""


def _headline(node: Node) -> str:
    return node.text().partition("\n")[0]


def _date(node: Node, selector: str) -> str:
    found = node.first(selector) if selector else None
    if found is None:
        return ""
    return found.attribute("datetime") or found.attribute("content") or found.text()


def _check(key: str, selector: str) -> None:
    try:
        check_selector(selector)
    except ValueError as error:
        raise BadOption(key, str(error)) from None
