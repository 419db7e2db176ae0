"""OPML, the interchange format of feed lists: reading and writing."""

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from bot.configuration.sources.opml_outlines import is_opml, outlines
from bot.errors import UnreadableSourceError
from watchers import FEED, BadOption, Options, SourceFault, Watcher
from watchers.parsing.encodings import as_utf8
from watchers.parsing.plain_text import plain_title
from watchers.web_addresses import is_web_address, web_address

KIND = "opml"
MAX_FILE = 5_000_000
MAX_TITLE = 80
MAX_FEEDS = 5_000
MAX_OUTLINES = 20_000
MAX_ADDRESS = 2_048
MAX_NOTES = 20
# What these have as `url` is a feed; that of others is a page, or another list.
_FEED_TYPES = frozenset({"rss", "rss1", "rss2", "atom", "feed", "rdf", "json", "jsonfeed"})

_TOLD = _FEED_TYPES | {"link", "include"}


@dataclass(frozen=True, slots=True)
class OpmlOptions(Options):
    """The options of the kind opml: the file of the list, where it has no `url`."""

    file: str = ""

    def address(self, url: str) -> str:
        """The list's address, or "" where it is a file."""
        if not url and not self.file:
            raise BadOption("file", 'is missing: write file = "feeds.opml", or the url of a list')
        if url and self.file:
            raise BadOption("url", "a list has a file or a url, not both: remove one of the keys")
        return Options.address(self, url) if url else ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of a list."""

    title: str
    url: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An outline that cannot be taken: its number in the list, its name, and why."""

    number: int
    title: str
    reason: str

    def __str__(self) -> str:
        """As it is told."""
        return f"outline {self.number} ({self.title or 'without a name'}): {self.reason}"


@dataclass(frozen=True, slots=True)
class FeedList:
    """The feeds of a list, each once, and the outlines that name none that can be read."""

    feeds: tuple[Outline, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def notes(self, most: int = MAX_NOTES) -> list[str]:
        """What is told of the outlines left out: some of them, and how many more there are."""
        told = [str(one) for one in self.left_out[:most]]
        more = len(self.left_out) - len(told)
        return [*told, f"and {more:,} more outlines"] if more > 0 else told


def read_file(path: Path) -> FeedList:
    """The feeds of a list.

    Raises:
        UnreadableSourceError: the file cannot be read, or is no OPML.
    """
    try:
        with path.open("rb") as file:
            body = file.read(MAX_FILE + 1)
    except OSError as error:
        raise UnreadableSourceError(str(path), error.strerror or str(error)) from error
    if len(body) > MAX_FILE:
        raise UnreadableSourceError(str(path), f"it is larger than {MAX_FILE // 1_000_000} MB")
    return read(body, str(path))


def read(body: bytes, place: str) -> FeedList:
    """The feeds of a list from this place.

    Raises:
        UnreadableSourceError: it is no OPML, or names more feeds than are read.
    """
    try:
        text = as_utf8(body, "", None).decode("utf-8", "replace")
    except SourceFault as fault:
        raise UnreadableSourceError(place, str(fault)) from fault
    if not is_opml(text):
        raise UnreadableSourceError(place, "it is not OPML")
    feeds: dict[str, Outline] = {}
    left_out: list[LeftOut] = []
    for number, attributes in enumerate(outlines(text), 1):
        if number > MAX_OUTLINES:
            raise UnreadableSourceError(place, f"it has more than {MAX_OUTLINES:,} outlines")
        match _outline(number, attributes):
            case Outline() as outline:
                feeds.setdefault(outline.url, outline)
            case LeftOut() as one:
                left_out.append(one)
    if len(feeds) > MAX_FEEDS:
        raise UnreadableSourceError(place, f"it names more than {MAX_FEEDS:,} feeds")
    return FeedList(tuple(feeds.values()), tuple(left_out))


def written(watchers: Iterable[Watcher]) -> str:
    """The feeds among the watchers as OPML."""
    lines = (_line(watcher) for watcher in watchers if watcher.kind == FEED)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
        "  <head><title>Backchannel</title></head>\n  <body>\n"
        f"{''.join(lines)}  </body>\n</opml>\n"
    )


def _outline(number: int, attributes: Mapping[str, str]) -> Outline | LeftOut | None:
    """The feed of an outline, or why there is none; None for a folder."""
    kind = attributes.get("type", "").lower()
    said = attributes.get("xmlurl", "")
    if not said and kind in _FEED_TYPES:
        said = attributes.get("url", "")
    title = plain_title(html.escape(attributes.get("title") or attributes.get("text", "")))
    title = title[:MAX_TITLE].rstrip()
    url = web_address(said)
    is_folder = kind not in _TOLD and "url" not in attributes and "htmlurl" not in attributes
    if not url and is_folder:
        return None
    if reason := _unfit(url):
        return LeftOut(number, title, reason)
    language = attributes.get("language", "").lower().partition("-")[0]
    known = language.isascii() and language.isalpha() and 2 <= len(language) <= 3
    return Outline(title, url, language if known else None)


def _unfit(url: str) -> str:
    if not url:
        return "it names no feed: it has no xmlUrl"
    if len(url) > MAX_ADDRESS:
        return f"its address is longer than {MAX_ADDRESS:,} characters"
    return "" if is_web_address(url) else "it has no http or https address that can be read"


def _line(watcher: Watcher) -> str:
    said = {"type": "rss", "text": watcher.title, "title": watcher.title, "xmlUrl": watcher.url}
    if watcher.language:
        said["language"] = watcher.language
    attributes = " ".join(f"{name}={quoteattr(value)}" for name, value in said.items())
    return f"    <outline {attributes}/>\n"
