"""WebSub, the subscriber's part (W3C Recommendation): requests to hubs and their answers. Pure.

The sections named are those of the W3C Recommendation, https://www.w3.org/TR/websub/.
"""

import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlencode

from watchers.parsing.plain_text import absolute_link, unescaped

# What a hub says about a lease beyond this is not believed (5.3.1: none is for ever).
LONGEST_LEASE = timedelta(days=365)
_MAX_CHALLENGE = 2_000
_HEAD = 100_000
_MAX_LINKS = 100
_MAX_HEADER = 4_000
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})
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


class Mode(StrEnum):
    """The mode of a request to a hub (5.1) or of its answer (5.2, 5.3)."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Question:
    """A hub's GET: the verification of an intent (5.3) or a denial (5.2)."""

    mode: Mode
    topic: str
    challenge: str = ""
    lease: timedelta | None = None


def header_hub(header: str, base: str) -> Hub:
    """The hub in an answer's Link headers, which have precedence (4, "Discovery")."""
    found = _HEADER_LINK.findall(header[:_MAX_HEADER])[:_MAX_LINKS]
    return _hub(((_rel(parameters), address) for address, parameters in found), base)


def document_hub(text: bytes, base: str) -> Hub:
    """The hub in an XML feed's link elements before its first item (4, "Discovery").

    Those inside the items are what others may have written there (8.1).
    """
    item = _ITEM.search(text, 0, _HEAD)
    head = text[: item.start() if item else _HEAD]
    if b"hub" not in head:
        return NO_HUB
    links = _LINK.findall(_ELSEWHERE.sub(b"", head))[:_MAX_LINKS]
    return _hub(map(_relation, links), base)


def named_hub(hubs: Iterable[str], topic: str, base: str) -> Hub:
    """The hub to use among several: one with HTTPS where there is one (8.2)."""
    known = [address for address in (absolute_link(hub, base) for hub in hubs) if address]
    safe = (address for address in known if address.startswith("https:"))
    return Hub(next(safe, known[0] if known else ""), absolute_link(topic, base))


def request(mode: Mode, callback: str, topic: str, secret: str, lease: timedelta) -> bytes:
    """The form body of a subscription request (5.1)."""
    form = {"hub.callback": callback, "hub.mode": mode.value, "hub.topic": topic}
    if mode is Mode.SUBSCRIBE:
        form |= {"hub.secret": secret, "hub.lease_seconds": str(int(lease.total_seconds()))}
    return urlencode(form).encode()


def question(query: Mapping[str, str]) -> Question | None:
    """The question in a hub's GET; None where it is not valid.

    A challenge is short and plain (8.2).
    """
    try:
        mode = Mode(query.get("hub.mode", ""))
    except ValueError:
        return None
    challenge = query.get("hub.challenge", "")
    fit = 0 < len(challenge) <= _MAX_CHALLENGE and challenge.isascii() and challenge.isprintable()
    if mode is not Mode.DENIED and not fit:
        return None
    lease = _lease(query.get("hub.lease_seconds", ""))
    return Question(mode, query.get("hub.topic", ""), challenge, lease)


def is_signed(secret: str, body: bytes, header: str) -> bool:
    """Whether X-Hub-Signature is valid for the body (7.1); four hash methods are known."""
    method, _, signature = header.strip().partition("=")
    if method.lower() not in _METHODS:
        return False
    expected = hmac.digest(secret.encode(), body, method.lower()).hex()
    return hmac.compare_digest(expected.encode(), signature.lower().encode("utf-8", "replace"))


def _lease(said: str) -> timedelta | None:
    if not (said.isascii() and said.isdigit()):
        return None
    return min(timedelta(seconds=int(said[:9])), LONGEST_LEASE)


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
