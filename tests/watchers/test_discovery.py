"""What an address is, or names."""

import time

import pytest

from tests.watchers.conftest import Server
from tests.watchers.making import NOON, item, rss
from watchers import Limits, SourceFault, open_fetcher
from watchers.discovery import Discovery, Source
from watchers.fetching.fetcher import Fetched
from watchers.page_links import page_links as links

FEED = rss(item(2), item(1))
NEWS = (
    b"<urlset xmlns:n='news'><url><loc>https://courier.example/1</loc><n:news>"
    b"<n:title>Ferry</n:title></n:news></url></urlset>"
)
PAGE = """<!doctype html><html><head>
<meta property="og:site_name" content="Gulf Courier">
<title>News from the Gulf | Gulf Courier</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link rel="alternate" type="application/rss+xml; charset=utf-8" href="news.xml">
<link rel="alternate" hreflang="ar" href="/ar">
<link rel="stylesheet" href="/feed.css"></head>
<body><a href="/rss">RSS</a><a href="javascript:alert('rss')">x</a><a href="/feedback">Write</a>
<a href="https://t.me/gulf_courier">Telegram</a></body></html>"""


async def found(server: Server, path: str = "/", host: str = "127.0.0.1") -> list[Source]:
    async with open_fetcher(user_agent="tests/1", limits=Limits(), pause=0) as fetcher:
        return await Discovery(fetcher, lambda: NOON).sources(server.url(path, host))


def told(sources: list[Source], server: Server) -> list[tuple[str, str, str]]:
    return [(s.kind, s.url.removeprefix(server.url("")), s.title) for s in sources]


def test_what_a_page_names() -> None:
    page = links(PAGE.encode(), "", "https://courier.example/en/")
    assert page is not None
    assert page.title == "Gulf Courier"
    assert [one.url for one in page.named] == [
        "https://courier.example/en/news.xml",
        "https://courier.example/rss",
        "https://courier.example/comments/feed",
    ]
    assert [one.url for one in page.channels] == ["https://t.me/s/gulf_courier"]


ANNOUNCED = """<HTML><HEAD><LINK REL="ALTERNATE" TYPE="APPLICATION/RSS+XML" HREF="/upper.xml">
<link rel="alternate" type="text/xml" title="RSS" href="/textxml.xml">
<link rel="alternate" type="application/xml" href="/appxml.xml">
<link rel="alternate" type="application/json" title="JSON Feed" href="/feed.json">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">
<link rel="alternate" type="application/json+oembed" href="/oembed?url=x">
<link rel="alternate" type="text/xml+oembed" href="/oembed?url=x&amp;format=xml">
<link rel="EditURI" type="application/rsd+xml" href="/xmlrpc.php?rsd">
<link rel="search" type="application/opensearchdescription+xml" href="/search.xml">
<link rel="alternate" media="handheld" href="/mobile">
<link rel="alternate" hreflang="fa" href="/fa">
<link rel="feed" href="/relfeed.xml"><link rel="feed alternate" type="text/html" href="/hfeed">
<link rel="alternate" type="application/x-atom+xml" href="/x-atom">
<link rel="alternate" href="/untyped/feed">
<link rel="alternate" type="application/rss+xml" href="feed://courier.example/feedscheme.xml"></HEAD>
<BODY><a href="/?feed=rss2">RSS</a><a href="/export?format=RSS">x</a><a href="/news.xml">RSS</a>
<a href="/typed" type="application/rss+xml">x</a><a href="/data.xml">Data</a>
<a href="https://t.me/other/123">A post</a><a href="https://T.me/share?url=x">Share</a>
<a href="HTTPS://T.ME/gulf_courier">Telegram</a></BODY></HTML>"""


def test_feeds_are_announced_in_many_ways() -> None:
    page = links(ANNOUNCED.encode(), "", "https://courier.example/")
    assert page
    assert [one.url.removeprefix("https://courier.example/") for one in page.named] == [
        "upper.xml",
        "textxml.xml",
        "appxml.xml",
        "feed.json",
        "relfeed.xml",
        "hfeed",
        "x-atom",
        "untyped/feed",
        "feedscheme.xml",
        "typed",
        "?feed=rss2",
        "export?format=RSS",
        "news.xml",
    ]
    assert [one.url for one in page.channels] == ["https://t.me/s/gulf_courier"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Gulf Courier | News from the Gulf", "Gulf Courier"),
        ("خبرگزاری خلیج - صفحه نخست", "خبرگزاری خلیج"),
        ("Oil-rich", "Oil-rich"),
        ("", ""),
    ],
)
def test_a_site_is_called_by_the_beginning_of_its_title(title: str, expected: str) -> None:
    page = links(f"<title>{title}</title><p>x".encode(), "", "https://courier.example/")
    assert page
    assert page.title == expected


HOSTILE = [
    b"",
    b"<a href='/rss'>" * 100_000,
    b"<base href='/'><link rel=alternate type=text/xml href='/rss'>" * 50_000,
    b"<div>" * 100_000,
    b"<link rel=alternate href='//['><link rel=feed href='http://[/'><a href='//[' type=text/rss>x",
    b"\0\1",
]


@pytest.mark.parametrize("body", HOSTILE)
def test_a_page_that_is_none_or_hostile(body: bytes) -> None:
    started = time.process_time()
    page = links(body, "", "https://courier.example/")
    assert time.process_time() - started < 5
    assert page is None or len(page.named) <= 20


