"""What is said of a picture is not the entry's text, unless the entry has no other."""

import time

import pytest

from tests.watchers.making import parsed, rss
from watchers import ParsedEntry
from watchers.parsing.feedparser_adapter import _harmless

MEDIA = "http://search.yahoo.com/mrss/"
CAPTION = "A fisherman in the old harbour of Muttrah, in a photograph of another day."
PICTURES = (
    f"<media:content url='/a.jpg'/><media:description>{CAPTION}</media:description>",
    f"<media:content><media:description type='plain'>{CAPTION}</media:description></media:content>",
    (
        f"<media:group><media:content><m:description>{CAPTION}</m:description></media:content>"
        "</media:group>"
    ),
    f"<m:description><![CDATA[<p>{CAPTION}</p>]]></m:description>",
    f"<image><url>/a.jpg</url><title>Picture</title><description>{CAPTION}</description></image>",
    (
        f"<image><title><![CDATA[Picture]]></title><description><![CDATA[{CAPTION}]]></description>"
        "</image>"
    ),
    f"<enclosure url='/a.jpg'><title>a</title><description>{CAPTION}</description></enclosure>",
    f"<thumbnail><description>{CAPTION}</description></thumbnail>",
    (
        f"<textInput><title>Search</title><description>{CAPTION}</description><name>q</name>"
        "<link>/search</link></textInput>"
    ),
)


def _read(inner: str) -> ParsedEntry:
    link = "<link>https://courier.example/1</link>"
    spaces = f"xmlns:media='{MEDIA}' xmlns:m='{MEDIA.rstrip('/')}'"
    body = rss(f"<item>{link}{inner}</item>").replace(b"<rss ", f"<rss {spaces} ".encode())
    (entry,) = parsed(body).entries
    return entry


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("broken", ["", "<b>"])
def test_a_caption_is_not_the_text(picture: str, broken: str) -> None:
    told = "<title>Talks</title><description>Talks resumed.</description>"
    for inner in (told + picture, picture + told):
        entry = _read(inner + broken)
        assert (entry.title, entry.text) == ("Talks", "Talks resumed.")
        assert entry.link == "https://courier.example/1"


def test_a_picture_s_title_is_not_the_headline_of_a_text() -> None:
    entry = _read("<description>Talks resumed.</description><media:title>A quay</media:title>")
    assert (entry.title, entry.text) == ("", "Talks resumed.")


def test_what_is_said_of_a_video_is_the_text_where_there_is_no_other() -> None:
    words = "<media:description>What it shows.\n\nAnd more.</media:description>"
    video = f"<media:group><media:title>Ferries</media:title>{words}</media:group>"
    for own in ("", "<description> </description>"):
        entry = _read(video + own)
        assert (entry.title, entry.text) == ("Ferries", "What it shows.\nAnd more.")
    assert _read(f"<title>Seven ferries</title>{video}").title == "Seven ferries"


@pytest.mark.parametrize(
    "piece", ["<image>", "<image><a>b", "<media:title ", "xmlns:m='a/mrss'", "<"]
)
def test_hostile_pictures_take_no_time(piece: str) -> None:
    body = piece.encode() * (2_000_000 // len(piece))
    started = time.process_time()
    _harmless(body)
    assert time.process_time() - started < 2
