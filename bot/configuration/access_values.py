"""Values of the keys that say how a watcher's requests are made; none is ever shown in an error."""

import re
from urllib.parse import urlsplit

from watchers.access import variable

# Keys whose values may be secrets, or were meant to be.
SECRETS = frozenset({"auth", "headers", "cookies", "proxy"})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_LONGEST = 4_000
_SCHEMES = ("http", "https", "socks5")
_MADE_HERE = frozenset(
    "host content-length content-encoding transfer-encoding connection te upgrade "
    "accept-encoding if-none-match if-modified-since range".split()
)
_WITH_A_KEY = {"user-agent": "user_agent", "cookie": "cookies", "authorization": "auth"}


def printable_value(value: str) -> str:
    """A value that can be sent in a header."""
    if not value or len(value) > _LONGEST or not (value.isascii() and value.isprintable()):
        raise ValueError("it may have printable ASCII characters only, and not be empty")
    return value


def secret(value: str) -> str:
    """A secret, by the name of the variable of the environment that holds it."""
    if not variable(value):
        raise ValueError(
            'a secret does not stand in the file: write "$NAME" for the variable NAME of the '
            "environment, and set it there"
        )
    return value


def header_name(value: str) -> str:
    """The name of a header that a watcher may set."""
    name = value.lower()
    if not _TOKEN.fullmatch(value):
        raise ValueError(f"{value!r} is no name of a header")
    if key := _WITH_A_KEY.get(name):
        raise ValueError(f"for {value} there is a key of its own: {key}")
    if name in _MADE_HERE:
        raise ValueError(f"{value} is made for each request, and cannot be set")
    return value


def cookie_name(value: str) -> str:
    """The name of a cookie."""
    if not _TOKEN.fullmatch(value):
        raise ValueError(f"{value!r} is no name of a cookie")
    return value


def cookie_value(value: str) -> str:
    """The value of a cookie."""
    if set(printable_value(value)) & set('; ,"\\'):
        raise ValueError("the value of a cookie has no space, comma, semicolon or quote")
    return value


def proxy(value: str) -> str:
    """The address of a proxy, "$NAME" for a variable that holds it, or "" for none."""
    if not value or variable(value):
        return value
    try:
        parts = urlsplit(value)
        well = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        well = False
    if not well or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError(
            'a proxy is written "http://proxy.example:3128", "https://..." or '
            '"socks5://127.0.0.1:1080"'
        )
    if parts.password and not variable(parts.password):
        raise ValueError(
            "a password does not stand in the file: write it as $NAME, for the variable NAME of "
            'the environment: "socks5://desk:$PROXY_PASSWORD@proxy.example:1080"'
        )
    return value
