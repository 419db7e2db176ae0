"""Connections of aiohttp whose answers may have heads that only browsers read."""

import asyncio
import socket
import ssl
from functools import partial
from typing import Any

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError
from httpx_aiohttp.transport import AiohttpResponseStream

from watchers.fetching.addresses import public_socket
from watchers.fetching.response_heads import (
    MOST_HEAD,
    end_of_head,
    is_interim,
    may_be_head,
    repaired,
)

_LONGEST_LINE = 65_536
_MOST_LINES = 500


class TolerantHandler(ResponseHandler):
    """Collects the head of each answer, repairs it where needed, and hands it to the parser."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Handle one connection of this loop."""
        super().__init__(loop)
        self._head: bytearray | None = None

    def set_response_params(self, **params: Any) -> None:
        """Expect the answer to a request."""
        self._head = bytearray()
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        """Take what came: a part of a head, of a body, or of both."""
        while self._head is not None and data:
            seen = len(self._head)
            # Some servers end a body with a line too many, which comes before the next answer.
            self._head += data if seen else data.lstrip(b"\r\n")
            end = end_of_head(self._head, seen)
            if end < 0:
                self._go_on_with_head(self._head)
                return
            head, data = bytes(self._head[:end]), bytes(self._head[end:])
            self._head = bytearray() if is_interim(head) else None
            super().data_received(repaired(head))
        super().data_received(data)

    def set_exception(self, exc: BaseException, exc_cause: BaseException | None = None) -> None:
        """Tell whoever waits for the body, too: nothing comes after an answer that is broken."""
        super().set_exception(exc, exc if exc_cause is None else exc_cause)
        body = self._payload
        if isinstance(exc, HttpProcessingError) and body is not None and not body.is_eof():
            body.set_exception(aiohttp.ClientPayloadError(exc.message))

    def _go_on_with_head(self, head: bytearray) -> None:
        if len(head) <= MOST_HEAD and may_be_head(head):
            # As for a part of a body, the time without data begins anew.
            self.start_timeout()
            return
        self._head = None
        if self.transport is not None:
            self.transport.close()
        self.set_exception(HttpProcessingError(message="no head of an answer"))


def unread(response: httpx.Response) -> bytes:
    """What came of a body before the fault that ended it, and was not read yet.

    aiohttp raises the fault first; nothing public hands out what it holds.
    """
    if not isinstance(response.stream, AiohttpResponseStream):
        return b""
    body = response.stream._aiohttp_response.content  # noqa: SLF001
    return body._read_nowait(-1)  # noqa: SLF001


def _tolerant(loop: asyncio.AbstractEventLoop) -> ResponseHandler:
    return TolerantHandler(loop)


class _TolerantConnector(aiohttp.TCPConnector):
    """Opens connections that repair heads; there is no option for that."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._factory = partial(_tolerant, loop=self._loop)


def open_session(
    context: ssl.SSLContext, resolver: AbstractResolver, *, guarded: bool
) -> aiohttp.ClientSession:
    """A session without cookies; `guarded` refuses private addresses."""
    connector = _TolerantConnector(
        limit=0,
        ssl=context,
        resolver=resolver,
        family=socket.AF_UNSPEC,
        # The resolver remembers better: as long as an answer lives.
        use_dns_cache=False,
        # A host's next poll is minutes away: connections are kept for redirects and neighbours.
        keepalive_timeout=5.0,
        socket_factory=public_socket if guarded else None,
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        # For the lines after a body in chunks as well, whose sum nothing else bounds.
        max_line_size=_LONGEST_LINE,
        max_field_size=_LONGEST_LINE,
        max_headers=_MOST_LINES,
    )
