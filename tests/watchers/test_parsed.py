"""Bodies that are no feeds, and bodies made to do harm."""

import json
import time
from datetime import timedelta

import pytest

from tests.watchers.making import NOON, URL, ago, item, parsed, rss, watcher
from watchers import errors as faults
from watchers import parse
from watchers.parsed import MAX_ENTRIES, parse_quickly

PAGE = b"<!DOCTYPE html><html><head><title>x</title></head><body><p>rss feed</p></body></html>"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", faults.EmptyAnswer),
        (b" \n\t ", faults.EmptyAnswer),
        (PAGE, faults.WebPage),
        (b"<!-- x -->\n" + PAGE, faults.WebPage),
        (b"\xef\xbb\xbf" + PAGE, faults.WebPage),
        (b"<html><body><rss>x</rss></body></html>", faults.WebPage),
        (b"just text", faults.NotAFeed),
        (b"<note>x</note>", faults.NotAFeed),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), faults.NotAFeed),
        (b'{"a": ', faults.NotAFeed),
        (b'{"a": 1}', faults.NotAFeed),
        (b"[1, 2]", faults.NotAFeed),
        (b"[" * 100_000, faults.NotAFeed),
        (b'{"items": ' + b"1" * 5_000 + b"}", faults.NotAFeed),
    ],
)
def test_what_is_no_feed_is_told(body: bytes, fault: type[faults.SourceFault]) -> None:
    with pytest.raises(fault):
        parsed(body)


XHTML = (
    b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    b'"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'
)
ATOM = (
    b"<feed xmlns='http://www.w3.org/2005/Atom'><title>a</title><entry><id>urn:1</id>"
    b"<updated>2023-06-12T11:00:00Z</updated><title>Ferry number 1</title>"
    b"<link href='https://courier.example/1'/></entry></feed>"
)
PROLOG = b'<?xml version="1.0" encoding="utf-8"?>'
RSS = rss(item()).partition(b"\n")[2].strip()


@pytest.mark.parametrize("feed", [RSS, ATOM, RSS.replace(b"rss", b"RSS")])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (XHTML, b""),
        (PROLOG + XHTML, b""),
        (b"<!doctype html>\n<!-- made by hand -->", b""),
        (
            PROLOG + b"<!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'><body>",
            b"</body></html>",
        ),
        (
            b"<html><head><title>x</title></head><body><div class='feed'>",
            b"</div><p>x</p></body></html>",
        ),
        (b"<!-- <rss> --><body><script>'<rss><item><title>'</script><style>x</style>", b"</body>"),
    ],
)
def test_a_feed_behind_or_inside_of_html_is_read(before: bytes, feed: bytes, after: bytes) -> None:
    found = parsed(before + feed + after, "text/html")
    (entry,) = found.entries
    assert (entry.title, entry.link) == ("Ferry number 1", "https://courier.example/1")
    assert found.complete


def test_a_feed_inside_of_a_page_that_is_cut_off_is_read_again() -> None:
    whole = b"<!DOCTYPE html><html><body>" + rss(item(1), item(2)).partition(b"\n")[2]
    found = parsed(whole[: whole.rindex(b"</item>")])
    assert [entry.title for entry in found.entries] == ["Ferry number 1"]
    assert not found.complete


@pytest.mark.parametrize(
    "inside",
    [
        b"<pre>&lt;rss>&lt;item>&lt;title></pre>",
        b"<script>x = '<rss><item><title>x</title></item></rss>'</script>",
        b"<textarea><rss><item><title>x</title></item></rss></textarea>",
        b"<!-- <rss><item><title>x</title></item></rss> -->",
        b"<feed><p>no entries</p></feed>",
        b"<my-feed><entry><title>x</title></entry></my-feed>",
        b"<!--" + b"<rss>" * 100_000,
        b"<script>" * 100_000,
    ],
)
def test_what_only_looks_like_a_feed_in_a_page_is_none(inside: bytes) -> None:
    started = time.process_time()
    with pytest.raises(faults.WebPage):
        parsed(b"<!DOCTYPE html><html><body>" + inside + b"</body></html>")
    assert time.process_time() - started < 2


def test_a_watcher_s_language_goes_before_the_feed_s() -> None:
    body = rss(item(), channel="<language>en</language>")
    assert parsed(body).entries[0].language == "en"
    assert parsed(body, language="fa").entries[0].language == "fa"


def _lol(depth: int) -> bytes:
    entities = "".join(f'\n<!ENTITY lol{n + 1} "{f"&lol{n};" * 10}">' for n in range(depth))
    head = f'<?xml version="1.0"?>\n<!DOCTYPE rss [\n<!ENTITY lol0 "lol">{entities}\n]>'
    feed = f"<rss version='2.0'><channel>{item(title=f'&lol{depth};')}</channel></rss>"
    return (head + feed).encode()


def test_an_entity_bomb_is_harmless() -> None:
    started = time.process_time()
    (entry,) = parsed(_lol(12)).entries
    assert time.process_time() - started < 2
    assert len(entry.title) < 100