async def test_a_feed_is_itself(server: Server) -> None:
    server.gives(FEED)
    sources = await found(server, "/feed")
    assert told(sources, server) == [("feed", "/feed", "Gulf Courier")]
    assert [s.entry.title for s in sources[0].poll.served] == ["Ferry number 2", "Ferry number 1"]
    assert sources[0].private


async def test_a_sitemap_is_itself_also_in_an_index(server: Server) -> None:
    server.gives(b"<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>", "/index")
    server.gives(NEWS, "/a.xml")
    for path in ("/a.xml", "/index"):
        (source,) = await found(server, path)
        assert (source.kind, len(source.poll.served)) == ("sitemap", 1)


async def test_a_feed_that_moved_is_given_where_it_is_now(server: Server) -> None:
    server.leads("/new", status=301)
    server.gives(FEED, "/new")
    assert told(await found(server, "/feed"), server)[0][1] == "/new"


async def test_of_a_page_its_feeds_that_can_be_read(server: Server) -> None:
    server.gives(PAGE.encode(), "/", content_type="text/html")
    server.gives(rss(item(3)), "/news.xml")
    server.gives(rss(), "/comments/feed")
    assert told(await found(server), server) == [
        ("feed", "/news.xml", "Gulf Courier"),
        ("feed", "/comments/feed", "Gulf Courier"),
    ]


async def test_feeds_are_found_behind_dead_links(server: Server) -> None:
    dead = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="/{n}.xml">' for n in range(12)
    )
    alive = '<LINK REL="Alternate" TYPE="text/xml" HREF="/alive.xml">'
    server.gives(f"<html><title>Courier</title>{dead}{alive}</html>".encode(), "/")
    server.gives(FEED, "/alive.xml")
    assert told(await found(server), server) == [("feed", "/alive.xml", "Courier")]


async def test_of_many_feeds_eight_are_read(server: Server) -> None:
    links = "".join(f"<a href='/{number}/rss'>x</a>" for number in range(15))
    server.gives(f"<html><title>Courier</title>{links}</html>".encode(), "/")
    for number in range(15):
        server.gives(rss(item(number)), f"/{number}/rss")
    assert len(await found(server)) == 8
    assert len(server.requests) < 12


@pytest.mark.parametrize(
    "text", ["feed://{}", "feed:http://{}", "HTTP://{}", "FEED:HTTP://{}", "{}", " http://{} "]
)
async def test_an_address_is_taken_as_people_write_it(server: Server, text: str) -> None:
    server.gives(FEED)
    given = text.format(server.url().removeprefix("http://"))
    async with open_fetcher(user_agent="tests/1", limits=Limits(), pause=0) as fetcher:
        (source,) = await Discovery(fetcher, lambda: NOON).sources(given)
    assert source.url == server.url()


async def test_a_feed_under_two_addresses_is_one(server: Server) -> None:
    server.gives(PAGE.encode(), "/", content_type="text/html")
    server.gives(FEED, "/news.xml")
    server.gives(FEED, "/rss")
    assert told(await found(server), server) == [("feed", "/news.xml", "Gulf Courier")]


async def test_of_a_page_that_names_none_the_usual_addresses(server: Server) -> None:
    server.gives(b"<html><title>Courier</title></html>", "/")
    server.gives(FEED, "/rss.xml")
    assert told(await found(server), server) == [("feed", "/rss.xml", "Courier")]


async def test_of_a_site_without_feeds_the_sitemap_that_robots_txt_names(server: Server) -> None:
    server.gives(b"<html><title>Courier</title></html>", "/")
    robots = f"User-agent: *\nSitemap: {server.url('/pages.xml')}\nsitemap: /news-a.xml\n"
    server.gives(robots.encode(), "/robots.txt")
    server.gives(NEWS, "/news-a.xml")
    assert told(await found(server), server) == [("sitemap", "/news-a.xml", "Courier")]


async def test_nothing_is_found_where_there_is_nothing(server: Server) -> None:
    server.gives(b"<html><title>Courier</title><p>x</html>", "/")
    assert await found(server) == []
    assert len(server.requests) < 25


async def test_a_page_of_many_links_makes_few_requests(server: Server) -> None:
    many = "".join(f"<a href='/{number}/rss'>x</a>" for number in range(10_000))
    server.gives(f"<html>{many}</html>".encode(), "/")
    assert await found(server) == []
    assert len(server.requests) < 40


async def test_what_cannot_be_read_is_told(server: Server) -> None:
    with pytest.raises(SourceFault, match="the server answers 404"):
        await found(server)


async def test_a_page_of_the_public_does_not_lead_into_private_networks(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.gives(FEED, "/secret")
    page = f"<html><a href='{server.url('/secret')}/rss'>x</a></html>".encode()

    async with open_fetcher(user_agent="tests/1", pause=0) as fetcher:
        discovery = Discovery(fetcher, lambda: NOON)

        async def public(_: str) -> Fetched:
            asked = await fetcher.fetch(server.url("/page"), allow_private=True)
            return Fetched(200, asked.headers, "http://page.invalid/", "", page)

        monkeypatch.setattr(discovery, "_fetched", public)
        server.gives(page, "/page")
        assert await discovery.sources("http://page.invalid/") == []
    assert [request.path for request in server.requests] == ["/page"]
