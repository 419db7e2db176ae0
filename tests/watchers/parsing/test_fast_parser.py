"""The fast parser gives what feedparser gives, or leaves the decision to it."""

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.watchers.making import URL, item, plain, rss, watcher
from watchers import parse
from watchers.parsing import fast_parser, feedparser_adapter
from watchers.parsing.encodings import as_utf8

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=40
)
WORDS = st.text("abcdefghij é<&>\"'/:?=#.-_٣י", min_size=1, max_size=20)
DATES = st.integers(915_000_000, 1_685_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))
LINKS = st.from_regex(r"(https?://[a-z]{1,8}\.example)?/[a-z0-9/?=&.-]{0,20}", fullmatch=True)
IDS = LINKS | st.from_regex(r"(tag:)?[a-z0-9:./,?#;-]{1,16}", fullmatch=True)

PICTURE = "<media:content url='https://courier.example/a.jpg' medium='image'"
PICTURES = (
    f"{PICTURE}/>",
    f"{PICTURE}></media:content>",
    f"{PICTURE}><media:credit>A. Writer</media:credit></media:content>",
    f"{PICTURE}>words</media:content>",
    f"{PICTURE}><media:title>of it</media:title></media:content>",
    f"{PICTURE}><media:credit/><media:description>of it</media:description></media:content>",
    f"{PICTURE}><description>of it</description></media:content>",
    f"<media:group>{PICTURE}/>{PICTURE}/></media:group>",
)


def _tag(name: str, content: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{content}</{name}>"


@st.composite
def _content(draw: st.DrawFn) -> str:
    text = draw(TEXTS | WORDS)
    match draw(st.sampled_from(["plain", "html", "cdata", "mixed"])):
        case "plain":
            return escape(text)
        case "html":
            return escape(f"<p>{escape(text)}</p>")
        case "cdata":
            return f"<![CDATA[{text.replace(']]>', '')}]]>"
        case _:
            return f" {escape(text)} <![CDATA[<b>{text.replace(']]>', '')}</b>]]>\n"


@st.composite
def _rss_item(draw: st.DrawFn) -> str:
    parts = [
        _tag("title", draw(_content())),
        _tag("link", escape(draw(LINKS))),
        _tag("pubDate", format_datetime(draw(DATES))),
    ]
    if draw(st.booleans()):
        attributes = draw(st.sampled_from(["", ' isPermaLink="true"', ' isPermaLink="false"']))
        parts.append(_tag("guid", escape(draw(IDS)), attributes))
    names = ("description", "author", "dc:creator", "category", "content:encoded")
    parts.extend(_tag(name, draw(_content())) for name in names if draw(st.booleans()))
    parts.extend(draw(st.lists(st.sampled_from(PICTURES), max_size=2)))
    return _tag("item", "".join(draw(st.permutations(parts))))


@st.composite
def _rss(draw: st.DrawFn) -> str:
    items = "".join(draw(st.lists(_rss_item(), min_size=1, max_size=3)))
    language = draw(st.sampled_from(["", "<language>fa-IR</language>"]))
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:media="http://search.yahoo.com/mrss/">'
        f"<channel><title>Courier</title>{language}{items}</channel></rss>"
    )


@st.composite
def _atom_entry(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["", ' type="html"', ' type="text"']))
    parts = [
        _tag("title", draw(_content()), kind),
        _tag("id", escape(draw(IDS))),
        f'<link href="{escape(draw(LINKS))}"/>',
        _tag("updated", draw(DATES).isoformat()),
    ]
    if draw(st.booleans()):
        parts.append(f'<link rel="self" href="{escape(draw(LINKS))}"/>')
    names = ("summary", "content")
    parts.extend(_tag(name, draw(_content()), kind) for name in names if draw(st.booleans()))
    if draw(st.booleans()):
        parts.append(_tag("author", _tag("name", draw(_content()))))
    if draw(st.booleans()):
        parts.append(_tag("published", draw(DATES).isoformat()))
    return _tag("entry", "".join(draw(st.permutations(parts))))


@st.composite
def _atom(draw: st.DrawFn) -> str:
    entries = "".join(draw(st.lists(_atom_entry(), min_size=1, max_size=3)))
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>Courier</title>{entries}</feed>"
    )


@settings(max_examples=200, deadline=None, derandomize=True)
@given(_rss() | _atom())
def test_what_the_fast_path_reads_is_what_the_authority_reads(feed: str) -> None:
    text = as_utf8(feed.encode(), "", None)
    fast = fast_parser.read(text, URL)
    if fast is not None:
        assert plain(fast, text) == plain(feedparser_adapter.read(text, URL), text)


