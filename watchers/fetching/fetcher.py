"""The HTTP client for sources: bounded in size, time, redirects and reachable addresses."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import lru_cache

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from watchers.access import STRAIGHT, USUAL, Access
from watchers.errors import (
    BadAddress,
    BadRedirect,
    SourceFault,
    TooLarge,
    TooManyRedirects,
    TooSlow,
)
from watchers.fetching import challenges
from watchers.fetching.addresses import public_socket, spelt_out
from watchers.fetching.credentials import own_headers
from watchers.fetching.decompression import ACCEPTED, decompressed, is_compressed
from watchers.fetching.dns import Resolver
from watchers.fetching.faults import fault_of
from watchers.fetching.headers import ResponseHeaders
from watchers.fetching.hosts import HostLocks
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
_PERMANENT = frozenset({301, 308})
_KEEPING_THE_METHOD = frozenset({307, 308})
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
    way began with, or "". The body is read where the status is 200, and empty elsewhere.
    `challenger` is the service against bots that answered in the site's stead, or "".
    """

    status: int
    headers: ResponseHeaders
    url: str
    moved_to: str = ""
    body: bytes = b""
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
    ) -> Fetched:
        """GET an address and follow redirects; raises a SourceFault without an answer.

        With `obey_robots` every address on the way has to be one that its site's robots.txt lets
        us read. The headers of `access` go to the servers that they are for, and no further.
        """
        transport = self._transport(access, allow_private=allow_private)
        address = _address(url)
        moved_to = ""
        only_permanent = True
        for _ in range(self.limits.redirects + 1):
            own = own_headers(access, address, self.routes.environment)
            all_headers = {**self._headers, **own, **(headers or {})}
            request = self._request("GET", address, all_headers)
            async with (
                self.robots.lock_for_request(address, allow_private=allow_private, access=access)
                if obey_robots
                else nullcontext()
            ):
                fetched = await self._ask(transport, request)
            if fetched.status not in _REDIRECTS:
                return replace(fetched, moved_to=moved_to)
            address = _next(address, fetched.headers.location)
            only_permanent = only_permanent and fetched.status in _PERMANENT
            if only_permanent:
                moved_to = str(address)
        raise TooManyRedirects(self.limits.redirects)

    async def post(
        self, url: str, form: bytes, *, allow_private: bool = False, access: Access = USUAL
    ) -> Fetched:
        """POST a form, by the route of `access` alone; raises a SourceFault.

        Redirects with 307 and 308 are followed.
        """
        transport = self._transport(access, allow_private=allow_private)
        headers = self._headers | _FORM
        address = _address(url)
        for _ in range(self.limits.redirects + 1):
            request = self._request("POST", address, headers, form)
            fetched = await self._ask(transport, request)
            if fetched.status not in _KEEPING_THE_METHOD:
                return fetched
            address = _next(address, fetched.headers.location)
        raise TooManyRedirects(self.limits.redirects)

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
        try:
            headers = ResponseHeaders(response.headers)
            status = response.status_code
            body = await self._body(response, headers, self.limits.size) if status == 200 else b""
            challenger = await self._challenger(response, headers, body)
        finally:
            await response.aclose()
        return Fetched(status, headers, str(request.url), body=body, challenger=challenger)

    async def _challenger(
        self, response: httpx.Response, headers: ResponseHeaders, body: bytes
    ) -> str:
        """The service whose challenge the answer is, by its headers or its page."""
        status = response.status_code
        if status == 200:
            is_page = headers.is_html and len(body) <= challenges.LONGEST_OK
            return challenges.by_page(body) if is_page else ""
        if status not in challenges.STATUSES:
            return ""
        if named := headers.challenger:
            return named
        try:
            async with asyncio.timeout(self.limits.read):
                page = await self._body(response, headers, challenges.LONGEST)
        except (SourceFault, TimeoutError, httpx.HTTPError, aiohttp.ClientError, OSError):
            # The status is the answer: what its page says only explains it.
            return ""
        return challenges.by_page(page)

    async def _body(self, response: httpx.Response, headers: ResponseHeaders, most: int) -> bytes:
        if headers.length > most:
            raise TooLarge(most / 1_000_000)
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.stream:  # type: ignore[union-attr]
            chunks.append(chunk)
            size += len(chunk)
            if size > most:
                raise TooLarge(most / 1_000_000)
        raw = b"".join(chunks)
        if size < _SMALL or not is_compressed(raw, headers.compressions):
            return decompressed(raw, headers.compressions, most)
        return await self.in_thread(decompressed, raw, headers.compressions, most)


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
    connector = aiohttp.TCPConnector(
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
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
    ) as session:
        yield AiohttpTransport(verify=context, client=session)


@lru_cache(maxsize=1_000)
def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(spelt_out(url))
    except (httpx.InvalidURL, ValueError, TypeError):
        raise BadAddress from None
    if address.scheme not in {"http", "https"} or not address.host:
        raise BadAddress
    return address


def _next(address: httpx.URL, location: str) -> httpx.URL:
    try:
        target = address.join(spelt_out(location)) if location else None
    except (httpx.InvalidURL, ValueError):
        raise BadRedirect("a broken address") from None
    if target is None or target.scheme not in {"http", "https"} or not target.host:
        raise BadRedirect(f"scheme {target.scheme[:20]}" if target else "no address")
    if not target.userinfo and _same_origin(address, target):
        # A server that repeats its own address in full leaves the password out.
        return target.copy_with(userinfo=address.userinfo)
    return target


def _same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)
