"""Chains of redirects: cookies on the way, and the schemes of feed readers."""

import httpx
import pytest
from aiohttp import web

from tests.watchers.conftest import Polling, Server
from tests.watchers.fetching.making import fetch
from tests.watchers.making import item, rss
from watchers import Fetcher
from watchers import errors as faults
from watchers.fetching.headers import ResponseHeaders
from watchers.fetching.redirects import Redirects

FEED = rss(item())


def _gives_to_who_has(server: Server, cookie: str, set_cookie: str = "", to: str = "/feed") -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if cookie in request.headers.get("Cookie", "").split("; "):
            return web.Response(body=FEED)
        raise web.HTTPFound(to, headers={"Set-Cookie": set_cookie or f"{cookie}; Path=/"})

    server.answers["/feed"] = answer


async def test_a_feed_that_wants_its_cookie_back_is_read(server: Server, polling: Polling) -> None:
    _gives_to_who_has(server, "sid=1")
    polled = await polling()
    assert (polled.state.last_error, len(polled.served)) == ("", 1)


async def test_a_cookie_is_kept_over_several_redirects(server: Server, polling: Polling) -> None:
    _gives_to_who_has(server, "sid=1", to="/consent")
    server.gives(
        path="/consent", status=307, headers={"Location": "/feed", "Set-Cookie": "consent=yes"}
    )
    assert len((await polling()).served) == 1
    assert server.requests[-1].headers["Cookie"] == "sid=1; consent=yes"


async def test_a_cookie_lasts_for_one_chain(server: Server, fetcher: Fetcher) -> None:
    _gives_to_who_has(server, "sid=1")
    for _ in range(2):
        await fetch(fetcher, server.url())
    assert ["Cookie" in r.headers for r in server.requests] == [False, True, False, True]


async def test_a_cookie_is_for_its_host(server: Server, fetcher: Fetcher) -> None:
    server.gives(FEED)
    server.gives(
        path="/old",
        status=302,
        headers={"Location": server.url(host="localhost"), "Set-Cookie": "sid=1; Path=/"},
    )
    await fetch(fetcher, server.url("/old"))
    assert "Cookie" not in server.requests[1].headers


async def test_a_cookie_goes_with_the_one_that_was_asked_with(
    server: Server, fetcher: Fetcher
) -> None:
    _gives_to_who_has(server, "sid=1")
    await fetch(fetcher, server.url(), Cookie="mine=2")
    assert server.requests[-1].headers["Cookie"] == "mine=2; sid=1"


async def test_cookies_end_no_loop_that_has_no_end(server: Server, fetcher: Fetcher) -> None:
    server.gives(status=302, headers={"Location": "/feed", "Set-Cookie": "sid=1"})
    with pytest.raises(faults.TooManyRedirects):
        await fetch(fetcher, server.url())
    assert len(server.requests) == 6


async def test_a_post_keeps_cookies_as_well(server: Server, fetcher: Fetcher) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if "Cookie" in request.headers:
            return web.Response(status=202)
        return web.Response(status=307, headers={"Location": "/hub", "Set-Cookie": "sid=1"})

    server.answers["/hub"] = answer
    assert (await fetcher.post(server.url("/hub"), b"a=b", allow_private=True)).status == 202


@pytest.mark.parametrize(
    "cookie",
    ["", "=", ";", "sid", "sid=" + "a" * 5_000, "sid=1; Domain=other.example", "a=b; Expires=no"],
)
async def test_a_broken_cookie_breaks_nothing(
    server: Server, fetcher: Fetcher, cookie: str
) -> None:
    server.gives(FEED)
    headers = {"Location": "/feed", "Set-Cookie": cookie}
    server.gives(path="/old", status=302, headers=headers)
    assert (await fetch(fetcher, server.url("/old"))).body == FEED


def _cookies_at(begin: str, cookie: str, end: str) -> str:
    headers = httpx.Headers({"Location": end, "Set-Cookie": cookie})
    way = Redirects(begin, 5)
    way.follow(302, ResponseHeaders(headers))
    return way.headers({}).get("Cookie", "")


@pytest.mark.parametrize(
    ("cookie", "end", "sent"),
    [
        ("a=1; Domain=courier.example", "https://www.courier.example/", True),
        ("a=1", "https://www.courier.example/", False),
        ("a=1; Secure", "http://courier.example/", False),
        ("a=1; Path=/other", "https://courier.example/feed", False),
        ("a=1; Max-Age=0", "https://courier.example/feed", False),
        ("a=1; Domain=example", "https://other.example/", False),
    ],
)
def test_what_a_cookie_says_of_itself_counts(cookie: str, end: str, *, sent: bool) -> None:
    assert _cookies_at("https://courier.example/feed", cookie, end) == ("a=1" if sent else "")


def test_no_cookie_is_for_all_under_a_public_suffix() -> None:
    cookie = "a=1; Domain=co.uk"
    assert _cookies_at("https://one.co.uk/", cookie, "https://two.co.uk/") == ""


@pytest.mark.parametrize(
    "location", ["feed://127.0.0.1:{port}/feed", "feed:http://127.0.0.1:{port}/feed", "FEED:{url}"]
)
async def test_a_redirect_to_a_feed_readers_scheme_is_followed(
    server: Server, polling: Polling, location: str
) -> None:
    server.gives(FEED)
    server.leads(location.format(port=server.port, url=server.url()), "/old")
    assert len((await polling(url=server.url("/old"))).served) == 1