def test_guids_that_are_no_links_take_the_fast_path_and_stay_as_they_are() -> None:
    body = rss(item().replace("<guid>", "<guid isPermaLink='false'>7 at "))
    found = fast_parser.read(body, URL)
    assert found is not None
    assert found.items[0].id.startswith("7 at ")
    assert plain(found, body) == plain(feedparser_adapter.read(body, URL), body)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>Ir<b>a</b>n</p>, <i>said</i>.", "Iran\n, said."),
        ("<style>p { color: red }</style><p>Talks &amp; more</p>", "Talks & more"),
        ("<p>Talks <a href='/'>in Muscat</a>, again</p>" * 40, None),
        ("Talks, again", "Talks, again"),
    ],
)
@pytest.mark.parametrize("described", ["", "<description></description>"])
def test_a_text_is_not_broken_where_its_markup_was(
    content: str, text: str | None, described: str
) -> None:
    encoded = _tag("content:encoded", escape(content))
    body = rss(
        f"<item><title>1</title><link>https://courier.example/1</link>{described}{encoded}"
        "<pubDate>Mon, 12 Jun 2023 11:00:00 GMT</pubDate></item>"
    ).replace(b"<rss ", b"<rss xmlns:content='http://purl.org/rss/1.0/modules/content/' ")
    found = fast_parser.read(body, URL)
    assert found is not None
    assert plain(found, body) == plain(feedparser_adapter.read(body, URL), body)
    ((_, _, _, _, _, told, _),) = plain(found, body)[1]
    assert text is None or told == text


@pytest.mark.parametrize("picture", PICTURES)
def test_pictures_leave_little_in_doubt(picture: str) -> None:
    pictured = rss(item().replace("</item>", f"{picture}</item>"))
    body = pictured.replace(b"<rss ", b"<rss xmlns:media='http://search.yahoo.com/mrss/' ")
    found = fast_parser.read(body, URL)
    if "words" not in picture and "of it" not in picture:
        assert found is not None
    if found is not None:
        assert plain(found, body) == plain(feedparser_adapter.read(body, URL), body)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Sal, 24 Kas 2026 11:19:00 +0300", "2026-11-24T08:19:00+00:00"),
        ("lun, 20 avr 2026 11:19:00 +0200", "2026-04-20T09:19:00+00:00"),
        ("Mon, 15 Dez 2025 10:00:00 +0100", "2025-12-15T09:00:00+00:00"),
        ("Seg, 21 Set 2026 11:19:00 -0300", "2026-09-21T14:19:00+00:00"),
        ("Fri, 20 Xyz 2026 10:00:00 GMT", None),
        ("Tue, 31 Nov 2026 10:00:00 GMT", None),
        ("2026-02-29T10:00:00Z", None),
        ("2026-11-20T10:61:00Z", None),
        ("16", None),
    ],
)
@pytest.mark.parametrize("guid", ["12", "20260517", "2026-05-17"])
@pytest.mark.parametrize("attribute", ["", " zone='local'"])
def test_a_date_is_that_of_the_item_or_none(
    date: str, expected: str | None, guid: str, attribute: str
) -> None:
    plain_item = item(date=date).replace("<pubDate>", f"<pubDate{attribute}>")
    body = rss(re.sub("<guid>.*</guid>", f"<guid isPermaLink='false'>{guid}</guid>", plain_item))
    (entry,) = parse(
        body, url=URL, content_type="", watcher=watcher(), now=datetime(2027, 1, 1, tzinfo=UTC)
    ).entries
    assert (entry.published.isoformat() if entry.published else None) == expected


@pytest.mark.parametrize("start", ["\n", "<!-- made by hand -->\n", "\ufeff"])
def test_what_stands_before_a_feed_does_not_matter(start: str) -> None:
    body = start.encode() + rss(item()).partition(b"\n")[2]
    assert fast_parser.read(body, URL) is not None


@pytest.mark.parametrize("count", [1, 30])
def test_an_ordinary_feed_takes_the_fast_path(count: int) -> None:
    found = fast_parser.read(rss(*(item(number) for number in range(count))), URL)
    assert found is not None
    assert len(found.items) == count


@pytest.mark.parametrize(
    "body",
    [
        rss(item()).replace(b"<channel>", b"<channel xmlns:x='y'><!-- a -->") + b"</rss>",
        b'<!DOCTYPE rss [<!ENTITY a "b">]>' + rss(item()),
        rss(item(date="yesterday")),
        rss(item(1), item(2).replace("<guid>", "<guid isPermaLink='false'>")),
        rss(re.sub("<link>.*</link>", "", item())),
        rss(item().replace("<guid>", "<author><name>Sara</name></author><guid>")),
        rss(item().replace("<title>", "<title>&nbsp;")),
        rss(item()).replace(b"</rss>", b""),
        rss("<item><deep>" + "<a>" * 2_000 + "</a>" * 2_000 + "</deep></item>"),
        rss(),
    ],
)
def test_doubt_is_left_to_the_authority(body: bytes) -> None:
    assert fast_parser.read(body, URL) is None


@pytest.mark.parametrize(
    "doubtful",
    [
        "<source xml:base='https://herald.example/'>Herald</source>",
        "<source mode='escaped'>Herald</source>",
        '<source mode="base64">Herald</source>',
        "<source>Herald &copy;</source>",
        "<source>AT&T</source>",
        "<source><B>Herald</B></source>",
        "<source><br/></source>",
        "<m:title>Herald</m:title>",
        "<m:pubDate>Herald</m:pubDate>",
        "<content type='application/xml'>Herald</content>",
        "<!-- <title> -->",
    ],
)
def test_a_doubtful_part_of_an_item_leaves_it_to_the_authority(doubtful: str) -> None:
    ordinary = item().replace("<guid>", "<source>Herald &amp; Co.</source><guid>")
    assert fast_parser.read(rss(ordinary), URL) is not None
    assert fast_parser._doubtful(rss(item().replace("<guid>", f"{doubtful}<guid>")), b"rss")
