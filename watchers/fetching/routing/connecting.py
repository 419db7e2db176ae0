"""Connecting: to an address of a host, or to it through a proxy.

Addresses are looked up here, so that they are checked whatever the way to them.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from urllib.parse import SplitResult, unquote

import httpcore
import httpx

from watchers.errors import ProxyFault
from watchers.fetching.credentials import basic
from watchers.fetching.faults import causes
from watchers.fetching.routing import socks

_PORTS = {"http": 80, "https": 443, "socks5": 1080}
_ADDRESSES_TRIED = 4
_SOCKET = httpcore.AnyIOBackend()
_FAILED = (httpcore.ConnectError, httpcore.ConnectTimeout)

LookUp = Callable[[str, int], Awaitable[list[str]]]
"""The addresses at which a host and port are asked, or the name where a proxy looks it up."""


class Straight(httpcore.AsyncNetworkBackend):
    """Connects to the first address of a host that answers."""

    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  the interface is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to a host and port."""
        del local_address, socket_options
        *others, last = (await self._look_up(host, port))[:_ADDRESSES_TRIED]
        for address in others:
            try:
                return await self._connect(address, port, timeout)
            except (*_FAILED, ProxyFault):
                continue
        return await self._connect(last, port, timeout)

    async def _connect(
        self,
        address: str,
        port: int,
        timeout: float | None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        return await _SOCKET.connect_tcp(address, port, timeout)


class Tunnels(Straight):
    """Connects through a proxy, by CONNECT or SOCKS 5."""

    def __init__(self, look_up: LookUp, proxy: SplitResult) -> None:
        super().__init__(look_up)
        self._proxy = proxy
        self._host = proxy.hostname or ""
        self._port = proxy.port or _PORTS[proxy.scheme]
        user, password = unquote(proxy.username or ""), unquote(proxy.password or "")
        self._auth = (user, password) if user or password else None

    async def _connect(
        self,
        address: str,
        port: int,
        timeout: float | None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        try:
            if self._proxy.scheme == "socks5":
                return await self._by_socks(address, port, timeout)
            return await self._by_connect(address, port, timeout)
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise ProxyFault(said(error) or "it is silent") from None

    async def _by_socks(
        self,
        address: str,
        port: int,
        timeout: float | None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        stream = await _SOCKET.connect_tcp(self._host, self._port, timeout)
        try:
            write = partial(stream.write, timeout=timeout)
            await socks.connect(write, _Exactly(stream, timeout), (address, port), self._auth)
        except BaseException:
            await stream.aclose()
            raise
        return stream

    async def _by_connect(
        self,
        address: str,
        port: int,
        timeout: float | None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        scheme, host = self._proxy.scheme.encode(), self._host.encode("idna")
        connection = httpcore.AsyncHTTPConnection(
            origin=httpcore.Origin(scheme, host, self._port),
            ssl_context=httpx.create_ssl_context() if scheme == b"https" else None,
            network_backend=_SOCKET,
        )
        target = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        headers = [("Host", target)]
        if self._auth:
            headers.append(("Proxy-Authorization", basic(*self._auth)))
        asked = httpcore.Request(
            "CONNECT",
            httpcore.URL(scheme=scheme, host=host, port=self._port, target=target.encode()),
            headers=headers,
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), timeout)},
        )
        try:
            answer = await connection.handle_async_request(asked)
        except BaseException:
            await connection.aclose()
            raise
        if not 200 <= answer.status < 300:
            await connection.aclose()
            raise ProxyFault(f"it answers {answer.status}")
        stream: httpcore.AsyncNetworkStream = answer.extensions["network_stream"]
        return stream


@dataclass(frozen=True, slots=True)
class _Exactly:
    """Reads exactly so many bytes of a stream."""

    stream: httpcore.AsyncNetworkStream
    timeout: float | None

    async def __call__(self, size: int) -> bytes:
        read = b""
        while len(read) < size:
            more = await self.stream.read(size - len(read), self.timeout)
            if not more:
                raise ProxyFault("it ends the connection")
            read += more
        return read


def said(error: BaseException) -> str:
    """What the system says of an error, without an address."""
    found = (cause.strerror for cause in causes(error) if isinstance(cause, OSError))
    return next((text.partition("(")[0].strip() for text in found if text), "")
