"""Each kind polled over HTTP, from a server that behaves and from ones that do not."""

import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from tests.watchers.conftest import Server
from tests.watchers.kinds.test_data import DATA, options
from tests.watchers.making import NOON, watcher
from watchers import Poll, SourceState, fresh, open_fetcher, poll

KEYS: dict[str, dict[str, Any]] = {
    "sitemap": {},
    "telegram": {},
    "page": {"select": {"items": "article.news", "title": "h2", "date": "time"}},
    "gdelt": {"query": "muscat"},
}
FILES = {
    "sitemap": "sitemap_news.xml",
    "telegram": "telegram_channel.html",
    "page": "page_news.html",
    "gdelt": "gdelt_artlist.json",
}
Polling = Callable[..., Awaitable[Poll]]


@pytest.fixture
async def polling(server: Server) -> AsyncIterator[Polling]:
    """Polls the server with a kind: `polling(kind, state, url=..., keys)`."""

    async def once(
        kind: str, state: SourceState | None = None, *, private: bool = True, **keys: object
    ) -> Poll:
        own = options(kind, keys or KEYS[kind])
        url = own.address(server.url())
        one = watcher(url, private=private, kind=kind, options=own)
        return await poll(one, state or SourceState("courier"), fetcher, lambda: NOON)

    async with open_fetcher(user_agent="tests/1", pause=0) as fetcher:
        yield once


def titles(polled: Poll) -> list[str]:
    return [served.entry.title for served in polled.served]


def body(kind: str) -> bytes:
    return (DATA / FILES[kind]).read_bytes()


@pytest.mark.parametrize("kind", list(FILES))
async def test_a_kind_is_polled_and_then_unchanged(
    server: Server, polling: Polling, kind: str
) -> None:
    server.gives(body(kind), headers={"ETag": '"1"'})
    first = await polling(kind)
    assert first.state.last_error == ""
    assert titles(first)
    assert fresh(first, set())
    second = await polling(kind, first.state)
    assert (second.served, second.state.errors, second.state.etag) == ((), 0, '"1"')
    assert server.requests[-1].headers["If-None-Match"] == '"1"'


@pytest.mark.parametrize("kind", list(FILES))
async def test_what_was_served_before_is_not_new(
    server: Server, polling: Polling, kind: str
) -> None:
    server.gives(body(kind))
    first = await polling(kind)
    server.gives(body(kind).replace(b"Muscat", b"Muscat ").replace(b"1.2K", b"1.3K") + b"\n")
    known = {key for served in first.served for key in served.keys}
    assert not fresh(await polling(kind, first.state), known)


@pytest.mark.parametrize("kind", list(FILES))
async def test_a_private_address_is_refused(server: Server, polling: Polling, kind: str) -> None:
    server.gives(body(kind))
    state = (await polling(kind, private=False)).state
    assert state.last_error == "the address is private; set allow_private = true to read it"
    assert not server.requests


WRONG = {
    "empty": b"",
    "blank": b" \n ",
    "text": b"Please limit requests to one every 5 seconds.",
    "feed": b"<rss version='2.0'><channel><item><title>x</title></item></channel></rss>",
    "html": b"<!doctype html><html><body><p>Sign in</p></body></html>",
    "json": b'{"articles": 7}',
    "list": b"[[[[[[[[1]]]]]]]]",
    "image": bytes(range(256)) * 200,
    "deep": b"<div>" * 200_000,
    "deep xml": b"<a>" * 200_000,
    "deep json": b'{"articles":' + b"[" * 200_000,
}