@pytest.mark.parametrize("kind", ["SYSTEM", "PUBLIC 'x'"])
def test_an_external_entity_is_not_read(kind: str) -> None:
    head = f'<?xml version="1.0"?>\n<!DOCTYPE rss [\n<!ENTITY x {kind} "file:///etc/passwd">\n]>'
    (entry,) = parsed(
        (head + rss(item(title="a&x;b")).decode().partition("\n")[2]).encode()
    ).entries
    assert "root:" not in entry.title + entry.text


def test_a_long_prolog_takes_no_time() -> None:
    for filling in (b"\n" * 1_000_000, b"<!--" + b"\n" * 1_000_000 + b"-->"):
        started = time.process_time()
        body = b"<?xml version='1.0'?>" + filling + rss(item()).partition(b"?>")[2]
        assert len(parsed(body).entries) == 1
        assert time.process_time() - started < 2


def test_a_feed_that_is_too_broken_for_feedparser_is_the_feed_s_fault() -> None:
    with pytest.raises(faults.UnexpectedFault, match="the feed is broken"):
        parsed(b"<rss><channel><image></width></rss")


@pytest.mark.parametrize("prefix", ["creativeCommons:", "cc:", "x:"])
def test_a_licence_that_never_began_does_no_harm(prefix: str) -> None:
    name = f"{prefix}license"
    space = f"xmlns:{prefix[:-1]}='http://backend.userland.com/creativeCommonsRssModule'"
    broken = rss(item(title="Ferry") + f"</{name}><{name}>x</{name}></{name}>")
    (entry,) = parsed(broken.replace(b"<channel>", f"<channel {space}>".encode())).entries
    assert (entry.title, "x" in entry.text) == ("Ferry", False)


def test_references_to_no_character_are_left_out() -> None:
    body = rss(item(title="a&#" + "9" * 5_000 + ";b")).replace(b"</rss>", b"&</rss>")
    assert parsed(body).entries[0].title == "ab"


def test_characters_that_are_none_are_in_no_field() -> None:
    wild = {"id": "a\ud800\x00b", "title": "a\ud800\x00b", "url": "https://x.example/\ud800\x00"}
    (entry,) = parsed(json.dumps({"items": [wild]}).encode()).entries
    assert (entry.id, entry.title, entry.link) == ("ab", "ab", "https://x.example/%00")


def test_of_very_many_entries_the_newest_are_read() -> None:
    items = [
        {"id": f"{n}", "title": f"{n}", "date_published": ago(seconds=100_000 - n).isoformat()}
        for n in range(100_000)
    ]
    body = json.dumps({"items": items}).encode()
    started = time.process_time()
    entries = parsed(body).entries
    assert time.process_time() - started < 20
    assert [entry.title for entry in entries] == [f"{n}" for n in range(99_000, 100_000)]
    assert len(entries) == MAX_ENTRIES


@pytest.mark.parametrize("date", ["Mon, 12 Jun 2023 11:00:00 GMT", "today"])
def test_a_huge_title_is_cut(date: str) -> None:
    started = time.process_time()
    (entry,) = parsed(rss(item(title="word " * 2_000_000, date=date))).entries
    assert 900 < len(entry.title) <= 1_000
    assert time.process_time() - started < 10


def test_fields_are_bounded() -> None:
    many = "".join(f"<category>{n}{'x' * 1_000}</category>" for n in range(200))
    wild = item().replace("</item>", f"{many}<author>{'a' * 5_000}</author></item>")
    long_id = wild.replace("<guid>", f"<guid>https://x.example/{'y' * 10_000}")
    (entry,) = parsed(rss(long_id)).entries
    assert len(entry.categories) == 50
    assert max(len(name) for name in (*entry.categories, entry.author)) == 100
    assert len(entry.id) == 2_048


@pytest.mark.parametrize("ttl", ["<ttl>30</ttl>", "<ttl> 30 </ttl>", "<TTL>30</TTL>"])
def test_ttl(ttl: str) -> None:
    assert parsed(rss(item(), channel=ttl)).hints.ttl == timedelta(minutes=30)


@pytest.mark.parametrize("ttl", ["", "<ttl></ttl>", "<ttl>-5</ttl>", "<ttl>9999999999</ttl>"])
def test_no_ttl(ttl: str) -> None:
    assert parsed(rss(item(), channel=ttl)).hints.ttl == timedelta()


def test_quickly_is_the_same_or_nothing() -> None:
    def quickly(body: bytes) -> object:
        return parse_quickly(body, url=URL, content_type="", watcher=watcher(), now=NOON)

    assert quickly(rss(item())) == parsed(rss(item()))
    assert quickly(b'{"items": [{"id": "1"}]}') == parsed(b'{"items": [{"id": "1"}]}')
    assert quickly(rss(item(date="yesterday"))) is None
    with pytest.raises(faults.WebPage):
        quickly(PAGE)


def test_parse_does_not_change_with_the_present() -> None:
    body = rss(item())
    first = parse(body, url=URL, content_type="", watcher=watcher(), now=NOON)
    later = parse(body, url=URL, content_type="", watcher=watcher(), now=NOON + timedelta(days=9))
    assert first == later
