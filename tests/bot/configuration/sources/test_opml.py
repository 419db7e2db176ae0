"""Lists of feeds as people and programs write them: nothing is lost without a word."""

import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.configuration.loading import load
from bot.configuration.sources.opml import MAX_FILE, FeedList, read
from bot.errors import UnreadableSourceError
from tests.bot.configuration.test_loading import GOOD

pytestmark = pytest.mark.usefixtures("small_lexicon")

BROKEN = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>x</title></head><body>
<!-- <outline text="Old" xmlUrl="https://old.example/feed"/> -->
<outline text="Papers">
<outline text="Amp" type="rss" xmlUrl="https://amp.example/rss.aspx?tabid=82&moduleid=79&lang=en"/>
<outline text="Quote "Daily"" title="Quote "Daily"" type="rss" xmlUrl="https://quote.example/feed"/>
</outline>
<outline text="Less < more > &copy & &#1575;" xmlUrl='https://less.example/feed?a="b"&amp;copy=1'/>
<outline text="Scheme" type="rss" xmlUrl="feed://scheme.example/feed"/>
<outline text="Upper" type="rss" XMLURL="HTTPS://Upper.Example/Feed"/>
<outline text="A page" type="link" url="https://page.example/"/>
<outline text="A feed" type="rss" url="https://old-style.example/feed"/>
<outline text="A file" type="rss" xmlUrl="file:///etc/passwd"/>
<outline text="Nothing" type="rss"/>
<outline text="Cut" xmlUrl="https://cut.example/feed
<outline text="Good" type="rss" xmlUrl="https://good.example/feed"/>
</body></opml>"""
FEEDS = {
    "https://amp.example/rss.aspx?tabid=82&moduleid=79&lang=en": "Amp",
    "https://quote.example/feed": 'Quote "Daily"',
    'https://less.example/feed?a="b"&copy=1': "Less < more > &copy & ا",
    "https://scheme.example/feed": "Scheme",
    "https://upper.example/Feed": "Upper",
    "https://old-style.example/feed": "A feed",
    "https://good.example/feed": "Good",
}
LEFT_OUT = [(7, "A page"), (9, "A file"), (10, "Nothing"), (11, "Cut")]


def _titles(found: FeedList) -> dict[str, str]:
    return {one.url: one.title for one in found.feeds}


def test_a_list_that_is_no_xml_is_read() -> None:
    found = read(BROKEN.encode(), "x")
    assert _titles(found) == FEEDS
    assert [(one.number, one.title) for one in found.left_out] == LEFT_OUT


@pytest.mark.parametrize(
    "text",
    [
        '<opml xmlns="http://opml.org/spec2"><body><outline text="A" xmlUrl="{}"/></body></opml>',
        '<o:opml xmlns:o="http://opml.org/spec2"><o:outline text="A" xmlUrl="{}"/></o:opml>',
        '<OPML><OUTLINE TEXT="A" XMLURL="{}"></OUTLINE></OPML>',
        "<opml><outline text='A'\n xmlUrl = '{}'\n /></opml>",
        '<opml><outline text="A" category="/a,/b" xmlUrl="{}" later:key="x"></opml>',
        "<opml><outline text=A xmlUrl={}></opml>",
        '<opml><outline text="A"xmlUrl="{}"/>',
        '<?xml version="1.0" encoding="utf-16"?><opml><outline text="A" xmlUrl="{}"/></opml>',
    ],
)
def test_an_outline_is_read_in_whatever_form(text: str) -> None:
    encoding = "utf-16" if "utf-16" in text else "utf-8"
    found = read(text.format("https://a.example/f").encode(encoding), "x")
    assert (_titles(found), found.left_out) == ({"https://a.example/f": "A"}, ())


@pytest.mark.parametrize("written", ['A "b" c', '"A" b', 'A "b"', '"', '""'])
def test_quotation_marks_in_a_title_cost_no_address(written: str) -> None:
    text = f'<opml><outline text="{written}" xmlUrl="https://a.example/f"/></opml>'
    assert _titles(read(text.encode(), "x")) == {"https://a.example/f": written}


def test_import_says_what_it_left_out(tmp_path: Path) -> None:
    config, feeds = tmp_path / "config.toml", tmp_path / "feeds.opml"
    config.write_text(GOOD, "utf-8")
    feeds.write_text(BROKEN, "utf-8")
    done = CliRunner().invoke(app, ["import", str(feeds), "--config", str(config)])
    output = " ".join(done.output.split())
    assert "has 7 new watchers" in output
    assert "outline 7 (A page): it names no feed" in output
    assert "outline 9 (A file): it has no http or https address" in output
    assert {watcher.url for watcher in load(config).watchers} >= FEEDS.keys()
    again = CliRunner().invoke(app, ["import", str(feeds), "--config", str(config)])
    assert "has 0 new watchers" in " ".join(again.output.split())


def test_a_list_in_the_configuration_warns_of_what_it_left_out(tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(BROKEN, "utf-8")
    config = tmp_path / "config.toml"
    table = '[[watcher]]\nname = "press"\ntitle = "Press"\nkind = "opml"\nfile = "feeds.opml"\n'
    config.write_text(f"{GOOD}\n{table}", "utf-8")
    done = CliRunner().invoke(app, ["check", "--config", str(config)])
    assert "the list press: outline 7 (A page)" in " ".join(done.output.split())


def test_many_that_are_left_out_are_counted() -> None:
    text = "<opml>" + '<outline type="link" url="https://a.example/"/>' * 30
    notes = read(text.encode(), "x").notes(5)
    assert (len(notes), notes[-1]) == (6, "and 25 more outlines")


@pytest.mark.parametrize(
    "piece",
    [
        "<outline ",
        "<!--",
        '<outline a="" ',
        '<outline a="x',
        '"',
        " ",
        'a="!',
        '" !',
        "<a:outline ",
    ],
)
@pytest.mark.parametrize("begin", ["<opml><outline ", '<opml><outline a="'])
def test_a_hostile_list_takes_linear_time(begin: str, piece: str) -> None:
    body = (begin + piece * (MAX_FILE // len(piece))).encode()
    started = time.process_time()
    try:
        read(body, "x")
    except UnreadableSourceError as error:
        assert "more than" in error.cause  # noqa: PT017  both ends are right
    assert time.process_time() - started < 5
