"""Google News: what it is asked, and what its answer is, from a server."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.watchers.conftest import Server
from tests.watchers.making import NOON, watcher
from watchers import BadOption, Entry, Poll, SourceState, Watcher, open_fetcher, poll
from watchers.kinds.google_news import GoogleNewsOptions

HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><rss version="2.0" '
    'xmlns:media="http://search.yahoo.com/mrss/"><channel><generator>NFE/5.0</generator>'
    '<title>"ferry" - Google News</title><link>https://news.google.com/search?q=ferry</link>'
    "<language>en-US</language><webMaster>news-webmaster@google.com</webMaster>"
)
LIST = (
    "&lt;ol&gt;&lt;li&gt;&lt;a href=&quot;https://news.google.com/rss/articles/CBMx?oc=5&quot;"
    " target=&quot;_blank&quot;&gt;Another outlet's headline&lt;/a&gt;&amp;nbsp;&amp;nbsp;&lt;font "
    "color=&quot;#6f6f6f&quot;&gt;Other&lt;/font&gt;&lt;/li&gt;&lt;/ol&gt;"
)


def article(
    number: int,
    title: str,
    outlet: str = "Gulf Courier",
    site: str = "https://www.courier.example",
    date: str = "Mon, 12 Jun 2023 11:00:00 GMT",
) -> str:
    return (
        f"<item><title>{title}</title>"
        f"<link>https://news.google.com/rss/articles/CBM{number}?oc=5</link>"
        f'<guid isPermaLink="false">CBM{number}</guid><pubDate>{date}</pubDate>'
        f"<description>{LIST}</description>"
        f'<source url="{site}">{outlet}</source></item>'
    )


def answer(*articles: str, tail: str = "</channel></rss>") -> bytes:
    return f"{HEAD}{''.join(articles)}{tail}".encode()


def searching(server: Server, language: str = "en", **keys: str) -> Watcher:
    options = GoogleNewsOptions(**{"query": "ferry", **keys})
    url = options.address_in(server.url("/rss/search"), language)
    return watcher(url, kind="google-news", options=options, language=language)


async def polled(server: Server, one: Watcher | None = None) -> Poll:
    async with open_fetcher(user_agent="tests/1", pause=0) as fetcher:
        one = one or searching(server)
        return await poll(one, SourceState(one.name), fetcher, lambda: NOON)


async def entries(server: Server, *articles: str) -> list[Entry]:
    server.gives(answer(*articles), "/rss/search")
    found = await polled(server)
    assert found.state.last_error == ""
    return [served.entry for served in found.served]


async def test_an_entry_is_its_outlets(server: Server) -> None:
    (one,) = await entries(server, article(1, "Ferry stopped in the strait - Gulf Courier"))
    assert (one.title, one.text) == ("Ferry stopped in the strait", "")
    assert (one.publisher, one.publisher_site) == ("Gulf Courier", "courier.example")
    assert one.link == "https://news.google.com/rss/articles/CBM1?oc=5"
    assert one.language == "en"
    assert one.published.isoformat() == "2023-06-12T11:00:00+00:00"


@pytest.mark.parametrize(
    ("title", "outlet", "headline"),
    [
        ("Ferry stopped - Gulf Courier", "Gulf Courier", "Ferry stopped"),
        ("Ferry - a story - gulf courier", "Gulf Courier", "Ferry - a story"),
        ("Q&amp;amp;A: the ferry - Q&amp;amp;A Daily", "Q&amp;amp;A Daily", "Q&A: the ferry"),
        ("Q&amp;A: the ferry - Q&amp;A Daily", "Q&amp;A Daily", "Q&A: the ferry"),
        ("Ferry - Old-Time - Gulf Courier", "Gulf Courier", "Ferry - Old-Time"),
        ("Ferry at 5 &lt; 6 - Gulf Courier", "Gulf Courier", "Ferry at 5 < 6"),
        ("Strait - closed", "Gulf Courier", "Strait - closed"),
        ("Gulf Courier", "Gulf Courier", "Gulf Courier"),
        ("Strait - closed", "", "Strait - closed"),
    ],
)
async def test_only_the_outlets_name_is_cut_off(
    server: Server, title: str, outlet: str, headline: str
) -> None:
    (one,) = await entries(server, article(1, title, outlet))
    assert one.title == headline


async def test_the_newest_comes_first(server: Server) -> None:
    dates = [f"Mon, 12 Jun 2023 {hour}:00:00 GMT" for hour in ("08", "11", "09")]
    found = await entries(server, *(article(n, f"T{n}", date=d) for n, d in enumerate(dates)))
    assert [one.title for one in found] == ["T1", "T2", "T0"]


async def test_an_answer_that_is_cut_off_is_read_again(server: Server) -> None:
    half = article(2, "Half")[:-30]
    server.gives(answer(article(1, "Whole"), half, tail=""), "/rss/search")
    found = await polled(server)
    assert [served.entry.title for served in found.served] == ["Whole"]
    assert found.state.body_hash == b""


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<html><body>Before you continue</body></html>", "question for consent"),
        (b"<feed/>", "it is no RSS"),
        (b"nonsense", "it is no RSS"),
    ],
)
async def test_what_is_no_answer_is_told(server: Server, body: bytes, told: str) -> None:
    server.gives(body, "/rss/search")
    assert told in (await polled(server)).state.last_error


async def test_no_articles_are_no_mistake(server: Server) -> None:
    assert await entries(server) == []


@pytest.mark.parametrize(
    ("language", "keys", "asked"),
    [
        ("en", {}, ["ferry when:1d", "en-US", "US", "US:en"]),
        ("en", {"country": "GB"}, ["ferry when:1d", "en-GB", "GB", "GB:en"]),
        ("ar", {}, ["ferry when:1d", "ar", "EG", "EG:ar"]),
        ("fr", {"country": "MA", "window": ""}, ["ferry", "fr", "MA", "MA:fr"]),
        ("pt", {}, ["ferry when:1d", "pt-BR", "BR", "BR:pt-419"]),
        ("zh", {"country": "TW"}, ["ferry when:1d", "zh-TW", "TW", "TW:zh-Hant"]),
        (
            "he",
            {"query": "", "site": "courier.example/world"},
            ["site:courier.example/world when:1d", "he", "IL", "IL:he"],
        ),
        (
            "en",
            {"site": "courier.example", "window": "12h"},
            ["ferry site:courier.example when:12h", "en-US", "US", "US:en"],
        ),
    ],
)
def test_what_is_asked(language: str, keys: dict[str, str], asked: list[str]) -> None:
    options = GoogleNewsOptions(**{"query": "ferry", **keys})
    address = options.address_in("", language)
    assert address.startswith("https://news.google.com/rss/search?q=")
    assert [value for (value,) in parse_qs(urlsplit(address).query).values()] == asked


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({}, "query"),
        ({"query": "x" * 1_001}, "query"),
        ({"site": "Gulf Courier"}, "site"),
        ({"site": "https://courier.example"}, "site"),
        ({"query": "x", "country": "Oman"}, "country"),
        ({"query": "x", "window": "1 day"}, "window"),
    ],
)
def test_what_cannot_be_asked_is_a_mistake(keys: dict[str, str], key: str) -> None:
    with pytest.raises(BadOption) as caught:
        GoogleNewsOptions(**keys)
    assert caught.value.key == key


def test_a_language_without_a_usual_country_needs_one() -> None:
    with pytest.raises(BadOption) as caught:
        GoogleNewsOptions("ferry").address_in("", "fa")
    assert caught.value.key == "country"
