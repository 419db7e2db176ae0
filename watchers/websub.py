"""WebSub, the subscriber's part (W3C Recommendation): requests to hubs and their answers. Pure.

The sections named are those of the W3C Recommendation, https://www.w3.org/TR/websub/.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlencode

# What a hub says about a lease beyond this is not believed (5.3.1: none is for ever).
LONGEST_LEASE = timedelta(days=365)
_MAX_CHALLENGE = 2_000
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})


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
