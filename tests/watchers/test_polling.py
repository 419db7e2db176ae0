"""What is remembered of a source after each thing that can happen to a poll."""

import asyncio
import gzip
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from aiohttp import web

from tests.watchers.conftest import Polling, Server
from tests.watchers.making import NOON, item, rss, watcher
from watchers import Fetched, Limits, SourceState, open_fetcher, poll
from watchers.scheduling.rhythm import Rhythm
from watchers.scheduling.week import HOURS

FEED = rss(item(2), item(1))
FRESH = SourceState("courier")
FAILED = SourceState("courier", interval=600, errors=3, last_error="was wrong", last_success=NOON)


async def test_a_first_poll(server: Server, polling: Polling) -> None:
    server.gives(
        FEED, headers={"ETag": '"1"', "Last-Modified": "x", "Cache-Control": "max-age=1800"}
    )
    polled = await polling()
    state = polled.state
    assert [served.entry.title for served in polled.served] == ["Ferry number 2", "Ferry number 1"]
    assert polled.first
    assert (state.etag, state.last_modified, state.url, state.errors) == ('"1"', "x", "", 0)
    assert state.last_poll == state.last_success == NOON
    assert (state.next_poll, state.last_error) == (NOON + timedelta(minutes=30), "")
    assert len(state.body_hash) == 16


