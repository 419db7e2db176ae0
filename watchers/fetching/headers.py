"""Response headers: the only module that reads one."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice

import httpx

from watchers.errors import BadEncoding
from watchers.fetching import challenges
from watchers.parsing.hub_links import NO_HUB, Hub, header_hub

LONGEST_WAIT = timedelta(days=1)
_MAX_VALIDATOR = 1000
_MAX_COOKIE, _MAX_COOKIES = 4_096, 50
# A proxy compresses a second time what was compressed; nobody means more.
_MOST_COMPRESSIONS = 2
_MAX_AGE = re.compile(r"\bmax-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NOT_KEPT = re.compile(r"\bno-(?:store|cache)\b", re.IGNORECASE)


class ResponseHeaders:
    """The headers of a response, each rule of HTTP as a named method."""

    __slots__ = ("_headers",)

    def __init__(self, headers: Mapping[str, str]) -> None:
        """Keep a case-insensitive mapping of the headers."""
        self._headers = headers

    @property
    def etag(self) -> str:
        """The ETag to send as If-None-Match, or ""."""
        return self._validator("etag")

    @property
    def last_modified(self) -> str:
        """The Last-Modified to send as If-Modified-Since, or ""."""
        return self._validator("last-modified")

    @property
    def location(self) -> str:
        """The target of a redirect, or ""."""
        return self._headers.get("location", "").strip()

    @property
    def date(self) -> datetime | None:
        """The server's time, where it tells it."""
        try:
            told = parsedate_to_datetime(self._headers.get("date", ""))
        except ValueError:
            return None
        return told if told.tzinfo else told.replace(tzinfo=UTC)

    @property
    def cookies(self) -> tuple[str, ...]:
        """The Set-Cookie lines; of many and of long ones those that browsers keep, too."""
        if not isinstance(self._headers, httpx.Headers):
            return ()
        # Each is a line of its own, and cannot be told from others in a joined one.
        lines = self._headers.get_list("set-cookie")
        fit = (line for line in lines if len(line) <= _MAX_COOKIE and line.isprintable())
        return tuple(islice(fit, _MAX_COOKIES))

    @property
    def content_type(self) -> str:
        """The media type with its parameters, or ""."""
        return self._headers.get("content-type", "")

    @property
    def compressions(self) -> tuple[str, ...]:
        """The Content-Encodings of the body, the last applied first."""
        names = self._headers.get("content-encoding", "").lower().split(",")
        found = [name.strip() for name in names]
        compressions = tuple(name for name in reversed(found) if name not in {"", "identity"})
        if len(compressions) > _MOST_COMPRESSIONS:
            raise BadEncoding(", ".join(compressions)[:100])
        return compressions

    @property
    def length(self) -> int:
        """The announced Content-Length in bytes, or 0."""
        announced = self._headers.get("content-length", "")
        return int(announced) if announced.isascii() and announced.isdigit() else 0

    @property
    def is_html(self) -> bool:
        """Whether the body is said to be a web page."""
        return "html" in self.content_type.lower()

    @property
    def challenger(self) -> str:
        """The service against bots whose challenge this is, as far as headers tell, or ""."""
        return challenges.by_headers(self._headers)

    def hub(self, base: str) -> Hub:
        """The WebSub hub in the Link headers; relative addresses are resolved against `base`."""
        links = self._headers.get("link", "")
        return header_hub(links, base) if links else NO_HUB

    def fresh_for(self, now: datetime) -> timedelta:
        """How long the answer is fresh (Cache-Control, Expires, Age; RFC 9111, 4.2)."""
        control = self._headers.get("cache-control", "")
        if _NOT_KEPT.search(control):
            return timedelta()
        if found := _MAX_AGE.search(control):
            age = self._headers.get("age", "")
            spent = int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0
            return _within_bounds(timedelta(seconds=int(found[1]) - spent))
        return _until(self._headers.get("expires", ""), now)

    def retry_after(self, now: datetime) -> timedelta:
        """Retry-After as a time to wait, at most a day (RFC 9110, 10.2.3)."""
        asked = self._headers.get("retry-after", "").strip()
        if asked.isascii() and asked.isdigit():
            return _within_bounds(timedelta(seconds=int(asked[:9])))
        return _until(asked, now)

    def _validator(self, name: str) -> str:
        value = self._headers.get(name, "")
        # What is not plain ASCII could not be sent back.
        fit = len(value) <= _MAX_VALIDATOR and value.isascii() and value.isprintable()
        return value if fit else ""


def _until(date: str, now: datetime) -> timedelta:
    if not date:
        return timedelta()
    try:
        when = parsedate_to_datetime(date)
        return _within_bounds(when.replace(tzinfo=when.tzinfo or now.tzinfo) - now)
    except (ValueError, OverflowError):
        return timedelta()


def _within_bounds(wait: timedelta) -> timedelta:
    return min(max(wait, timedelta()), LONGEST_WAIT)
