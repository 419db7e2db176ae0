"""robots.txt (RFC 9309): which paths may be requested, and the crawl delay."""

import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol
from urllib.parse import unquote

import httpx

from watchers.access import USUAL, Access
from watchers.errors import RobotsForbid, RobotsUnread
from watchers.fetching.hosts import HostLocks

KEPT_FOR = 86_400.0
# What asks for a longer pause between two requests is given this one.
LONGEST_DELAY = 60.0
MOST_SITES = 1_000
MOST_RULES = 5_000
MOST_READ = 500_000
_LINE = re.compile(r"[ \t]*([A-Za-z-]{1,20})[ \t]*:[ \t]*([^#\r\n]*)")
_PRODUCT = re.compile(r"[A-Za-z_-]*")
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of a robots.txt for one crawler: path patterns and seconds between requests."""

    allowed: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    delay: float = 0.0

    def admit(self, path: str) -> bool:
        """Whether the path is allowed: the longest matching pattern decides (RFC 9309, 2.2.2)."""
        path = unquote(path)
        yes = max((len(pattern) for pattern in self.allowed if _fits(pattern, path)), default=0)
        no = max((len(pattern) for pattern in self.forbidden if _fits(pattern, path)), default=0)
        return yes >= no


def read_robots(text: str, crawler: str) -> Robots:
    """The rules for the crawler of this name, or for `*` where it has none of its own."""
    for_all: list[tuple[str, str]] = []
    for_us: list[tuple[str, str]] = []
    named = False
    heard: list[list[tuple[str, str]]] = []
    naming = False
    for field, value in _lines(text):
        if field == "user-agent":
            if not naming:
                heard = []
            naming = True
            if value == "*":
                heard.append(for_all)
            elif _product(value) == crawler.lower():
                heard.append(for_us)
                named = True
        else:
            naming = False
            for one in heard:
                one.append((field, value))
    return _said(for_us if named else for_all)


class _Answer(Protocol):
    @property
    def status(self) -> int: ...
    @property
    def body(self) -> bytes: ...


class _Fetch(Protocol):
    async def __call__(self, url: str, *, allow_private: bool, access: Access) -> _Answer: ...


class RobotsRules:
    """Enforces robots.txt before requests, one request to a site at a time."""

    def __init__(
        self,
        fetch: _Fetch,
        crawler: str,
        clock: Callable[[], float] = time.monotonic,
        hosts: HostLocks | None = None,
    ) -> None:
        """Fetch robots.txt with this function, for a crawler of this name."""
        self._fetch = fetch
        self._crawler = crawler
        self._clock = clock
        self._hosts = HostLocks(0) if hosts is None else hosts
        self._known: dict[str, tuple[float, Robots]] = {}

    @asynccontextmanager
    async def lock_for_request(
        self, address: httpx.URL, *, allow_private: bool, access: Access = USUAL
    ) -> AsyncIterator[None]:
        """Lock the site for the time of the block and for its crawl delay after it.

        Raises:
            RobotsForbid: the address is not for us.
            SourceFault: nobody knows: the robots.txt cannot be read at present.
        """
        site = _site(address)
        robots = await self._robots(site, allow_private=allow_private, access=access)
        if not robots.admit(address.raw_path.decode("ascii", "replace")):
            raise RobotsForbid
        async with self._hosts.hold(site, pause=robots.delay):
            yield

    async def _robots(self, site: str, *, allow_private: bool, access: Access) -> Robots:
        until, robots = self._known.get(site, (0.0, Robots()))
        if self._clock() < until:
            return robots
        robots = await self._asked(site, allow_private=allow_private, access=access)
        self._known.pop(site, None)
        while len(self._known) >= MOST_SITES:
            del self._known[next(iter(self._known))]
        self._known[site] = (self._clock() + KEPT_FOR, robots)
        return robots

    async def _asked(self, site: str, *, allow_private: bool, access: Access) -> Robots:
        address = f"{site}/robots.txt"
        answer = await self._fetch(address, allow_private=allow_private, access=access)
        if answer.status == HTTPStatus.OK:
            text = answer.body[:MOST_READ].decode("utf-8", "replace").removeprefix("\ufeff")
            return read_robots(text, self._crawler)
        if 400 <= answer.status < 500 and answer.status != HTTPStatus.TOO_MANY_REQUESTS:
            return Robots()
        raise RobotsUnread(answer.status)


def _site(address: httpx.URL) -> str:
    return f"{address.scheme}://{address.netloc.decode('ascii', 'replace')}"


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if found := _LINE.match(line):
            yield found[1].lower(), found[2].strip()


def _product(value: str) -> str:
    found = _PRODUCT.match(value)
    return found[0].lower() if found else ""


def _said(lines: list[tuple[str, str]]) -> Robots:
    allowed: list[str] = []
    forbidden: list[str] = []
    delay = 0.0
    for field, value in lines[:MOST_RULES]:
        if field == "crawl-delay" and _NUMBER.fullmatch(value):
            delay = min(float(value), LONGEST_DELAY)
        elif value and field in {"allow", "disallow"}:
            (allowed if field == "allow" else forbidden).append(unquote(value))
    return Robots(tuple(allowed), tuple(forbidden), delay)


def _fits(pattern: str, path: str) -> bool:
    """Whether a path matches a pattern, in which * is any text and $ the end.

    Without a regular expression: the pattern is the site's.
    """
    ends = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    if not others:
        return not ends or path == first
    at = len(first)
    for piece in others[:-1] if ends else others:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return not ends or path[at:].endswith(others[-1])
