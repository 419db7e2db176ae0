"""Asking a real server, and what hostile ones do."""

import asyncio
import logging
import re
import socket
import ssl
import subprocess
from pathlib import Path

import pytest
from aiohttp import web

from tests.watchers.conftest import Server
from tests.watchers.fetching.making import AGENT, fetch, fetch_within, raw_server
from watchers import Fetcher, Limits, SourceFault
from watchers import errors as faults


async def test_says_who_we_are_and_what_is_wanted(server: Server, fetcher: Fetcher) -> None:
    server.gives(b"body")
    fetched = await fetch(fetcher, server.url())
    assert (fetched.status, fetched.body, fetched.moved_to) == (200, b"body", "")
    headers = server.requests[0].headers
    assert headers["User-Agent"] == AGENT
    assert headers["Accept-Encoding"] == "gzip, deflate, br, zstd"


async def test_no_cookie_is_kept(server: Server, fetcher: Fetcher) -> None:
    server.gives(headers={"Set-Cookie": "a=b"})
    await fetch(fetcher, server.url())
    await fetch(fetcher, server.url())
    assert "Cookie" not in server.requests[1].headers


async def test_credentials_in_the_address_are_sent(server: Server, fetcher: Fetcher) -> None:
    server.gives(b"x")
    server.leads(server.url("/feed"), "/old")
    await fetch(fetcher, server.url("/old", "me:secret@127.0.0.1"))
    assert [r.headers["Authorization"] for r in server.requests] == ["Basic bWU6c2VjcmV0"] * 2


async def test_credentials_are_not_sent_to_another_server(server: Server, fetcher: Fetcher) -> None:
    server.gives(b"x")
    server.leads(server.url("/feed", "localhost"), "/old")
    await fetch(fetcher, server.url("/old", "me:secret@127.0.0.1"))
    assert "Authorization" not in server.requests[1].headers


async def test_a_permanent_redirect_is_told_and_a_temporary_is_not(
    server: Server, fetcher: Fetcher
) -> None:
    server.gives(b"x", "/new")
    server.leads("/new", "/moved", 301)
    server.leads("/moved", "/moved2", 308)
    server.leads("/new", "/elsewhere", 302)
    server.leads("/elsewhere", "/mixed", 301)
    server.leads("/moved", "/mixed2", 307)

    async def moved_to(path: str) -> str:
        fetched = await fetch(fetcher, server.url(path))
        assert fetched.url == server.url("/new")
        return fetched.moved_to

    assert await moved_to("/moved") == server.url("/new")
    assert await moved_to("/moved2") == server.url("/new")
    assert await moved_to("/elsewhere") == ""
    assert await moved_to("/mixed") == server.url("/elsewhere")
    assert await moved_to("/mixed2") == ""


async def test_a_redirect_loop_ends(server: Server, fetcher: Fetcher) -> None:
    server.leads("/feed")
    with pytest.raises(faults.TooManyRedirects):
        await fetch(fetcher, server.url())
    assert len(server.requests) == 6


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://x/", "gopher://x/", ""])
async def test_a_redirect_to_nothing_readable_is_refused(
    server: Server, fetcher: Fetcher, target: str
) -> None:
    server.leads(target)
    with pytest.raises(faults.BadRedirect):
        await fetch(fetcher, server.url())


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/", "http://", "x", ""])
async def test_only_addresses_of_the_web_are_asked(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(faults.BadAddress):
        await fetch(fetcher, url)


async def test_a_body_announced_as_too_large_is_not_read(server: Server, fetcher: Fetcher) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "200000000"})
        await response.prepare(request)
        await asyncio.sleep(30)
        return response

    server.answers["/feed"] = answer
    with pytest.raises(faults.TooLarge):
        await fetch(fetcher, server.url())


async def test_an_endless_body_is_stopped(server: Server, fetcher: Fetcher) -> None:
    sent = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(10_000))
            sent += 10_000

    server.answers["/feed"] = answer
    with pytest.raises(faults.TooLarge):
        await fetch(fetcher, server.url())
    assert sent < 200_000_000


async def test_a_dripping_body_is_stopped(server: Server) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.05)

    server.answers["/feed"] = answer
    with pytest.raises(faults.TooSlow, match="longer than 1 s"):
        async with asyncio.timeout(20):
            await fetch_within(Limits(total=1), server.url())


async def test_a_silent_server_is_given_up(server: Server) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    server.answers["/feed"] = answer
    with pytest.raises(faults.TooSlow, match=r"longer than 0.3 s"):
        await fetch_within(Limits(read=0.3), server.url())


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", faults.CutOff),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort", faults.CutOff),
        (b"", faults.CutOff),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", faults.CannotConnect),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n", faults.CannotConnect),
    ],
)
async def test_an_answer_that_is_broken_is_told(
    fetcher: Fetcher, answer: bytes, fault: type[SourceFault]
) -> None:
    server, url = await raw_server(answer)
    async with server:
        with pytest.raises(fault):
            await fetch(fetcher, url)


async def test_a_refused_connection_is_told(fetcher: Fetcher) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(faults.CannotConnect, match=r"Connect call failed|refused"):
            await fetch(fetcher, f"http://127.0.0.1:{closed.getsockname()[1]}/")


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 70 + ".invalid"])
async def test_an_unknown_host_is_told(fetcher: Fetcher, host: str) -> None:
    with pytest.raises((faults.UnknownHost, faults.BadAddress)):
        await fetch(fetcher, f"http://{host}/")


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    files = ["-keyout", str(key), "-out", str(certificate)]
    try:
        subprocess.run([*command.split(), *files], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("OPENSSL IS ABSENT: certificates are not tested")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


async def test_a_certificate_that_proves_nothing_is_told(
    fetcher: Fetcher, self_signed: ssl.SSLContext
) -> None:
    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=self_signed)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(faults.CertificateFault, match=r"self.signed"):
            await fetch(fetcher, f"https://localhost:{port}/")


async def test_credentials_are_in_no_error_and_no_log(
    server: Server, fetcher: Fetcher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.leads("file:///x", "/redirected")
    server.leads("/loop", "/loop")
    server.gives(b"x", "/broken", headers={"Content-Encoding": "br"})
    hosts = [f"me:s3cret@127.0.0.1:{server.port}", "me:s3cret@127.0.0.1:1", "me:s3cret@x.invalid"]
    addresses = [f"http://{host}{path}" for host in hosts for path in ("/redirected", "/loop")]
    addresses += [f"http://{hosts[0]}/broken", "http://me:s3cret@[/", "ftp://me:s3cret@x/"]
    for url in addresses:
        for allowed in (True, False):
            with pytest.raises(SourceFault) as raised:
                await fetcher.fetch(url, allow_private=allowed)
            assert not re.search("s3cret|127|invalid/", str(raised.value))
    assert "s3cret" not in caplog.text


async def test_one_host_is_asked_one_at_a_time(server: Server, fetcher: Fetcher) -> None:
    open_now = most = 0

    async def answer(_: web.Request) -> web.StreamResponse:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0.02)
        open_now -= 1
        return web.Response()

    server.answers["/feed"] = answer
    await asyncio.gather(*(fetch(fetcher, server.url()) for _ in range(5)))
    assert most == 1


async def test_connections_are_kept(server: Server, fetcher: Fetcher) -> None:
    server.gives(b"x")
    for _ in range(3):
        await fetch(fetcher, server.url())
    assert len({id(request.transport) for request in server.requests}) == 1
