"""What an entry's link is where no page is named."""

import json

import pytest

from tests.watchers.making import URL, parsed, plain, rss
from watchers.parsing import fast_parser, feedparser_adapter

PAGE = "<link>https://courier.example/1</link>"
SOUND = "<enclosure url='https://cdn.example/1.mp3' type='audio/mpeg' length='1'/>"
VIDEO = "<media:content url='https://cdn.example/1.mp4'/>"
SHOWN = "<media:player url='https://cdn.example/play/1'/>"


def _rss(inner: str) -> bytes:
    date = "<pubDate>Mon, 12 Jun 2023 11:00:00 GMT</pubDate>"
    guid = "<guid isPermaLink='false'>1</guid>"
    spaces = b"<rss xmlns:media='http://search.yahoo.com/mrss/' "
    return rss(f"<item><title>1</title>{guid}{date}{inner}</item>").replace(b"<rss ", spaces)


def _link(body: bytes) -> str:
    (entry,) = parsed(body).entries
    return entry.link


@pytest.mark.parametrize(
    ("inner", "link"),
    [
        (PAGE + SOUND, "https://courier.example/1"),
        (SOUND, "https://cdn.example/1.mp3"),
        ("<link></link>" + SOUND, "https://cdn.example/1.mp3"),
        ("<link>javascript:play()</link>" + SOUND, "https://cdn.example/1.mp3"),
        ("<link>mailto:desk@courier.example</link>" + SOUND, "https://cdn.example/1.mp3"),
        ("<enclosure url='magnet:?xt=1'/>" + SOUND, "https://cdn.example/1.mp3"),
        ("<enclosure url='/1.mp3'/>", "https://courier.example/1.mp3"),
        (VIDEO, "https://cdn.example/1.mp4"),
        (f"<media:group>{VIDEO}</media:group>", "https://cdn.example/1.mp4"),
        (VIDEO + SHOWN, "https://cdn.example/play/1"),
        (
            "<link>https://courier.example/?a=1&amp;amp;b=2</link>",
            "https://courier.example/?a=1&b=2",
        ),
        ("", ""),
    ],
)
def test_of_rss(inner: str, link: str) -> None:
    body = _rss(inner)
    assert _link(body) == link
    if fast := fast_parser.read(body, URL):
        assert plain(fast, body) == plain(feedparser_adapter.read(body, URL), body)


def _to(relation: str, address: str) -> str:
    return f"<link rel='{relation}' href='https://courier.example/{address}'/>"


@pytest.mark.parametrize(
    ("inner", "link"),
    [
        ("<content type='text/html' src='https://courier.example/1.html'/>", "1.html"),
        ("<content type='text/html' src='/1.html'/>" + _to("enclosure", "1.mp3"), "1.html"),
        (_to("enclosure", "1.mp3"), "1.mp3"),
        (_to("enclosure", "1.mp3") + _to("related", "1"), "1"),
        (_to("via", "1"), "1"),
        (_to("http://www.iana.org/assignments/relation/alternate", "1") + _to("via", "2"), "1"),
        (_to("self", "1.atom") + _to("edit", "edit/1"), ""),
    ],
)
def test_of_atom(inner: str, link: str) -> None:
    entry = f"<entry><id>urn:1</id><title>1</title><updated>2023-06-12T11:00:00Z</updated>{inner}"
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>a</title>{entry}</entry></feed>"
    assert _link(feed.encode()) == (f"https://courier.example/{link}" if link else "")


@pytest.mark.parametrize(
    ("item", "link"),
    [
        ({"url": "/1", "external_url": "/2"}, "https://courier.example/1"),
        ({"external_url": "/2", "id": "https://courier.example/3"}, "https://courier.example/2"),
        ({"id": "https://courier.example/3"}, "https://courier.example/3"),
        ({"id": "3"}, ""),
        (
            {"url": "javascript:x", "attachments": [{"url": "/1.mp3"}]},
            "https://courier.example/1.mp3",
        ),
        ({"attachments": [7, {"url": None}, {"url": "/1.mp3"}]}, "https://courier.example/1.mp3"),
        ({"attachments": "none"}, ""),
    ],
)
def test_of_json_feed(item: dict[str, object], link: str) -> None:
    assert _link(json.dumps({"items": [{"title": "1", **item}]}).encode()) == link
