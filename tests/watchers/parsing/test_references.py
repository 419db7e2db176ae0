"""References that no parser reads alike: halves of characters, bare ampersands, names of HTML."""

import json
import time
from dataclasses import replace

import pytest

from tests.watchers.making import NOON, URL, item, parsed, rss, watcher
from watchers import ParsedEntry, parse
from watchers.articles import article_text
from watchers.kinds.page import PageOptions, Selectors
from watchers.parsed import parse_quickly
from watchers.parsing.references import mended_references

WRITTEN = {
    "two halves": ("a &#55357;&#56832; b", "a 😀 b"),
    "two halves in hexadecimal": ("a &#xD83D;&#xde00; b", "a 😀 b"),
    "with zeros": ("a &#0055357;&#x0DE00; b", "a 😀 b"),
    "half": ("a &#55357; b", "a b"),
    "other half": ("a &#56832;&#55357; b", "a b"),
    "no character": ("a &#0;&#x1f;&#xffff; b", "a b"),
    "bare": ("AT&T and Q&A at R&D, B&B owners", "AT&T and Q&A at R&D, B&B owners"),
    "bare before a space": ("D&D talks & hopes &; &", "D&D talks & hopes &; &"),
    "no reference": ("a &nosuch; &#; &#xyz; b", "a &nosuch; &#; &#xyz; b"),
    "names": ("Iran&rsquo;s talks &nbsp;go on&hellip;", "Iran’s talks go on…"),
    "names of HTML5": ("a &period;&AMP;&LT;3", "a .&<3"),
    "numbers of Windows": ("Iran&#146;s &#x85; talks", "Iran’s … talks"),
    "without an end": ("Iran&#8217 s talks", "Iran’ s talks"),
}

each_way = pytest.mark.parametrize(("written", "meant"), WRITTEN.values(), ids=[*WRITTEN])


def _sitemap(title: str, link: str) -> bytes:
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        f"<url><loc>{link}</loc><news:news><news:title>{title}</news:title></news:news></url>"
        "</urlset>"
    ).encode()


def _read(body: bytes, kind: str) -> ParsedEntry:
    one = watcher(kind=kind)
    (entry,) = parse(body, url=URL, content_type="", watcher=one, now=NOON).entries
    return entry


@each_way
def test_of_a_feed(written: str, meant: str) -> None:
    described = item(title=written).replace("</item>", f"<description>{written}</description>")
    entry = _read(rss(f"{described}</item>"), "feed")
    assert (entry.title, entry.text) == (meant, meant)


@each_way
def test_of_a_feed_that_is_broken_elsewhere(written: str, meant: str) -> None:
    entry = _read(rss(item(title=written)).replace(b"</rss>", b"</nothing></rss>"), "feed")
    assert entry.title == meant


@each_way
def test_of_a_sitemap(written: str, meant: str) -> None:
    if "&#x85;" not in written:
        assert _read(_sitemap(written, "https://courier.example/1"), "sitemap").title == meant


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_what_is_bare_in_a_link_stays(kind: str) -> None:
    link = "https://courier.example/?a=1&b=2&copy=3&lang=fa&reg&sect=4"
    body = rss(item()).replace(b"https://courier.example/1", link.encode())
    assert _read(_sitemap("Talks", link) if kind == "sitemap" else body, kind).link == link


def test_what_is_bare_in_a_hub_s_address_stays() -> None:
    links = (
        "<atom:link rel='hub' href='https://hub.example/?a=1&copy=3'/>"
        "<atom:link rel='self' href='https://courier.example/feed?reg=1&sect=2'/>"
    )
    body = rss(item(), channel=links).replace(b"<rss ", b"<rss xmlns:atom='atom' ")
    hub = parsed(body).hub
    assert hub.address == "https://hub.example/?a=1&copy=3"
    assert hub.topic == "https://courier.example/feed?reg=1&sect=2"


@pytest.mark.parametrize("encoded", ["two halves", "two halves in hexadecimal", "with zeros"])
def test_halves_in_html_are_one_character(encoded: str) -> None:
    written, meant = WRITTEN[encoded]
    described = f"<description><![CDATA[<p>{written}</p>]]></description></item>"
    assert _read(rss(item().replace("</item>", described)), "feed").text == meant
    told = json.dumps({"items": [{"id": "1", "content_html": f"<p>{written}</p>"}]})
    assert _read(told.encode(), "feed").text == meant
    page = f"<ul><li><a href='/1'>{written}</a></li></ul>".encode()
    select = replace(watcher(kind="page"), options=PageOptions(Selectors("li")))
    (entry,) = parse(page, url=URL, content_type="", watcher=select, now=NOON).entries
    assert entry.title == meant
    sentences = "The ferries to the islands run again, the harbour office said on Monday. " * 5
    article = (
        f"<html><body><article><p>{sentences} {written} {sentences}</p></article></body></html>"
    )
    assert meant in article_text(article.encode())


def test_what_a_document_declares_stays_its_own() -> None:
    declaring = b'<!DOCTYPE rss [<!ENTITY rsquo "prime"><!ENTITY own "own & more">]>'
    body = declaring + rss(item(title="a&rsquo;b &own; &hellip; c&d")).partition(b"\n")[2]
    mended = mended_references(body)
    assert declaring in mended
    assert b"a&rsquo;b &own; &#8230; c&amp;d" in mended


def test_what_is_no_markup_stays() -> None:
    body = rss(item().replace("<guid>", "<!-- a&b --><x><![CDATA[a&b &nbsp;]]></x><guid>"))
    assert mended_references(body) == body


@pytest.mark.parametrize("title", ["AT&T", "Iran&rsquo;s", "&#55357;&#56832;", "a&nbsp;b"])
def test_they_take_the_fast_path(title: str) -> None:
    body = rss(item(title=title))
    found = parse_quickly(body, url=URL, content_type="", watcher=watcher(), now=NOON)
    assert found is not None


def test_a_title_in_a_sitemap_goes_on_behind_markup() -> None:
    assert _read(_sitemap("Talks <i>in</i> Muscat", "/1"), "sitemap").title == "Talks in Muscat"


@pytest.mark.parametrize("cut", ["xmlns:news=", "xmlns="])
def test_a_sitemap_may_lack_its_namespaces(cut: str) -> None:
    body = _sitemap("Talks", "https://courier.example/1").replace(cut.encode(), b"data-x=", 1)
    assert _read(body, "sitemap").title == "Talks"


@pytest.mark.parametrize(
    "piece",
    [
        "&",
        "&#",
        "&#1",
        "&aaaa",
        "&nbsp;",
        "&#55357;",
        "<![CDATA[",
        "<!--",
        "<!ENTITY ",
        "<!ENTITY a ",
    ],
)
def test_hostile_references_take_no_time(piece: str) -> None:
    body = piece.encode() * (2_000_000 // len(piece))
    started = time.process_time()
    mended_references(body)
    assert time.process_time() - started < 2
