"""The HTTP client for sources: bounded in size, time, redirects and reachable addresses."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from http import HTTPStatus

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from watchers.access import STRAIGHT, USUAL, Access
from watchers.errors import (
    CutOff,
    SourceFault,
    TooLarge,
    TooSlow,
)
from watchers.fetching import challenges
from watchers.fetching.connections import open_session, unread
from watchers.fetching.credentials import own_headers
from watchers.fetching.decompression import ACCEPTED, Decompressed, decompressed, is_compressed
from watchers.fetching.dns import Resolver
from watchers.fetching.faults import fault_of
from watchers.fetching.headers import ResponseHeaders
from watchers.fetching.hosts import HostLocks
from watchers.fetching.redirects import Redirects
from watchers.fetching.robots import RobotsRules
from watchers.fetching.routing.routes import Routes
from watchers.fetching.threads import Threads
from watchers.fetching.worker_process import WorkerProcesses
from watchers.ownership import read_suffixes

_WANTED = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.5"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEPING_THE_METHOD = frozenset({307, 308})
# What a proxy changed on the way (RFC 9110, 15.3.4).
_AS_OK: dict[int, int] = {HTTPStatus.NON_AUTHORITATIVE_INFORMATION: HTTPStatus.OK}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_NAMES_AT_A_TIME = 32
_PARSES_AT_A_TIME = 2
# Undoing less than this takes less time than handing it to a thread and back.
_SMALL = 16_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a request: bytes, seconds, redirects."""

    size: int = 5_000_000
    connect: float = 10.0
    read: float = 15.0
    total: float = 30.0
    parse: float = 15.0
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """The final answer to a request, after redirects.

    `url` is where it came from, `moved_to` the address after the permanent redirects that the
    way began with, or "". The body is read where the status is 200, and empty elsewhere. With
    `cut_off` it is the beginning of one whose connection ended too early, or stood still.
    `challenger` is the service against bots that answered in the site's stead, or "".
    """

    status: int
    headers: ResponseHeaders
    url: str
    moved_to: str = ""
    body: bytes = b""
    cut_off: bool = False
    challenger: str = ""


