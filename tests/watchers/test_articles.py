"""The text of articles: taken out of pages, and read from a server."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.watchers.conftest import Server
from tests.watchers.making import NOON, watcher
from watchers import ArticleReader, Fetcher, Limits, NoArticle, SourceFault, open_fetcher
from watchers import articles as module
from watchers.articles import article_text
from watchers.errors import BadStatus, PrivateAddress, RobotsForbid, TooLarge, TooSlow
from watchers.parsing.plain_text import MAX_TEXT

FIRST = (
    "The ferry between the two ports was stopped on Monday, the harbour office said in a notice."
)
SECOND = "Its captain had reported water in the engine room, and nobody on board was hurt that day."
THIRD = (
    "A replacement is expected on Thursday, when the storm over the strait is to be over at last."
)
PERSIAN = [
    "سخنگوی وزارت راه گفت کشتی‌های مسافربری از روز دوشنبه میان دو بندر رفت‌وآمد نمی‌کنند.",
    "به گفتهٔ او ناخدای کشتی پیش‌تر دربارهٔ نشت آب در موتورخانه گزارش داده بود و کسی آسیب ندید.",
    "انتظار می‌رود کشتی جایگزین روز پنج‌شنبه، پس از پایان توفان، به جای آن راهی شود.",
]
ARABIC = [
    "أعلن مكتب الميناء يوم الإثنين توقّف العبّارة بين المرفأين حتى إشعار آخر بسبب عطل في المحرّك.",
    "وذكر القبطان أنّ الماء تسرّب إلى غرفة المحرّك، ولم يُصب أحد من الركّاب الذين كانوا على متنها.",
    "ومن المتوقّع أن تصل عبّارة بديلة يوم الخميس بعد انتهاء العاصفة التي تضرب المضيق منذ أيّام.",
]


def page(*paragraphs: str, head: str = "", body: str = "") -> bytes:
    text = "".join(f"<p>{one}</p>" for one in paragraphs)
    return (
        f"<!doctype html><html><head>{head}<title>Ferry stopped | Courier</title></head><body>"
        "<nav><ul><li><a href='/'>Home</a></li><li><a href='/w'>Weather</a></li></ul></nav>"
        f"<main><article><h1>Ferry stopped</h1>{text}</article></main>{body}"
        "<footer><p>All rights reserved. <a href='/privacy'>Privacy policy</a></p></footer>"
        "</body></html>"
    ).encode()


def test_paragraphs_are_lines_and_what_is_around_them_is_left_out() -> None:
    text = article_text(page(FIRST, SECOND, THIRD))
    assert text.splitlines()[-3:] == [FIRST, SECOND, THIRD]
    assert "Weather" not in text
    assert "rights" not in text


@pytest.mark.parametrize("paragraphs", [PERSIAN, ARABIC], ids=["fa", "ar"])
@pytest.mark.parametrize("joiner", ["\u200c", "&zwnj;", "&#8204;", "&#x200C;"])
def test_no_letter_of_other_scripts_is_lost(paragraphs: list[str], joiner: str) -> None:
    written = [one.replace("\u200c", joiner) for one in paragraphs]
    assert article_text(page(*written)).splitlines()[-3:] == paragraphs


def test_joined_emoji_stay_joined_and_what_shields_them_is_not_seen() -> None:
    linear_a = "\U00010600"
    text = article_text(page(FIRST, f"{SECOND} 👩\u200d✈️ {linear_a} 👩&zwj;✈️", THIRD))
    assert text.splitlines()[-2] == f"{SECOND} 👩\u200d✈️ {linear_a} 👩\u200d✈️"


@pytest.mark.parametrize(
    ("head", "content_type", "encoding"),
    [
        ("", "text/html; charset=windows-1256", "windows-1256"),
        ("<meta charset='windows-1256'>", "text/html", "windows-1256"),
        ("<meta charset='utf-8'>", "text/html; charset=utf-8", "utf-8"),
        ("", "", "utf-8"),
        ("", "", "utf-16"),
    ],
)
def test_encodings(head: str, content_type: str, encoding: str) -> None:
    body = page(*ARABIC, head=head).decode().encode(encoding)
    assert article_text(body, content_type).splitlines()[-3:] == ARABIC


def test_it_is_text_and_never_markup() -> None:
    text = article_text(
        page(FIRST, "It said &lt;b&gt;stop&lt;/b&gt; &amp; go\x00 on, and so it did.", THIRD)
    )
    assert "It said <b>stop</b> & go on" in text


def test_it_is_bounded() -> None:
    many = [f"{FIRST} This is number {n} of very many sentences like it." for n in range(1_000)]
    assert MAX_TEXT - 200 < len(article_text(page(*many))) <= MAX_TEXT


@pytest.mark.parametrize("body", [b"", b"\x00\xff\xfe", b"<html></html>", b"%PDF-1.7", b"{}" * 50])
def test_of_nothing_nothing_comes(body: bytes) -> None:
    assert article_text(body) == ""


Opened = tuple[ArticleReader, Fetcher]


@pytest.fixture
async def reader() -> AsyncIterator[ArticleReader]:
    limits = Limits(size=100_000, read=1, total=2)
    async with open_fetcher(user_agent="Backchannel/1 (tests)", limits=limits, pause=0) as fetcher:
        made = ArticleReader(fetcher)
        yield made
        await made.rest()


async def _read(reader: ArticleReader, server: Server, path: str = "/news/1") -> str:
    return await reader.read(server.url(path), watcher(server.url()), NOON)


async def test_an_article_is_read(reader: ArticleReader, server: Server) -> None:
    server.gives(page(*PERSIAN), "/2", content_type="text/html")
    server.leads("/2", "/news/1")
    assert (await _read(reader, server)).splitlines()[-3:] == PERSIAN
    assert "text/html" in server.requests[1].headers["Accept"]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ({"status": 404}, NoArticle),
        ({"status": 402}, NoArticle),
        ({"status": 503}, BadStatus),
        ({"status": 429}, BadStatus),
        ({"body": b"%PDF-1.7", "content_type": "application/pdf"}, NoArticle),
        ({"body": b"<html></html>", "content_type": "text/html"}, NoArticle),
        ({"body": b"x" * 200_000, "content_type": "text/html"}, TooLarge),
    ],
)
async def test_what_is_no_article(
    reader: ArticleReader, server: Server, answer: dict[str, object], fault: type[SourceFault]
) -> None:
    server.gives(path="/news/1", **answer)  # type: ignore[arg-type]
    with pytest.raises(fault):
        await _read(reader, server)


async def test_robots_are_obeyed(reader: ArticleReader, server: Server) -> None:
    server.gives(b"User-agent: Backchannel\nDisallow: /news", "/robots.txt")
    server.gives(page(FIRST, SECOND, THIRD), "/news/1", content_type="text/html")
    with pytest.raises(RobotsForbid):
        await _read(reader, server)


async def test_a_slow_server_is_not_waited_for(reader: ArticleReader, server: Server) -> None:
    async def never(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    server.answers["/news/1"] = never
    with pytest.raises(TooSlow):
        await _read(reader, server)


async def test_private_addresses_are_for_the_watchers_own_host(
    reader: ArticleReader, server: Server
) -> None:
    server.gives(page(FIRST, SECOND, THIRD), "/news/1", content_type="text/html")
    elsewhere = watcher("http://intranet.example/feed")
    not_allowed = watcher(server.url(), private=False)
    for one in (elsewhere, not_allowed):
        with pytest.raises(PrivateAddress):
            await reader.read(server.url("/news/1"), one, NOON)
    assert not server.requests


def _for_ever(*_: object) -> str:
    while True:
        pass


async def test_a_page_that_keeps_the_extraction_busy_is_given_up(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.gives(page(FIRST), "/news/1", content_type="text/html")
    monkeypatch.setattr(module, "EXTRACTION", 0.2)
    monkeypatch.setattr(module, "article_text", _for_ever)
    async with open_fetcher(user_agent="tests/1", pause=0) as fetcher:
        reader = ArticleReader(fetcher)
        with pytest.raises(TooSlow):
            await _read(reader, server)
        await reader.rest()
