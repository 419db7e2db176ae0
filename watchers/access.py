"""Access: how a watcher's requests are made, where the usual way is refused.

Records hold the names of secrets, "$NAME" for the variable NAME of the environment, and never a
secret: what prints one, or stores it, gives nothing away.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from watchers.errors import MissingVariable, UnfitVariable

_REFERENCE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


def variable(value: str) -> str:
    """The variable that a value names as "$NAME"; "" where the value is the value."""
    found = _REFERENCE.fullmatch(value)
    return found[1] if found else ""


def resolved(value: str, environment: Mapping[str, str]) -> str:
    """A value, or that of the variable that it names.

    Raises:
        MissingVariable, UnfitVariable: the environment does not have it, or it cannot be sent.
    """
    name = variable(value)
    if not name:
        return value
    found = environment.get(name, "").strip()
    if not found:
        raise MissingVariable(name)
    if not (found.isascii() and found.isprintable()):
        raise UnfitVariable(name)
    return found


@dataclass(frozen=True, slots=True)
class Auth:
    """Credentials: a user with a password (basic), or a token (bearer), each "$NAME"."""

    user: str = ""
    password: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """The way to a server: HTTP/2 where it is spoken, or through a proxy.

    Names of hosts are looked up here, and private addresses refused, unless `proxy_resolves`:
    then the proxy does both.
    """

    proxy: str = ""
    proxy_resolves: bool = False
    http2: bool = False


STRAIGHT = Route()


@dataclass(frozen=True, slots=True)
class Access:
    """What a watcher's requests say of themselves, and their way.

    `headers`, `cookies` and `auth` are sent to the server of `home`, the configured address, and
    to no other, wherever redirects and links lead.
    """

    home: str = ""
    user_agent: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()
    auth: Auth | None = None
    route: Route = STRAIGHT

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the environment that hold its secrets, each once."""
        values = [value for _, value in (*self.headers, *self.cookies)]
        if self.auth:
            values += [self.auth.user, self.auth.password, self.auth.token]
        named = [*map(variable, values), *_REFERENCE.findall(self.route.proxy)]
        return tuple(dict.fromkeys(filter(None, named)))


USUAL = Access()


def proxy_with_secrets(proxy: str, environment: Mapping[str, str]) -> str:
    """The address of a proxy, with what it names of the environment put in.

    Raises:
        MissingVariable, UnfitVariable: the environment does not have it, or it cannot be sent.
    """
    if variable(proxy):
        return resolved(proxy, environment)
    return _REFERENCE.sub(lambda found: quote(resolved(found[0], environment), safe=""), proxy)
