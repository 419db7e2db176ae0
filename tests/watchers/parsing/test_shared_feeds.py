"""Real feeds: none crashes or takes long, and what feedparser finds in them is found."""

import time
from io import BytesIO
from pathlib import Path

import feedparser
import pytest

from tests.watchers.making import URL, parsed, plain
from watchers import ParsedEntry, ParsedFeed
from watchers.errors import NotAFeed
from watchers.parsing import fast_parser, feedparser_adapter
from watchers.parsing.encodings import as_utf8
from watchers.parsing.plain_text import absolute_link, plain_title
from watchers.scheduling.update_hints import NO_HINTS

FEEDS = Path(__file__).parents[4] / "shared" / "feeds"
FILES = sorted(FEEDS.glob("*.xml"))

each_file = pytest.mark.parametrize(
    "path",
    FILES or [pytest.param(FEEDS, marks=pytest.mark.skip(reason=f"{FEEDS} IS ABSENT"))],
    ids=lambda path: path.stem,
)


def _read(body: bytes) -> ParsedFeed:
    try:
        return parsed(body)
    except NotAFeed:
        return ParsedFeed((), NO_HINTS, complete=True)


def _told(entry: ParsedEntry) -> tuple[str, str, str]:
    return entry.id, entry.link, entry.title


def _told_by_feedparser(body: bytes) -> list[tuple[str, str, str]]:
    headers = {"content-location": URL}
    found = feedparser.parse(BytesIO(body), response_headers=headers, sanitize_html=False)
    told = [[one.get(key, "") for key in ("id", "link", "title")] for one in found.entries]
    return [(id_, absolute_link(link, URL), plain_title(title)) for id_, link, title in told]


@each_file
def test_what_feedparser_finds_is_found(path: Path) -> None:
    body = path.read_bytes()
    expected = _told_by_feedparser(body)
    started = time.process_time()
    found = _read(body)
    assert time.process_time() - started < 2
    # Where the file was cut off, the entry that it was cut off in is left for the next poll.
    whole = expected if found.complete else expected[: len(found.entries)]
    assert [_told(entry) for entry in found.entries] == whole
    assert len(expected) - len(whole) <= 1


@each_file
def test_the_fast_path_gives_what_the_authority_gives(path: Path) -> None:
    body = as_utf8(path.read_bytes(), "", None)
    fast = fast_parser.read(body, URL)
    if fast is None:
        return
    slow = feedparser_adapter.read(body, URL)
    assert plain(fast, body) == plain(slow, body)
