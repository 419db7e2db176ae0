"""The headers of a watcher's own: what it says of itself, and its secrets where they belong."""

from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache

import httpx

from watchers.access import Access, Auth, resolved

_PORTS = {"http": 80, "https": 443}


def own_headers(
    access: Access, address: httpx.URL, environment: Mapping[str, str]
) -> dict[str, str]:
    """The headers of a request to an address, besides those of all requests.

    Raises:
        MissingVariable, UnfitVariable: a secret is not in the environment, or cannot be sent.
    """
    made = {"User-Agent": access.user_agent} if access.user_agent else {}
    if not (access.headers or access.cookies or access.auth) or not _belongs(access.home, address):
        return made
    made |= {name.title(): resolved(value, environment) for name, value in access.headers}
    if access.cookies:
        pairs = [f"{name}={resolved(value, environment)}" for name, value in access.cookies]
        made["Cookie"] = "; ".join(pairs)
    if access.auth:
        made["Authorization"] = _authorization(access.auth, environment)
    return made


def basic(user: str, password: str) -> str:
    """A user and password as basic authorization (RFC 7617)."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


def _authorization(auth: Auth, environment: Mapping[str, str]) -> str:
    if auth.token:
        return f"Bearer {resolved(auth.token, environment)}"
    return basic(resolved(auth.user, environment), resolved(auth.password, environment))


def _belongs(home: str, address: httpx.URL) -> bool:
    """Whether an address is of the server of the configured one, or of it with TLS."""
    own = _read(home)
    if own is None or own.host != address.host:
        return False
    if own.scheme == address.scheme:
        return _port(own) == _port(address)
    return address.scheme == "https" and (_port(own), _port(address)) == (80, 443)


def _port(address: httpx.URL) -> int | None:
    return address.port or _PORTS.get(address.scheme)


@lru_cache(maxsize=1_000)
def _read(home: str) -> httpx.URL | None:
    return httpx.URL(home) if home else None
