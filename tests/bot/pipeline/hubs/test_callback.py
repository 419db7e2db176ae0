"""What strangers can do to the callback: nothing."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from urllib.parse import urlsplit

import aiohttp
import pytest
import structlog

from bot.pipeline.hubs import callback
from bot.pipeline.hubs.callback import CONNECTIONS, MAX_BODY, REQUESTS_A_MINUTE
from tests.bot.pipeline.hubs.conftest import MINUTE, Town, until

Logged = list[Mapping[str, object]]


@pytest.fixture
def logged() -> Iterator[Logged]:
    with structlog.testing.capture_logs() as entries:
        yield entries  # type: ignore[misc]


def warned(logged: Logged) -> list[object]:
    return [one["event"] for one in logged if one["log_level"] not in {"debug", "info"}]


async def connected(town: Town) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", town.port)


async def ended(reader: asyncio.StreamReader) -> bytes:
    """What is answered until the connection ends, which it does in time."""
    async with asyncio.timeout(10):
        with suppress(ConnectionError):
            return await reader.read()
    return b""


async def said(town: Town, text: bytes) -> bytes:
    """What is answered to these bytes, up to the end of the connection."""
    reader, writer = await connected(town)
    with suppress(ConnectionError):
        writer.write(text)
        await writer.drain()
    answer = await ended(reader)
    writer.close()
    return answer


async def test_an_unknown_path_is_answered_before_the_body_is_read(town: Town) -> None:
    async with town.subscribed():
        for path in (b"/", b"/hooks", b"/hooks/", b"/hooks/x", b"/" + b"A" * 22, b"/%2e%2e/x"):
            head = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n" % path
            assert (await said(town, head)).startswith(b"HTTP/1.1 404")


async def test_only_get_and_post(town: Town) -> None:
    async with town.subscribed(), aiohttp.ClientSession() as session:
        for method in ("HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"):
            response = await session.request(method, town.subscription.callback)
            assert response.status == 405


async def test_a_body_that_is_too_large_is_not_read(town: Town, logged: Logged) -> None:
    async with town.subscribed() as running:
        huge = bytes(MAX_BODY + 1)
        for _ in range(3):
            with suppress(aiohttp.ClientError):
                assert await town.hub.send(town.subscription, huge) == 413
        assert await running.told() == ["Old talks end"]
        assert warned(logged) == ["a push that is too large was ignored"]


async def test_an_endless_body_ends(town: Town) -> None:
    async with town.subscribed():
        reader, writer = await connected(town)
        path = urlsplit(town.subscription.callback).path.encode()
        writer.write(b"POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" % path)
        sent = 0
        chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
        with suppress(ConnectionError):
            while not reader.at_eof() and sent < 4 * MAX_BODY:
                writer.write(chunk)
                await writer.drain()
                sent += 0x10000
        assert sent < 4 * MAX_BODY
        writer.close()


async def test_a_body_that_drips_is_given_up(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callback, "BODY_WITHIN", 0.1)
    async with town.subscribed():
        path = urlsplit(town.subscription.callback).path.encode()
        head = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nx" % path
        assert (await said(town, head)).startswith(b"HTTP/1.1 408")
        assert await town.push("Talks open") == [204]


@pytest.mark.parametrize("text", [b"", b"GET / HTTP/1.1\r\nX: ", b"POST /x HTTP/1.1\r\n"])
async def test_a_connection_that_says_nothing_is_ended(
    town: Town, text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callback, "CONNECTION_WITHIN", 0.1)
    async with town.bot():
        assert await said(town, text) == b""


async def test_connections_that_are_too_many_are_ended(town: Town) -> None:
    async with town.subscribed() as running:
        opened = [await connected(town) for _ in range(CONNECTIONS + 20)]
        ends = [asyncio.ensure_future(reader.read()) for reader, _ in opened]
        await until(lambda: sum(end.done() for end in ends) >= 20)
        assert sum(end.done() for end in ends) == 20
        # When the idle ones have ended, hubs are heard again.
        for _, writer in opened:
            writer.close()
        await asyncio.wait(ends)
        assert await town.push("Talks open") == [204]
        assert "Talks open" in await running.told()
        for end in ends:
            end.exception()


async def test_heads_that_never_end_and_no_http_at_all_end(town: Town, logged: Logged) -> None:
    async with town.subscribed():
        path = urlsplit(town.subscription.callback).path.encode()
        for text in (
            b"GET %s HTTP/1.1\r\nHost: x\r\n" % path + b"X: y\r\n" * 20_000,
            b"GET %s?%s HTTP/1.1\r\n" % (path, b"x" * 100_000),
            b"\x16\x03\x01 hello \x1b[31m\r\n\r\n",
            b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /%ff%fe%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        ):
            answer = await said(town, text)
            assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), answer
        assert warned(logged) == []


async def test_requests_are_counted_for_each_path(town: Town, logged: Logged) -> None:
    async with town.subscribed():
        for _ in range(REQUESTS_A_MINUTE - 1):
            await town.push("x", X_Hub_Signature=None)
        for _ in range(3):
            assert await town.push("Talks open") == [429]
        await town.time.pass_(MINUTE)
        assert await town.push("Talks open") == [204]
        assert warned(logged) == [
            "a push without a valid signature was ignored",
            "its hub sends too often: some requests were refused",
        ]


async def test_what_strangers_say_is_not_in_the_log(
    town: Town, logged: Logged, caplog: pytest.LogCaptureFixture
) -> None:
    async with town.subscribed():
        one = town.subscription
        await town.hub.ask(one, hub_mode="EVIL", hub_topic="EVIL", hub_challenge="EVIL")
        await town.hub.deny(one)
        await town.hub.send(one, b"EVIL", X_Hub_Signature="EVIL", User_Agent="EVIL")
        await said(town, b"EVIL\r\n\r\n")
        everything = f"{logged} {caplog.text}"
        assert "EVIL" not in everything
        assert "hub.reason" not in everything
        assert one.callback.rpartition("/")[2] not in everything
        assert one.secret not in everything


async def test_signed_content_that_is_no_feed_is_told_once(town: Town, logged: Logged) -> None:
    async with town.subscribed() as running:
        for body in (b"", b"<html>", b"{", b"\xff\xfe\x00", b"<rss><channel></channel></rss>"):
            assert await town.hub.push(town.paper.topic, body) == [204]
        assert warned(logged) == ["a push cannot be read"]
        assert await town.push("Talks open") == [204]
        assert "Talks open" in await running.told()


async def test_a_fault_of_ours_has_the_hub_send_again(town: Town, logged: Logged) -> None:
    async def full(_: object) -> None:
        raise OSError("disk full")

    async with town.subscribed() as running:
        ingest, running.watching._ingest = running.watching._ingest, full  # type: ignore[assignment]
        assert await town.push("Talks open") == [500]
        running.watching._ingest = ingest
        assert await town.push("Talks open") == [204]
        assert await running.told() == ["Old talks end", "Talks open"]
        assert warned(logged) == ["a push failed: internal error"]


async def test_a_port_that_is_taken_is_told_and_tried_again(town: Town) -> None:
    told: list[str] = []

    async def tell(text: str) -> None:
        told.append(text)

    async with town.bot() as running:
        assert running.configuration.websub is not None
        other = callback.Callback(
            running.configuration.websub,
            running.subscribing,
            running.watching.push,
            town.time.clock,
            tell,
        )
        trying = asyncio.create_task(other.run())
        for times in range(1, 3):
            await until(partial(_says, told, times))
            await town.time.pass_(MINUTE)
        trying.cancel()
        with suppress(asyncio.CancelledError):
            await trying
    assert f"127.0.0.1:{town.port} (Address already in use)" in told[0]


def _says(told: Sequence[str], times: int) -> bool:
    return len(told) == times


async def test_it_ends_while_a_hub_is_sending(town: Town) -> None:
    async with town.subscribed():
        reader, writer = await connected(town)
        path = urlsplit(town.subscription.callback).path.encode()
        writer.write(b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nx" % path)
        await writer.drain()
    async with asyncio.timeout(10):
        await ended(reader)
    writer.close()
