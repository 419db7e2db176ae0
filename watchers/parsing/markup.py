"""HTML and XML trees (lxml) with a safe configuration: no entities, no network, no scripts."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Self

from cssselect import GenericTranslator, HTMLTranslator, SelectorError
from lxml import etree

from watchers.parsing.encodings import as_utf8
from watchers.parsing.references import joined_pairs_of_bytes, mended_references

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_HEAD = 4_000
_BLOCKS = frozenset(
    (
        "address article aside blockquote body br caption dd details div dl dt figcaption figure "
        "footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table td th "
        "tr ul"
    ).split()
)
_DROPPED = frozenset("embed iframe math noscript object script style svg template".split())
_TEXTS = etree.XPath(".//text()")
_SPACES = re.compile(r"[ \t\r\f\v\n\u00a0]+")
_LINES = re.compile(r" ?\n\s*")


class Node:
    """An element of a tree."""

    __slots__ = ("_element",)

    def __init__(self, element: Any) -> None:
        """Wrap an element of lxml."""
        self._element = element

    @property
    def name(self) -> str:
        """The name without a namespace, or a prefix that stands for none, in lower case."""
        tag = self._element.tag
        return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""

    @property
    def own_text(self) -> str:
        """The characters in it and in what marks some of them up, unchanged."""
        if not len(self._element):
            return (self._element.text or "").strip()
        # What the document itself declares as an entity is no text: it may be a bomb.
        return "".join(map(str, _TEXTS(self._element))).strip()

    def __iter__(self) -> Iterator[Self]:
        """The child elements."""
        return (type(self)(child) for child in self._element if isinstance(child.tag, str))

    def all(self, selector: str) -> list[Self]:
        """The descendants that a CSS selector matches, in document order."""
        return [type(self)(found) for found in _compiled(selector)(self._element)]

    def first(self, selector: str) -> Self | None:
        """The first descendant that a CSS selector matches."""
        return next(iter(self.all(selector)), None)

    def is_a(self, selector: str) -> bool:
        """Whether a CSS selector matches this element."""
        return bool(_compiled_self(selector)(self._element))

    def attribute(self, name: str) -> str:
        """An attribute's value, or ""."""
        return str(self._element.get(name) or "").strip()

    def text(self) -> str:
        """The rendered text: block elements are lines, scripts and styles are left out."""
        parts: list[str] = []
        walk = etree.iterwalk(self._element, events=("start", "end"))
        for event, element in walk:
            block = element.tag in _BLOCKS
            if event == "start":
                if element.tag in _DROPPED:
                    walk.skip_subtree()
                    continue
                parts.append("\n" * block + _flat(element))
            elif element is not self._element:
                parts.append("\n" * block + _SPACES.sub(" ", element.tail or ""))
        return _LINES.sub("\n", _joined(parts)).strip()


def read_html(body: bytes, content_type: str, language: str | None) -> Node | None:
    """The tree of an HTML page; None where it is empty."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    return _tree(html_as_utf8(body, content_type, language), parser)


def html_as_utf8(body: bytes, content_type: str, language: str | None) -> bytes:
    """An HTML page in UTF-8, decoded by its headers or its own declaration."""
    if "charset" not in content_type.lower() and (said := _META.search(body[:_HEAD])):
        content_type = f"text/html; charset={said[1].decode('ascii', 'replace')}"
    return joined_pairs_of_bytes(as_utf8(body, content_type, language))


def read_xml(body: bytes, content_type: str = "", language: str | None = None) -> Node | None:
    """The tree of an XML document, recovered where it is broken; None where nothing is left."""
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return _tree(mended_references(as_utf8(body, content_type, language)).lstrip(), parser)


def check_selector(selector: str) -> None:
    """Raise a ValueError with a text for the user where this is no CSS selector."""
    _compiled(selector)


def _tree(body: bytes, parser: Any) -> Node | None:
    try:
        root = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError):
        return None
    return Node(root) if root is not None else None


def _flat(element: Any) -> str:
    return _SPACES.sub(" ", element.text or "")


def _joined(parts: list[str]) -> str:
    return re.sub(r" {2,}", " ", "".join(parts))


@lru_cache(maxsize=500)
def _compiled(selector: str) -> Any:
    return _path(selector, "descendant::")


@lru_cache(maxsize=500)
def _compiled_self(selector: str) -> Any:
    return _path(selector, "self::")


def _path(selector: str, prefix: str) -> Any:
    translator: GenericTranslator = HTMLTranslator()
    try:
        return etree.XPath(translator.css_to_xpath(selector, prefix=prefix))
    except (SelectorError, etree.XPathError) as error:
        raise ValueError(f"this is not a CSS selector: {error}") from None
