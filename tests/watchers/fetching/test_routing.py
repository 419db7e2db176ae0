"""Through proxies, and by HTTP/2: read as otherwise, with private networks out of reach."""

import asyncio
import logging
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import pytest
from aiohttp.abc import ResolveResult

from tests.watchers.conftest import Server
from tests.watchers.fakeproxy import FakeProxy, open_proxy
from tests.watchers.fetching.making import AGENT
from tests.watchers.making import NOON, item, rss, watcher
from watchers import Fetcher, HostLocks, Limits, SourceState, poll
from watchers import errors as faults
from watchers.access import Access, Route
from watchers.fetching.dns import Resolver
from watchers.fetching.routing.routes import Routes
from watchers.fetching.threads import Threads

FEED = rss(item(1), item(2))
ENVIRONMENT = {"PROXY_PASSWORD": "p@ss/word", "PROXY": ""}
PUBLIC = "93.184.216.34"


class Names(Resolver):
    """Knows some names, as if a name server did."""

    def __init__(self) -> None:
        super().__init__(Threads(1))
        self.known = {
            "courier.example": [PUBLIC],
            "inside.example": ["10.0.0.7"],
            "mixed.example": ["10.0.0.7", PUBLIC],
        }

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host not in self.known:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0)
            for one in self.known[host]
        ]


Opening = Callable[..., AbstractAsyncContextManager[Fetcher]]


@asynccontextmanager
async def opened(environment: dict[str, str] | None = None) -> AsyncIterator[Fetcher]:
    """A fetcher that has no way but those of routes."""
    routes = Routes(Names(), ENVIRONMENT if environment is None else environment)
    none = None
    fetcher = Fetcher(
        none,  # type: ignore[arg-type]
        none,  # type: ignore[arg-type]
        user_agent=AGENT,
        limits=Limits(total=5, connect=2, read=2),
        hosts=HostLocks(0),
        routes=routes,
    )
    try:
        yield fetcher
    finally:
        await routes.close()


def through(proxy: str, **fields: bool) -> Access:
    return Access(route=Route(proxy, **fields))


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_feed_is_read_through_a_proxy(server: Server, scheme: str) -> None:
    server.gives(FEED, headers={"ETag": '"1"'})
    proxy = FakeProxy(server.port)
    async with open_proxy(proxy) as place, opened() as fetcher:
        url = "http://courier.example/feed"
        one = watcher(url, private=False, access=through(f"{scheme}://{place}"))
        polled = await poll(one, SourceState(one.name), fetcher, lambda: NOON)
    assert (polled.state.last_error, len(polled.served)) == ("", 2)
    assert polled.state.etag == '"1"'
    # The address that was looked up and found to be public, whatever the name leads to there.
    assert proxy.targets == [f"{PUBLIC}:80"]
    assert server.requests[0].headers["Host"] == "courier.example"
    assert server.requests[0].headers["User-Agent"] == AGENT


@pytest.mark.parametrize("scheme", ["http", "socks5"])
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://inside.example/",
        "https://inside.example/",
    ],
)
async def test_private_networks_are_out_of_reach_through_a_proxy(
    server: Server, scheme: str, url: str
) -> None:
    proxy = FakeProxy(server.port)
    async with open_proxy(proxy) as place, opened() as fetcher:
        with pytest.raises(faults.PrivateAddress):
            await fetcher.fetch(url, access=through(f"{scheme}://{place}"))
        with pytest.raises(faults.PrivateAddress):
            await fetcher.post(url, b"", access=through(f"{scheme}://{place}"))
    assert proxy.targets == []


async def test_so_is_what_a_redirect_leads_to(server: Server) -> None:
    server.leads("http://inside.example/", status=302)
    proxy = FakeProxy(server.port)
    async with open_proxy(proxy) as place, opened() as fetcher:
        with pytest.raises(faults.PrivateAddress):
            await fetcher.fetch("http://courier.example/feed", access=through(f"socks5://{place}"))
    assert proxy.targets == [f"{PUBLIC}:80"]


