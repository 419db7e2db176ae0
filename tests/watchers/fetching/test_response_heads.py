"""Answers that every browser reads, and that a strict parser of HTTP refuses."""

import time

import pytest
from aiohttp import web

from tests.watchers.conftest import Server
from tests.watchers.fetching.making import fetch, fetch_within, raw_server
from tests.watchers.making import NOON, item, rss, watcher
from watchers import Fetcher, Limits, SourceState, poll
from watchers import errors as faults
from watchers.fetching.response_heads import MOST_HEAD, repaired

FEED = rss(item())
SIZE = len(FEED)
LENGTH = b"Content-Length: %d\r\n" % SIZE
CHUNKED = b"Transfer-Encoding: chunked\r\n"
IN_CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (SIZE, FEED)


def _answer(fields: bytes, body: bytes = FEED, first: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return first + b"\r\n" + fields + b"\r\n" + body


ODD = {
    "a long field": _answer(b"Content-Security-Policy: " + b"a" * 60_000 + b"\r\n" + LENGTH),
    "many fields": _answer(b"X-Cache: 1\r\n" * 300 + LENGTH),
    "a long phrase": _answer(LENGTH, first=b"HTTP/1.1 200 " + b"O" * 9_000),
    "two equal lengths": _answer(LENGTH + LENGTH),
    "two equal lengths in one field": _answer(b"Content-Length: %d, %d\r\n" % (SIZE, SIZE)),
    "a length and chunked": _answer(b"Content-Length: 5\r\n" + CHUNKED, IN_CHUNKS),
    "chunked and a length": _answer(CHUNKED + b"Content-Length: 5\r\n", IN_CHUNKS),
    "a space before the colon": _answer(b"Content-Type : text/xml\r\n" + LENGTH),
    "a tab before the colon": _answer(b"Content-Type\t: text/xml\r\n" + LENGTH),
    "identity and a length": _answer(b"Transfer-Encoding: identity\r\n" + LENGTH),
    "utf-8 and a length": _answer(b"Transfer-Encoding: utf-8\r\n" + LENGTH),
    "a length in words": _answer(b"Content-Length: unknown\r\n"),
    "an empty length": _answer(b"Content-Length:\r\n"),
    "a length below zero": _answer(b"Content-Length: -1\r\n"),
    "no colon": _answer(b"Warning\r\n" + LENGTH),
    "a name of words": _answer(b"X Frame Options: DENY\r\n" + LENGTH),
    "a name with a sign": _answer(b"@version: 1\r\n" + LENGTH),
    "no name": _answer(b": 1\r\n" + LENGTH),
    "a name that is not ASCII": _answer("Überschrift: 1\r\n".encode() + LENGTH),
    "a control character": _answer(b"X-A: a\0b\r\n" + LENGTH),
    "a carriage return alone": _answer(b"X-A: a\rb\r\n" + LENGTH),
    "two carriage returns": _answer(b"X-A: 1\r\r\n" + LENGTH),
    "a first field that goes on": _answer(b"  X-A: a\r\n" + LENGTH),
    "version 1.2": _answer(LENGTH, first=b"HTTP/1.2 200 OK"),
    "version 2": _answer(LENGTH, first=b"HTTP/2 200 OK"),
    "no version": _answer(LENGTH, first=b"HTTP 200 OK"),
    "small letters": _answer(LENGTH, first=b"http/1.1 200 ok"),
    "two spaces": _answer(LENGTH, first=b"HTTP/1.1  200  OK"),
    "no space": _answer(LENGTH, first=b"HTTP/1.1 200OK"),
    "a phrase that is not ASCII": _answer(LENGTH, first=b"HTTP/1.1 200 tr\xe8s bien"),
    "status 203": _answer(LENGTH, first=b"HTTP/1.1 203 Non-Authoritative Information"),
    "after an interim one": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    + _answer(LENGTH + LENGTH),
}
WELL_FORMED = {
    "a length": _answer(LENGTH),
    "chunked": _answer(CHUNKED, IN_CHUNKS),
    "neither": _answer(b""),
    "lines without a carriage return": _answer(LENGTH).replace(b"\r\n", b"\n"),
    "empty lines before": b"\r\n\r\n" + _answer(LENGTH),
    "a folded field": _answer(b"X-A: a\r\n  b\r\n" + LENGTH),
}


@pytest.mark.parametrize("name", [*ODD, *WELL_FORMED])
async def test_an_answer_that_browsers_read_is_read(fetcher: Fetcher, name: str) -> None:
    server, url = await raw_server({**ODD, **WELL_FORMED}[name])
    async with server:
        polled = await poll(watcher(url), SourceState("courier"), fetcher, lambda: NOON)
    assert (polled.state.last_error, len(polled.served)) == ("", 1)


@pytest.mark.parametrize("name", ["two equal lengths", "a length and chunked", "chunked"])
async def test_an_answer_may_come_in_pieces(fetcher: Fetcher, name: str) -> None:
    answer = {**ODD, **WELL_FORMED}[name]
    server, url = await raw_server(*(answer[i : i + 1] for i in range(len(answer))))
    async with server:
        assert (await fetch(fetcher, url)).body == FEED


@pytest.mark.parametrize(
    "answer",
    [
        _answer(LENGTH + b"Content-Length: 3\r\n"),
        _answer(LENGTH, first=b"GARBAGE"),
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * MOST_HEAD,
        b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 5_000 + b"\r\n",
    ],
)
async def test_what_no_browser_reads_is_refused(fetcher: Fetcher, answer: bytes) -> None:
    server, url = await raw_server(answer)
    async with server:
        with pytest.raises(faults.CannotConnect, match="not HTTP"):
            await fetch(fetcher, url)


async def test_lines_after_a_body_are_bounded(fetcher: Fetcher) -> None:
    lines = b"X: 1\r\n" * 100_000
    server, url = await raw_server(_answer(CHUNKED, IN_CHUNKS[:-2] + lines + b"\r\n"))
    async with server:
        with pytest.raises(faults.CutOff):
            await fetch(fetcher, url)


async def test_broken_chunks_are_told_at_once() -> None:
    server, url = await raw_server(_answer(CHUNKED, FEED), b"")
    started = time.monotonic()
    async with server:
        with pytest.raises(faults.CutOff):
            await fetch_within(Limits(total=20), url)
    assert time.monotonic() - started < 10


async def test_no_answer_comes_over_a_connection_whose_lengths_were_in_doubt(
    fetcher: Fetcher,
) -> None:
    """What was smuggled after the body is not taken for the answer to the next request."""
    smuggled = _answer(b"Content-Length: 8\r\n", b"smuggled")
    server, url = await raw_server(ODD["a length and chunked"] + smuggled)
    async with server:
        assert [(await fetch(fetcher, url)).body for _ in range(3)] == [FEED] * 3


async def test_a_well_formed_head_is_left_alone_and_its_connection_kept(
    server: Server, fetcher: Fetcher
) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=FEED, headers={"X-A": "1", "Set-Cookie": "a=b"})

    server.answers["/feed"] = answer
    for _ in range(3):
        assert (await fetch(fetcher, server.url())).body == FEED
    assert len({id(request.transport) for request in server.requests}) == 1


@pytest.mark.parametrize(
    "piece",
    [b"\r", b"\n ", b"a", b":", b"a:", b"a:b\r\n", b"\0", b" ", b"Content-Length: 1\n", b","],
)
def test_hostile_heads_take_linear_time(piece: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\n" + piece * (MOST_HEAD // len(piece)) + b"\r\n\r\n"
    started = time.process_time()
    repaired(head)
    assert time.process_time() - started < 2