class Fetcher:
    """Requests addresses; `public` refuses private networks, `anywhere` reaches all.

    What a watcher's `access` asks for otherwise goes by `routes`, which know the same difference.
    """

    def __init__(
        self,
        public: httpx.AsyncBaseTransport,
        anywhere: httpx.AsyncBaseTransport,
        *,
        user_agent: str,
        limits: Limits,
        hosts: HostLocks,
        routes: Routes | None = None,
    ) -> None:
        """Use these transports of httpx."""
        self.limits = limits
        self.in_thread = Threads(_PARSES_AT_A_TIME)
        self.in_process = WorkerProcesses(_PARSES_AT_A_TIME, limits.parse)
        self.robots = RobotsRules(self.fetch, user_agent.partition("/")[0])
        self._public = public
        self._anywhere = anywhere
        self._hosts = hosts
        self.routes = routes or Routes()
        self._headers = {
            "User-Agent": user_agent,
            "Accept": _WANTED,
            "Accept-Encoding": ACCEPTED,
        }
        # Without a limit for the pool, which lets all in: each costs time in every request.
        timeouts = httpx.Timeout(limits.read, connect=limits.connect, pool=None)
        self._extensions = {"timeout": timeouts.as_dict()}

    async def fetch(
        self,
        url: str,
        *,
        allow_private: bool = False,
        headers: Mapping[str, str] | None = None,
        access: Access = USUAL,
        obey_robots: bool = False,
        keep_partial: bool = False,
    ) -> Fetched:
        """GET an address and follow redirects; raises a SourceFault without an answer.

        With `obey_robots` every address on the way has to be one that its site's robots.txt lets
        us read. A body that was cut off is a fault but with `keep_partial`. The headers of
        `access` go to the servers that they are for, and no further.
        """
        transport = self._transport(access, allow_private=allow_private)
        way = Redirects(url, self.limits.redirects)
        while True:
            own = own_headers(access, way.address, self.routes.environment)
            all_headers = way.headers({**self._headers, **own, **(headers or {})})
            request = self._request("GET", way.address, all_headers)
            async with (
                self.robots.lock_for_request(
                    way.address, allow_private=allow_private, access=access
                )
                if obey_robots
                else nullcontext()
            ):
                fetched = await self._ask(transport, request)
            if fetched.status not in _REDIRECTS:
                if fetched.cut_off and not keep_partial:
                    raise CutOff
                return replace(fetched, moved_to=way.moved_to)
            way.follow(fetched.status, fetched.headers)

    async def post(
        self, url: str, form: bytes, *, allow_private: bool = False, access: Access = USUAL
    ) -> Fetched:
        """POST a form, by the route of `access` alone; raises a SourceFault.

        Redirects with 307 and 308 are followed.
        """
        transport = self._transport(access, allow_private=allow_private)
        headers = self._headers | _FORM
        way = Redirects(url, self.limits.redirects)
        while True:
            request = self._request("POST", way.address, way.headers(headers), form)
            fetched = await self._ask(transport, request)
            if fetched.status not in _KEEPING_THE_METHOD:
                return fetched
            way.follow(fetched.status, fetched.headers)

    def _transport(self, access: Access, *, allow_private: bool) -> httpx.AsyncBaseTransport:
        if access.route == STRAIGHT:
            return self._anywhere if allow_private else self._public
        return self.routes.transport(access.route, allow_private=allow_private)

    def _request(
        self, method: str, address: httpx.URL, headers: Mapping[str, str], content: bytes = b""
    ) -> httpx.Request:
        # As a stream, for which httpx makes no headers, as aiohttp does: a third of the time.
        stream = httpx.ByteStream(content)
        request = httpx.Request(
            method, address, headers=headers, stream=stream, extensions=self._extensions
        )
        request.read()
        return request

    async def _ask(self, transport: httpx.AsyncBaseTransport, request: httpx.Request) -> Fetched:
        async with self._hosts.hold(request.url.host):
            try:
                async with asyncio.timeout(self.limits.total):
                    return await self._exchange(transport, request)
            except TimeoutError:
                raise TooSlow(self.limits.total) from None
            except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError) as error:
                raise fault_of(error, connect=self.limits.connect, read=self.limits.read) from None

    async def _exchange(
        self, transport: httpx.AsyncBaseTransport, request: httpx.Request
    ) -> Fetched:
        response = await transport.handle_async_request(request)
        status = _AS_OK.get(response.status_code, response.status_code)
        content = Decompressed(b"")
        try:
            headers = ResponseHeaders(response.headers)
            if status == HTTPStatus.OK:
                content = await self._content(response, headers, self.limits.size)
            challenger = await self._challenger(response, headers, content.body)
        finally:
            await response.aclose()
        return Fetched(
            status,
            headers,
            str(request.url),
            body=content.body,
            cut_off=content.cut_off,
            challenger=challenger,
        )

    async def _challenger(
        self, response: httpx.Response, headers: ResponseHeaders, body: bytes
    ) -> str:
        """The service whose challenge the answer is, by its headers or its page."""
        status = response.status_code
        if status == HTTPStatus.OK:
            is_page = headers.is_html and len(body) <= challenges.LONGEST_OK
            return challenges.by_page(body) if is_page else ""
        if status not in challenges.STATUSES:
            return ""
        if named := headers.challenger:
            return named
        try:
            async with asyncio.timeout(self.limits.read):
                page = await self._content(response, headers, challenges.LONGEST)
        except (SourceFault, TimeoutError, httpx.HTTPError, aiohttp.ClientError, OSError):
            # The status is the answer: what its page says only explains it.
            return ""
        return challenges.by_page(page.body)

    async def _content(
        self, response: httpx.Response, headers: ResponseHeaders, most: int
    ) -> Decompressed:
        if headers.length > most:
            raise TooLarge(most / 1_000_000)
        raw, cut_off = await self._received(response, most)
        if len(raw) < _SMALL or not is_compressed(raw, headers.compressions):
            content = decompressed(raw, headers.compressions, most)
        else:
            content = await self.in_thread(decompressed, raw, headers.compressions, most)
        return replace(content, cut_off=True) if cut_off else content

    async def _received(self, response: httpx.Response, most: int) -> tuple[bytes, bool]:
        """The body as it came, and whether it was cut off."""
        chunks: list[bytes] = []
        size = 0
        cut_off = False
        try:
            async for chunk in response.stream:  # type: ignore[union-attr]
                chunks.append(chunk)
                size += len(chunk)
                if size > most:
                    break
        except (httpx.ReadError, httpx.ReadTimeout, CutOff):
            chunks.append(unread(response))
            size += len(chunks[-1])
            if not size:
                raise
            cut_off = True
        if size > most:
            raise TooLarge(most / 1_000_000)
        return b"".join(chunks), cut_off


@asynccontextmanager
async def open_fetcher(
    *,
    user_agent: str,
    limits: Limits | None = None,
    pause: float = 1.0,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Fetcher]:
    """A fetcher with real connections; `pause` is the least time between requests to a host.

    `environment` has the secrets of watchers: this process's own where none is given.
    """
    limits = limits or Limits()
    await asyncio.to_thread(read_suffixes)
    context = httpx.create_ssl_context()
    resolver = Resolver(Threads(_NAMES_AT_A_TIME))
    async with (
        _straight(context, resolver, guarded=True) as public,
        _straight(context, resolver, guarded=False) as anywhere,
    ):
        routes = Routes(resolver, environment)
        hosts = HostLocks(pause)
        fetcher = Fetcher(
            public, anywhere, user_agent=user_agent, limits=limits, hosts=hosts, routes=routes
        )
        try:
            yield fetcher
        finally:
            await routes.close()
            await fetcher.in_process.close()


@asynccontextmanager
async def _straight(
    context: ssl.SSLContext, resolver: Resolver, *, guarded: bool
) -> AsyncIterator[AiohttpTransport]:
    async with open_session(context, resolver, guarded=guarded) as session:
        yield AiohttpTransport(verify=context, client=session)
