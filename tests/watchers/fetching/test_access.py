"""What a watcher's requests say of themselves, and that its secrets go where they belong only."""

import logging
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.watchers.conftest import Server
from tests.watchers.fetching.making import AGENT
from tests.watchers.making import NOON, item, rss, watcher
from watchers import Fetched, Fetcher, Limits, SourceState, open_fetcher, poll
from watchers.access import Access, Auth
from watchers.errors import MissingVariable, UnfitVariable

ENVIRONMENT = {"PASSWORD": "s3cret", "TOKEN": "t0ken", "SESSION": "c00kie", "BAD": "a\nb"}


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with open_fetcher(
        user_agent=AGENT, limits=Limits(total=5), pause=0, environment=ENVIRONMENT
    ) as opened:
        yield opened


def access(home: str, **fields: object) -> Access:
    made = {
        "headers": (("X-Key", "$TOKEN"), ("Accept-Language", "ar")),
        "cookies": (("session", "$SESSION"), ("consent", "yes")),
        "auth": Auth(user="desk", password="$PASSWORD"),
    }
    return Access(home, **{**made, **fields})  # type: ignore[arg-type]


async def fetch(fetcher: Fetcher, url: str, access: Access) -> Fetched:
    return await fetcher.fetch(url, allow_private=True, access=access)


SECRET = ("X-Key", "Accept-Language", "Cookie", "Authorization")


async def test_a_watchers_own_headers_are_sent(server: Server, fetcher: Fetcher) -> None:
    server.gives(b"x")
    await fetch(fetcher, server.url(), access(server.url(), user_agent="Mozilla/5.0 (x)"))
    headers = server.requests[0].headers
    assert headers["User-Agent"] == "Mozilla/5.0 (x)"
    told = [headers[name] for name in SECRET]
    assert told == ["t0ken", "ar", "session=c00kie; consent=yes", "Basic ZGVzazpzM2NyZXQ="]


async def test_a_token_is_sent_as_bearer(server: Server, fetcher: Fetcher) -> None:
    server.gives(b"x")
    await fetch(fetcher, server.url(), access(server.url(), auth=Auth(token="$TOKEN")))
    assert server.requests[0].headers["Authorization"] == "Bearer t0ken"


async def test_a_header_that_all_requests_have_is_replaced(
    server: Server, fetcher: Fetcher
) -> None:
    server.gives(b"x")
    headers = (("accept", "text/html"),)
    await fetch(fetcher, server.url(), access(server.url(), headers=headers))
    assert server.requests[0].headers.getall("Accept") == ["text/html"]


async def test_secrets_follow_a_redirect_to_the_same_server_only(
    server: Server, fetcher: Fetcher
) -> None:
    server.gives(b"x")
    server.leads("/two", "/one")
    server.leads(server.url("/feed", "localhost"), "/two")
    await fetch(fetcher, server.url("/one"), access(server.url("/one"), user_agent="Browser"))
    first, second, other = [request.headers for request in server.requests]
    assert all(name in first and name in second for name in SECRET)
    assert not any(name in other for name in SECRET)
    assert other["User-Agent"] == "Browser"


async def test_a_feed_that_moved_for_good_gets_no_secrets_at_its_new_server(
    server: Server, fetcher: Fetcher
) -> None:
    server.gives(rss(item()))
    server.leads(server.url("/feed", "localhost"), "/old", status=301)
    one = watcher(server.url("/old"), access=access(server.url("/old")))
    state = SourceState(one.name)
    for _ in range(2):
        state = (await poll(one, state, fetcher, lambda: NOON)).state
    assert [request.path for request in server.requests] == ["/old", "/feed", "/feed"]
    assert "Cookie" in server.requests[0].headers
    assert not any(name in request.headers for request in server.requests[1:] for name in SECRET)


async def test_a_redirect_back_from_tls_gets_none(fetcher: Fetcher, server: Server) -> None:
    server.gives(b"x")
    home = server.url().replace("http://", "https://")
    await fetch(fetcher, server.url(), access(home))
    assert not any(name in server.requests[0].headers for name in SECRET)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"auth": Auth(token="$ABSENT")}, MissingVariable),
        ({"cookies": (("a", "$BAD"),)}, UnfitVariable),
    ],
)
async def test_a_secret_that_is_not_there_is_told_by_its_name(
    server: Server, fetcher: Fetcher, fields: dict[str, object], fault: type[Exception]
) -> None:
    server.gives(b"x")
    with pytest.raises(fault, match=r"ABSENT|BAD"):
        await fetch(fetcher, server.url(), access(server.url(), **fields))
    assert not server.requests


async def test_secrets_are_in_no_state_no_record_and_no_log(
    server: Server, fetcher: Fetcher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def echo(request: web.Request) -> web.StreamResponse:
        return web.Response(status=403, body=str(request.headers).encode())

    server.answers["/feed"] = echo
    server.leads("file:///x", "/broken")
    for path in ("/feed", "/broken", "/absent"):
        one = watcher(server.url(path), access=access(server.url(path)))
        polled = await poll(one, SourceState(one.name), fetcher, lambda: NOON)
        assert polled.state.errors
        for secret in ("s3cret", "t0ken", "c00kie", "ZGVzazpzM2NyZXQ"):
            assert secret not in f"{polled!r} {one!r} {caplog.text}"