async def test_validators_go_back_and_not_modified_is_a_success(
    server: Server, polling: Polling
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        return web.Response(body=FEED, headers={"ETag": '"1"', "Last-Modified": "yesterday"})

    server.answers["/feed"] = answer
    first = await polling()
    second = await polling(replace(first.state, errors=2, last_error="x"))
    assert server.requests[1].headers["If-Modified-Since"] == "yesterday"
    assert (second.served, second.first) == ((), False)
    assert (second.state.etag, second.state.errors, second.state.last_error) == ('"1"', 0, "")


async def test_not_modified_that_was_not_asked_for_is_an_error(
    server: Server, polling: Polling
) -> None:
    server.gives(status=304)
    assert (await polling()).state.errors == 1


async def test_an_unchanged_body_is_not_parsed(
    server: Server, polling: Polling, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.gives(FEED)
    first = await polling()
    monkeypatch.setattr("watchers.polling.reading.parse", None)
    server.gives(FEED, headers={"ETag": '"2"'})
    second = await polling(first.state)
    assert (second.served, second.state.errors, second.state.etag) == ((), 0, '"2"')
    assert second.state.body_hash == first.state.body_hash


async def test_a_body_that_was_cut_off_is_asked_for_and_read_again(
    server: Server, polling: Polling
) -> None:
    server.gives(FEED[: FEED.rindex(b"<link>")], headers={"ETag": '"1"'})
    for state in (FRESH, (await polling()).state):
        polled = await polling(state)
        assert [served.entry.title for served in polled.served] == ["Ferry number 2"]
        assert (polled.state.etag, polled.state.body_hash, polled.state.errors) == ("", b"", 0)
    server.gives(FEED)
    assert len((await polling(polled.state)).served) == 2


Making = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def _silent(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(30)
    return web.Response()


async def _dripping(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.05)


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(bytes(50_000))


def _always(body: bytes = b"", **more: object) -> Making:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, **more)  # type: ignore[arg-type]

    return answer


FAULTS: dict[str, tuple[Making, str]] = {
    "page": (_always(b"<html><body>x</body></html>"), "this is a web page (HTML), not a feed"),
    "empty": (_always(), "the answer is empty"),
    "text": (_always(b"hello"), "this is not a feed"),
    "image": (_always(bytes(range(256)) * 100), "this is not a feed"),
    "404": (_always(status=404), "the server answers 404 Not Found: the feed has moved"),
    "401": (_always(status=401), "the server answers 401 Unauthorized: it wants a user name"),
    "403": (_always(status=403), "the server answers 403 Forbidden: it refuses us"),
    "429": (_always(status=429), "the server answers 429 Too Many Requests: it is asked too often"),
    "500": (_always(status=500), "the server answers 500 Internal Server Error: it is out of"),
    "599": (_always(status=599), "the server answers 599: it is out of order"),
    "410": (_always(status=410), "the server answers 410 Gone: the feed was taken down"),
    "loop": (_always(status=302, headers={"Location": "/feed"}), "the address was redirected"),
    "file": (_always(status=302, headers={"Location": "file:///x"}), "the address is redirected"),
    "bomb": (
        _always(gzip.compress(bytes(20_000_000)), headers={"Content-Encoding": "gzip"}),
        "larger than 0.5 MB",
    ),
    "huge": (_always(bytes(600_000)), "larger than 0.5 MB"),
    "cut": (
        _always(gzip.compress(FEED)[:60], headers={"Content-Encoding": "gzip"}),
        "the answer was cut off",
    ),
    "silent": (_silent, "took longer than 0.3 s"),
    "dripping": (_dripping, "took longer than 1 s"),
    "endless": (_endless, "larger than 0.5 MB"),
}


HASTY = {"silent": {"read": 0.3}, "dripping": {"total": 1.0}}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_is_told_and_never_raised(
    server: Server, polling: Polling, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    server.answers["/feed"], words = FAULTS[name]
    before = replace(FAILED, etag='"1"', body_hash=b"x" * 16)
    polled = await polling(before, size=500_000, **HASTY.get(name, {}))
    state = polled.state
    assert state.last_error.startswith(words)
    assert (polled.served, state.errors, state.last_success) == ((), 4, NOON)
    assert (state.etag, state.body_hash) == ('"1"', b"x" * 16)
    wait = timedelta(days=1) if name == "410" else timedelta(minutes=80)
    assert (state.last_poll, state.next_poll) == (NOON, NOON + wait)
    assert not caplog.records


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "http://x.invalid/", "nonsense", ""])
async def test_an_address_that_leads_nowhere_is_told(polling: Polling, address: str) -> None:
    state = (await polling(url=address or "ftp://x")).state
    assert state.errors == 1
    assert state.last_error


async def test_a_success_forgets_the_errors(server: Server, polling: Polling) -> None:
    server.gives(FEED)
    state = (await polling(replace(FAILED, errors=20))).state
    assert (state.errors, state.last_error) == (0, "")
    assert state.next_poll
    assert state.next_poll - NOON < timedelta(hours=2)


async def test_retry_after_holds(server: Server, polling: Polling) -> None:
    server.gives(status=503, headers={"Retry-After": "18000"})
    assert (await polling()).state.next_poll == NOON + timedelta(hours=5)


async def test_ttl_holds(server: Server, polling: Polling) -> None:
    server.gives(rss(item(), channel="<ttl>60</ttl>"))
    assert (await polling()).state.next_poll == NOON + timedelta(hours=1)


async def test_a_permanent_redirect_is_remembered_until_it_fails(
    server: Server, polling: Polling
) -> None:
    server.leads("/new", status=301)
    server.gives(FEED, "/new", headers={"ETag": '"1"'})
    moved = (await polling()).state
    assert moved.url == server.url("/new")
    server.requests.clear()
    assert (await polling(moved)).state.url == moved.url
    assert [request.path for request in server.requests] == ["/new"]
    del server.answers["/new"]
    failed = (await polling(moved)).state
    assert (failed.url, failed.etag, failed.errors) == ("", "", 1)


async def test_a_redirect_to_what_is_no_feed_is_not_remembered(
    server: Server, polling: Polling
) -> None:
    server.leads("/login", status=301)
    server.gives(b"<html>sign in</html>", "/login")
    assert (await polling()).state.url == ""


async def test_a_temporary_redirect_is_not_remembered(server: Server, polling: Polling) -> None:
    server.leads("/new", status=302)
    server.gives(FEED, "/new")
    polled = await polling()
    assert (polled.state.url, len(polled.served)) == ("", 2)


async def test_a_private_address_is_refused(server: Server) -> None:
    async with open_fetcher(user_agent="x", pause=0) as fetcher:
        one = watcher(server.url(), private=False)
        state = (await poll(one, FRESH, fetcher, lambda: NOON)).state
    assert state.last_error == "the address is private; set allow_private = true to read it"
    assert not server.requests


async def test_what_nobody_thought_of_is_told_without_the_address(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        async def fetch(self, url: str, **_: object) -> Fetched:
            raise KeyError(url)

    one = watcher(server.url(host="me:s3cret@127.0.0.1"))
    polled = await poll(one, FRESH, Broken(), lambda: NOON)  # type: ignore[arg-type]
    assert polled.state.last_error == "could not be read: KeyError"
    assert "unexpected KeyError" in caplog.text
    assert "s3cret" not in caplog.text


async def test_credentials_are_in_no_state_and_no_log(
    server: Server, polling: Polling, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name, (answer, _) in FAULTS.items():
        server.answers[f"/{name}"] = answer
        url = server.url(f"/{name}", "me:s3cret@127.0.0.1")
        state = (await polling(url=url, size=500_000, read=0.1, total=0.2)).state
        assert state.errors == 1
        assert "s3cret" not in state.last_error
    assert "s3cret" not in caplog.text


async def test_a_parse_that_never_ends_is_ended(server: Server, polling: Polling) -> None:
    """feedparser looks for an address in an author in time that grows with its square."""
    wild = item(date="today").replace("</item>", f"<author>{'a.' * 200_000}</author></item>")
    server.gives(rss(wild))
    started = time.monotonic()
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.create_task(tick())
    state = (await polling(parse=0.5)).state
    ticking.cancel()
    assert state.last_error == "took longer than 0.5 s"
    assert time.monotonic() - started < 30
    assert ticks > 5


@pytest.mark.parametrize("date", ["Mon, 12 Jun 2023 11:00:00 GMT", "today"])
async def test_large_feeds_are_read_by_either_parser(
    server: Server, polling: Polling, date: str
) -> None:
    server.gives(rss(*(item(number, date=date) for number in range(300))))
    assert len((await polling()).served) == 300


async def test_a_validator_that_cannot_be_sent_does_no_harm(
    server: Server, polling: Polling
) -> None:
    server.gives(FEED, headers={"ETag": '"é"'})
    first = await polling()
    assert (await polling(first.state)).state.errors == 0


async def test_polls_are_spread(server: Server) -> None:
    server.gives(FEED)
    async with open_fetcher(user_agent="x", limits=Limits(), pause=0) as fetcher:
        one, rng = watcher(server.url()), Random(1)
        whens = {(await poll(one, FRESH, fetcher, lambda: NOON, rng)).state.next_poll for _ in "ab"}
    assert len(whens) == 2


async def test_ids_that_are_shared_are_remembered_as_such(server: Server, polling: Polling) -> None:
    guid = "<guid>https://courier.example/1</guid>"
    server.gives(rss(item(1), item(2).replace("<guid>https://courier.example/2</guid>", guid)))
    first = await polling()
    assert first.state.ids_untrusted
    server.gives(rss(item(3), item(4)))
    assert (await polling(first.state)).state.ids_untrusted


async def test_what_is_remembered_of_another_address_is_forgotten(
    server: Server, polling: Polling
) -> None:
    server.leads("/new", status=301)
    server.gives(FEED, "/new", headers={"ETag": '"1"'})
    before = replace((await polling()).state, address="https://courier.example/old")
    server.requests.clear()
    polled = await polling(before)
    assert [request.path for request in server.requests] == ["/feed", "/new"]
    assert "If-None-Match" not in server.requests[0].headers
    assert polled.first


async def test_what_a_feed_wishes_holds_after_not_modified(
    server: Server, polling: Polling
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if "If-None-Match" in request.headers:
            return web.Response(status=304)
        body = rss(item(), channel="<ttl>90</ttl>")
        return web.Response(body=body, headers={"ETag": '"1"'})

    server.answers["/feed"] = answer
    first = await polling()
    second = await polling(first.state)
    assert first.state.next_poll == second.state.next_poll == NOON + timedelta(minutes=90)


async def test_a_source_that_brought_something_is_read_again_sooner(
    server: Server, polling: Polling
) -> None:
    night = Rhythm((0.0,) * HOURS).written()
    server.gives(rss(item()))
    read = await polling(
        SourceState("courier", last_success=NOON - timedelta(hours=2), rhythm=night)
    )
    assert read.if_new is not None
    assert read.state.interval == 7200
    assert read.if_new.interval < 1200
