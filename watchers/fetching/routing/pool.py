"""The transport for what aiohttp cannot do: HTTP/2, and tunnels through proxies."""

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpcore
import httpx

from watchers.errors import CannotConnect, CertificateFault, CutOff, TooSlow
from watchers.fetching.credentials import basic
from watchers.fetching.faults import causes
from watchers.fetching.routing.connecting import LookUp, Straight, Tunnels, said


class PoolTransport(httpx.AsyncBaseTransport):
    """A transport of httpx over a pool of httpcore; its errors are faults of sources."""

    def __init__(self, look_up: LookUp, *, proxy: str = "", http2: bool = False) -> None:
        """Connect to what `look_up` says, through the proxy if there is one."""
        backend = Tunnels(look_up, urlsplit(proxy)) if proxy else Straight(look_up)
        self._pool = httpcore.AsyncConnectionPool(
            # Of its own: httpcore writes into it which protocols are spoken.
            ssl_context=httpx.create_ssl_context(),
            max_connections=None,
            keepalive_expiry=5.0,
            http2=http2,
            network_backend=backend,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the response's body is still to be read."""
        timeout = request.extensions.get("timeout", {})
        url = request.url
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=_headers(request),
            content=request.stream,
            extensions=request.extensions,
        )
        with _faults(timeout):
            answer = await self._pool.handle_async_request(asked)
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Stream(answer, timeout),
            request=request,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response, timeout: dict[str, float]) -> None:
        self._answer = answer
        self._timeout = timeout

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _faults(self._timeout):
            async for chunk in self._answer.aiter_stream():
                yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()


def _headers(request: httpx.Request) -> list[tuple[bytes, bytes]]:
    """The headers of a request, with those that httpx leaves to the transport."""
    url = request.url
    made = [(b"Host", url.netloc), *request.headers.raw]
    if "authorization" not in request.headers and url.userinfo:
        made.append((b"Authorization", basic(url.username, url.password).encode()))
    if request.content:
        made.append((b"Content-Length", str(len(request.content)).encode()))
    return made


@contextmanager
def _faults(timeout: dict[str, float]) -> Iterator[None]:
    """Raise what goes wrong as faults of the source, of which none has an address in it."""
    try:
        yield
    except (httpcore.ConnectTimeout, httpcore.PoolTimeout):
        raise TooSlow(timeout.get("connect") or 0) from None
    except httpcore.TimeoutException:
        raise TooSlow(timeout.get("read") or 0) from None
    except httpcore.ConnectError as error:
        raise _not_connected(error) from None
    except httpcore.RemoteProtocolError as error:
        ended = "peer closed" in str(error) or "disconnected" in str(error)
        raise CutOff if ended else CannotConnect("what it answers is not HTTP") from None
    except (httpcore.NetworkError, httpcore.ProtocolError):
        raise CutOff from None


def _not_connected(error: Exception) -> CannotConnect | CertificateFault:
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CertificateFault(cause.verify_message)
        if isinstance(cause, ssl.SSLError):
            return CannotConnect(f"TLS: {cause.reason or 'refused'}")
    return CannotConnect(said(error) or type(error).__name__)
