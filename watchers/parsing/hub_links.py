"""Hubs that a source names, in its headers or its document (WebSub, section 4, "Discovery"). Pure.

The sections named are those of the W3C Recommendation, https://www.w3.org/TR/websub/.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from watchers.parsing.plain_text import absolute_link, unescaped

_HEAD = 100_000
_MAX_LINKS = 100
_MAX_HEADER = 4_000
_HEADER_LINK = re.compile(
    r"<([^<>]*+)>((?:\s*+;\s*+[\w!#$&+.^`|~*-]++\s*+(?:=\s*+(?:\"[^\"]*+\"|[^\s;,\"]*+))?+)*+)"
)
_PARAMETER = re.compile(r";\s*([\w!#$&+.^`|~*-]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^\s;,\"]*)))?")
_ITEM = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ELSEWHERE = re.compile(rb"<!--.*?(?:-->|$)|<!\[CDATA\[.*?(?:\]\]>|$)", re.DOTALL)
_LINK = re.compile(rb"<(?:[\w-]+:)?link\s([^<>]{1,5000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"(?:^|\s)(rel|href)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True, slots=True)
class Hub:
    """The hub of a source and the topic URL to subscribe to."""

    address: str = ""
    topic: str = ""

    def __bool__(self) -> bool:
        """Whether both are known."""
        return bool(self.address and self.topic)

    def or_else(self, other: "Hub") -> "Hub":
        """This hub, completed from another where a part is missing."""
        return Hub(self.address or other.address, self.topic or other.topic)


NO_HUB = Hub()


def header_hub(header: str, base: str) -> Hub:
    """The hub in an answer's Link headers, which have precedence (4, "Discovery")."""
    found = _HEADER_LINK.findall(header[:_MAX_HEADER])[:_MAX_LINKS]
    return _hub(((_rel(parameters), address) for address, parameters in found), base)


def document_hub(text: bytes, base: str) -> Hub:
    """The hub in an XML feed's link elements before its first item (4, "Discovery").

    Those inside the items are what others may have written there (8.1).
    """
    head = head_of(text)
    return _hub(head_links(head), base) if b"hub" in head else NO_HUB


def head_of(text: bytes) -> bytes:
    """What stands before an XML feed's first item."""
    item = _ITEM.search(text, 0, _HEAD)
    return text[: item.start() if item else _HEAD]


def head_links(head: bytes) -> list[tuple[str, str]]:
    """The relations and the addresses of the link elements in a feed's head."""
    links = _LINK.findall(_ELSEWHERE.sub(b"", head))[:_MAX_LINKS]
    return [*map(_relation, links)]


def named_hub(hubs: Iterable[str], topic: str, base: str) -> Hub:
    """The hub to use among several: one with HTTPS where there is one (8.2)."""
    known = [address for address in (absolute_link(hub, base) for hub in hubs) if address]
    safe = (address for address in known if address.startswith("https:"))
    return Hub(next(safe, known[0] if known else ""), absolute_link(topic, base))


def _hub(links: Iterable[tuple[str, str]], base: str) -> Hub:
    every = [(rel.lower().split(), address) for rel, address in links]
    topics = (address for rels, address in every if "self" in rels)
    return named_hub((a for rels, a in every if "hub" in rels), next(topics, ""), base)


def _rel(parameters: str) -> str:
    for name, quoted, bare in _PARAMETER.findall(parameters):
        if name.lower() == "rel":
            return str(quoted or bare)
    return ""


def _relation(attributes: bytes) -> tuple[str, str]:
    values = dict(_values(attributes))
    return values.get("rel", ""), values.get("href", "")


def _values(attributes: bytes) -> Iterator[tuple[str, str]]:
    for name, double, single in _ATTRIBUTE.findall(attributes):
        yield name.decode(), unescaped((double or single).decode("utf-8", "replace"))