async def test_of_several_addresses_the_public_one_is_asked(server: Server) -> None:
    server.gives(b"x")
    proxy = FakeProxy(server.port)
    async with open_proxy(proxy) as place, opened() as fetcher:
        await fetcher.fetch("http://mixed.example/feed", access=through(f"http://{place}"))
    assert proxy.targets == [f"{PUBLIC}:80"]


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_may_be_told_to_look_names_up(server: Server, scheme: str) -> None:
    """As in a network whose own name servers lie."""
    server.gives(b"x")
    proxy = FakeProxy(server.port)
    async with open_proxy(proxy) as place, opened() as fetcher:
        route = through(f"{scheme}://{place}", proxy_resolves=True)
        await fetcher.fetch("http://inside.example/feed", access=route)
        with pytest.raises(faults.PrivateAddress):
            await fetcher.fetch("http://10.0.0.7/feed", access=route)
    assert proxy.targets == ["inside.example:80"]


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_with_a_password(
    server: Server, scheme: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.gives(b"x")
    proxy = FakeProxy(server.port, wants="desk:p@ss/word")
    async with open_proxy(proxy) as place, opened() as fetcher:
        access = through(f"{scheme}://desk:$PROXY_PASSWORD@{place}")
        fetched = await fetcher.fetch("http://courier.example/feed", access=access)
        assert "PROXY_PASSWORD" in access.variables
    assert (fetched.body, proxy.users) == (b"x", ["desk:p@ss/word"])
    assert "p@ss" not in caplog.text
    assert "p%40ss" not in caplog.text


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_that_refuses_is_told(server: Server, scheme: str) -> None:
    proxy = FakeProxy(server.port, wants="desk:other")
    async with open_proxy(proxy) as place, opened() as fetcher:
        access = through(f"{scheme}://desk:$PROXY_PASSWORD@{place}")
        with pytest.raises(faults.ProxyFault, match=r"407|refuses the user name") as raised:
            await fetcher.fetch("http://courier.example/feed", access=access)
        assert "p@ss" not in str(raised.value)
        with pytest.raises(faults.ProxyFault, match=r"407|wants another user name"):
            await fetcher.fetch(
                "http://courier.example/feed", access=through(f"{scheme}://{place}")
            )


@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
async def test_a_proxy_that_is_none_is_told(scheme: str) -> None:
    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server, opened() as fetcher:
        port = server.sockets[0].getsockname()[1]
        for number in (port, 1):
            access = through(f"{scheme}://127.0.0.1:{number}")
            with pytest.raises(faults.ProxyFault):
                await fetcher.fetch("http://courier.example/feed", access=access)


async def test_a_proxy_that_does_not_answer_is_told(server: Server) -> None:
    proxy = FakeProxy(server.port, status=b"502 Bad Gateway")
    async with open_proxy(proxy) as place, opened() as fetcher:
        url = "http://courier.example/feed"
        for scheme, told in (("http", "502"), ("socks5", "the connection was refused")):
            with pytest.raises(faults.ProxyFault, match=told):
                await fetcher.fetch(url, access=through(f"{scheme}://{place}"))


async def test_a_proxys_missing_secret_is_told_by_its_name() -> None:
    async with opened() as fetcher:
        with pytest.raises(faults.MissingVariable, match="PROXY, which"):
            await fetcher.fetch("http://courier.example/", access=through("$PROXY"))


@pytest.mark.parametrize("proxied", [True, False])
@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", faults.CutOff),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort", faults.CutOff),
        (b"", faults.CutOff),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", faults.CannotConnect),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900000000\r\n\r\n", faults.TooLarge),
    ],
)
async def test_an_answer_that_is_broken_is_told(
    answer: bytes, fault: type[Exception], proxied: bool
) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, open_proxy(FakeProxy(port)) as place, opened() as fetcher:
        access = through(f"socks5://{place}") if proxied else Access(route=Route(http2=True))
        url = "http://courier.example/" if proxied else f"http://127.0.0.1:{port}/"
        with pytest.raises(fault):
            await fetcher.fetch(url, allow_private=not proxied, access=access)


async def test_credentials_in_an_address_are_sent_this_way_too(server: Server) -> None:
    server.gives(b"x")
    async with opened() as fetcher:
        access = Access(route=Route(http2=True))
        url = server.url("/feed", "me:secret@127.0.0.1")
        await fetcher.fetch(url, allow_private=True, access=access)
        with pytest.raises(faults.PrivateAddress):
            await fetcher.fetch(url, access=access)
    assert server.requests[0].headers["Authorization"] == "Basic bWU6c2VjcmV0"


async def test_a_form_is_posted_this_way_too(server: Server) -> None:
    server.gives(b"x")
    proxy = FakeProxy(server.port)
    async with open_proxy(proxy) as place, opened() as fetcher:
        url = "http://courier.example/feed"
        await fetcher.post(url, b"hub.mode=subscribe", access=through(f"http://{place}"))
    assert server.requests[0].content_length == 18


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=courier.example -addext "
        "subjectAltName=DNS:courier.example,IP:127.0.0.1"
    )
    files = ["-keyout", str(key), "-out", str(certificate)]
    try:
        subprocess.run([*command.split(), *files], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("OPENSSL IS ABSENT: TLS is not tested")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return context


async def _http2(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers each request with the feed, and what it was asked with in a header."""
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    connection.initiate_connection()
    writer.write(connection.data_to_send())
    while data := await reader.read(65_536):
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                asked = {bytes(k): bytes(v) for k, v in event.headers}
                answer = [(":status", "200"), ("etag", asked[b":authority"].decode())]
                connection.send_headers(event.stream_id, answer)
                connection.send_data(event.stream_id, FEED, end_stream=True)
        writer.write(connection.data_to_send())
        await writer.drain()
    writer.close()


@pytest.mark.parametrize("scheme", ["", "http", "https", "socks5"])
async def test_http2_is_spoken_straight_and_through_proxies(
    tls: ssl.SSLContext, scheme: str
) -> None:
    tls.set_alpn_protocols(["h2"])
    server = await asyncio.start_server(_http2, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    proxy = FakeProxy(port)
    wrapped = tls if scheme == "https" else None
    async with server, open_proxy(proxy, wrapped) as place, opened() as fetcher:
        route = Route(f"{scheme}://{place}" if scheme else "", http2=True)
        url = "https://courier.example/feed" if scheme else f"https://127.0.0.1:{port}/feed"
        access = Access(url, cookies=(("session", "s3cret"),), route=route)
        one = watcher(url, private=not scheme, access=access)
        polled = await poll(one, SourceState(one.name), fetcher, lambda: NOON)
    assert (polled.state.last_error, len(polled.served)) == ("", 2)
    assert polled.state.etag == ("courier.example" if scheme else f"127.0.0.1:{port}")
    assert proxy.targets == ([f"{PUBLIC}:443"] if scheme else [])


async def test_a_certificate_for_another_name_is_told(tls: ssl.SSLContext) -> None:
    server = await asyncio.start_server(_http2, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    async with server, open_proxy(FakeProxy(port)) as place, opened() as fetcher:
        with pytest.raises(faults.CertificateFault, match=r"mismatch|not valid for"):
            await fetcher.fetch("https://mixed.example/", access=through(f"socks5://{place}"))
