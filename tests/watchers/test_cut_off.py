"""Answers that end before their end: what is whole of them is read, and counted as a fault."""

import asyncio
import gzip
import zlib
from dataclasses import replace

import pytest
from aiohttp import web

from tests.watchers.conftest import Polling, Server
from tests.watchers.fetching.making import raw_server
from tests.watchers.making import NOON, item, rss
from watchers import SourceState, open_fetcher
from watchers.discovery import Discovery

FRESH = SourceState("courier")
FEED = rss(item(3), item(2), item(1))
CUT = FEED[: FEED.rindex(b"<pubDate>")]
TOLD = "the answer was cut off: the entries that are whole are read, and it is asked for again"
OK = b'HTTP/1.1 200 OK\r\nETag: "1"\r\n'


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return packer.compress(body) + packer.flush(zlib.Z_SYNC_FLUSH)


ANSWERS = {
    "shorter than its length": b"Content-Length: %d\r\n\r\n%s" % (len(FEED), CUT),
    "without its last chunk": b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(CUT), CUT),
    "within a chunk": b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s" % (len(FEED), CUT),
    "of broken chunks": b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\nno size\r\n"
    % (len(CUT), CUT),
    "compressed": b"Content-Encoding: gzip\r\n\r\n" + _gzip(CUT),
    "compressed and shorter": b"Content-Encoding: gzip\r\nContent-Length: 9999\r\n\r\n"
    + _gzip(CUT),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_the_entries_that_are_whole_are_read(
    server: Server, polling: Polling, name: str
) -> None:
    cut, url = await raw_server(OK + ANSWERS[name])
    async with cut:
        polled = await polling(url=url)
        again = await polling(polled.state, url=url)
    for number, one in enumerate((polled, again), 1):
        assert [s.entry.title for s in one.served] == ["Ferry number 3", "Ferry number 2"]
        assert (one.state.last_error, one.state.errors) == (TOLD, number)
        assert (one.state.etag, one.state.body_hash) == ("", b"")
    server.gives(FEED)
    whole = await polling(again.state, url=server.url())
    assert (len(whole.served), whole.state.errors, whole.state.last_error) == (3, 0, "")


async def test_an_answer_that_is_cut_off_is_asked_for_at_its_usual_pace(polling: Polling) -> None:
    cut, url = await raw_server(OK + ANSWERS["shorter than its length"])
    async with cut:
        state = replace((await polling(url=url)).state, errors=50)
        polled = await polling(state, url=url)
    assert polled.state.last_success == NOON
    assert polled.state.interval == state.interval
    failed = await polling(polled.state, url=url)
    assert failed.state.errors == 1


async def test_a_length_that_is_longer_than_the_feed_loses_none(polling: Polling) -> None:
    """The server says more than it has, each time."""
    cut, url = await raw_server(OK + b"Content-Length: 99999\r\n\r\n" + FEED)
    async with cut:
        polled = await polling(url=url)
    assert (len(polled.served), polled.state.errors) == (3, 1)


async def test_a_body_that_stands_still_is_read(server: Server, polling: Polling) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(FEED))})
        await response.prepare(request)
        await response.write(CUT)
        await asyncio.sleep(30)
        return response

    server.answers["/feed"] = answer
    polled = await polling(read=0.3)
    assert (len(polled.served), polled.state.errors) == (2, 1)


@pytest.mark.parametrize("body", [b"", FEED[: FEED.index(b"<item>") + 20], b"{", b"<html><p>"])
async def test_what_has_no_whole_entry_was_cut_off(polling: Polling, body: bytes) -> None:
    cut, url = await raw_server(OK + b"Content-Length: 99999\r\n\r\n" + body)
    async with cut:
        polled = await polling(url=url)
    assert (polled.served, polled.state.last_error) == ((), "the answer was cut off")


async def test_parts_that_are_cut_off_are_read(server: Server, polling: Polling) -> None:
    """The lists of news that an index names."""
    del polling
    entry = (
        "<url><loc>https://courier.example/{0}</loc><n:news><n:title>Ferry {0}</n:title></n:news>"
        "</url>"
    )
    listed = f"<urlset xmlns:n='news'>{entry.format(1)}{entry.format(2)}".encode()
    cut, url = await raw_server(OK + b"Content-Length: 99999\r\n\r\n" + listed)
    index = f"<sitemapindex><sitemap><loc>{url}</loc></sitemap></sitemapindex>"
    server.gives(index.encode())
    async with cut, open_fetcher(user_agent="tests/1", pause=0) as fetcher:
        (source,) = await Discovery(fetcher, lambda: NOON).sources(server.url())
    assert [served.entry.title for served in source.poll.served] == ["Ferry 1"]


async def test_a_feed_that_is_always_cut_off_can_be_added() -> None:
    cut, url = await raw_server(OK + b"Content-Length: 99999\r\n\r\n" + FEED)
    async with cut, open_fetcher(user_agent="tests/1", pause=0) as fetcher:
        (source,) = await Discovery(fetcher, lambda: NOON).sources(url)
    assert len(source.poll.served) == 3


async def test_a_gzip_without_its_end_is_whole_text(polling: Polling) -> None:
    packed = gzip.compress(FEED)[:-8]
    cut, url = await raw_server(OK + b"Content-Encoding: gzip\r\n\r\n" + packed)
    async with cut:
        assert len((await polling(url=url)).served) == 3