@pytest.mark.parametrize("kind", list(FILES))
async def test_what_is_something_else_is_a_fault_in_words(
    server: Server, polling: Polling, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    # All in one test, and so in one process, which takes longer to start than to read them.
    for wrong, given in WRONG.items():
        server.gives(given)
        polled = await polling(kind)
        assert (polled.served, polled.state.errors) == ((), 1), wrong
        assert polled.state.last_error, wrong
        assert "could not be read" not in polled.state.last_error, wrong
        assert not caplog.records, wrong


@pytest.mark.parametrize("kind", list(FILES))
async def test_half_of_it_is_never_an_error_of_ours(
    server: Server, polling: Polling, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    whole = body(kind)
    for part in range(1, 8):
        server.gives(whole[: len(whole) * part // 8])
        assert "could not be read" not in (await polling(kind)).state.last_error
    assert not caplog.records


def _sitemap(count: int) -> bytes:
    news = (
        f"<url><loc>https://courier.example/{n}</loc><n:news><n:publication_date>"
        f"2023-06-12T{n // 3600 % 12:02}:{n // 60 % 60:02}:{n % 60:02}Z</n:publication_date>"
        f"<n:title>Ferry number {n}</n:title></n:news></url>"
        for n in range(count)
    )
    return f"<urlset xmlns:n='news'>{''.join(news)}</urlset>".encode()


def _telegram(count: int) -> bytes:
    messages = (
        f"<div class='tgme_widget_message' data-post='herald/{n}'>"
        f"<div class='js-message_text'>Ferry number {n}</div></div>"
        for n in range(1, count + 1)
    )
    return f"<html><body>{''.join(messages)}</body></html>".encode()


def _page(count: int) -> bytes:
    items = (
        f"<article class=news><h2>F {n}</h2><a href=/{n}>x</a></article>" for n in range(count)
    )
    return f"<html><body>{''.join(items)}</body></html>".encode()


def _gdelt(count: int) -> bytes:
    articles = [{"title": f"F {n}", "url": f"https://courier.example/{n}"} for n in range(count)]
    return json.dumps({"articles": articles}).encode()


MAKERS = {"sitemap": _sitemap, "telegram": _telegram, "page": _page, "gdelt": _gdelt}


@pytest.mark.parametrize("kind", list(MAKERS))
async def test_ten_thousand_items_are_bounded(server: Server, polling: Polling, kind: str) -> None:
    server.gives(MAKERS[kind](10_000))
    polled = await polling(kind)
    assert polled.state.last_error == ""
    assert len(polled.served) == 1_000


async def test_of_too_many_the_newest_are_kept(server: Server, polling: Polling) -> None:
    server.gives(_sitemap(10_000))
    assert "Ferry number 9999" in titles(await polling("sitemap"))
    server.gives(_telegram(10_000))
    assert titles(await polling("telegram"))[0] == "Ferry number 10000"


def _index(*addresses: str) -> bytes:
    listed = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in addresses)
    return f"<sitemapindex>{listed}</sitemapindex>".encode()


async def test_an_index_is_read_with_its_sitemaps_and_read_again(
    server: Server, polling: Polling
) -> None:
    server.gives(_index("/a.xml", "/b.xml.gz"), headers={"ETag": '"1"'})
    server.gives(_sitemap(2), "/a.xml")
    server.gives(gzip.compress(_sitemap(3)), "/b.xml.gz", content_type="application/gzip")
    polled = await polling("sitemap")
    assert titles(polled) == ["Ferry number 0", "Ferry number 1", "Ferry number 2"]
    # Its sitemaps may change while it does not.
    server.gives(_sitemap(4), "/a.xml")
    assert len((await polling("sitemap", polled.state)).served) == 4


async def test_of_an_index_what_cannot_be_read_is_left_out_and_told(
    server: Server, polling: Polling, caplog: pytest.LogCaptureFixture
) -> None:
    server.gives(_index("/a.xml", "/none.xml", "http://127.0.0.1:1/"))
    server.gives(_sitemap(2), "/a.xml")
    polled = await polling("sitemap")
    assert (len(polled.served), polled.state.errors) == (2, 0)
    assert "2 of 3 parts could not be read: the server answers 404" in caplog.text


async def test_an_index_of_nothing_that_can_be_read_is_a_fault(
    server: Server, polling: Polling
) -> None:
    server.gives(_index("/none.xml"))
    assert (await polling("sitemap")).state.last_error.startswith("the server answers 404")


async def test_an_index_that_leads_on_and_on_is_not_followed(
    server: Server, polling: Polling
) -> None:
    server.gives(_index("/feed"))
    polled = await polling("sitemap")
    assert polled.state.last_error.startswith("its index names another index")
    assert len(server.requests) == 2


async def test_of_an_index_few_sitemaps_are_asked_for(server: Server, polling: Polling) -> None:
    server.gives(_index(*(f"/{n}.xml" for n in range(10_000))))
    await polling("sitemap")
    assert len(server.requests) == 6


async def test_a_bomb_in_an_index_is_refused(server: Server, polling: Polling) -> None:
    server.gives(_index("/bomb.xml.gz"))
    server.gives(gzip.compress(bytes(20_000_000)), "/bomb.xml.gz")
    assert (await polling("sitemap")).state.last_error == "larger than 5 MB"


async def test_entities_are_neither_expanded_nor_fetched(server: Server, polling: Polling) -> None:
    server.gives(
        (DATA / "sitemap_entities.xml")
        .read_bytes()
        .replace(b"file:///etc/passwd", server.url("/secret").encode())
    )
    assert titles(await polling("sitemap")) == ["Bomb of entities"]
    assert [request.path for request in server.requests] == ["/feed"]


async def test_an_element_is_new_when_its_text_is(server: Server, polling: Polling) -> None:
    def page(text: str, views: int) -> bytes:
        return f"<p id=status>Ferry status: {text}</p><p>{views} views</p>".encode()

    server.gives(page("runs", 1))
    first = await polling("page", element="#status")
    assert not fresh(first, set())
    known = {key for served in first.served for key in served.keys}
    server.gives(page("runs", 2))
    second = await polling("page", first.state, element="#status")
    assert not fresh(second, known)
    server.gives(page("stopped", 3))
    third = await polling("page", second.state, element="#status")
    (entry,) = fresh(third, known)
    assert (entry.title, entry.link) == ("Ferry status: stopped", server.url())


async def test_a_channel_of_one_message_is_read_on(server: Server, polling: Polling) -> None:
    server.gives(_telegram(1))
    first = await polling("telegram")
    known = {key for served in first.served for key in served.keys}
    server.gives(_telegram(2))
    assert [e.title for e in fresh(await polling("telegram", first.state), known)] == [
        "Ferry number 2"
    ]


async def test_a_channel_without_a_preview_is_told(server: Server, polling: Polling) -> None:
    server.leads("/herald")
    server.gives(b"<html><body><div class='tgme_page'>View in Telegram</div></body>", "/herald")
    state = (await polling("telegram")).state
    assert "the channel does not exist, is private, or Telegram shows none" in state.last_error


async def test_a_message_that_was_cut_off_waits_for_its_end(
    server: Server, polling: Polling
) -> None:
    whole = _telegram(3)
    server.gives(whole[: whole.rindex(b"number")], headers={"ETag": '"1"'})
    polled = await polling("telegram")
    assert titles(polled) == ["Ferry number 2", "Ferry number 1"]
    assert (polled.state.etag, polled.state.body_hash) == ("", b"")


async def test_a_query_is_asked_for_in_its_window(server: Server, polling: Polling) -> None:
    seen: list[dict[str, str]] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(dict(request.query))
        return web.Response(body=b"{}", content_type="application/json")

    server.answers["/feed"] = answer
    polled = await polling("gdelt", query='(iran OR "مذاکرات") & more', window="2h")
    assert (polled.state.last_error, polled.served) == ("", ())
    assert seen == [
        {
            "query": '(iran OR "مذاکرات") & more',
            "mode": "ArtList",
            "format": "json",
            "sort": "DateDesc",
            "maxrecords": "250",
            "timespan": "120min",
        }
    ]


async def test_what_gdelt_has_against_a_query_is_told(server: Server, polling: Polling) -> None:
    server.gives(b"<b>The specified phrase is too short.</b>\x1b[31m" + b"x" * 5_000)
    state = (await polling("gdelt")).state
    assert state.last_error.startswith("the query is refused: The specified phrase is too short.")
    assert len(state.last_error) < 300
    assert state.last_error.isprintable()
