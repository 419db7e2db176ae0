"""OPML, the interchange format of feed lists: reading and writing."""

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from bot.errors import UnreadableSourceError
from watchers import FEED, BadOption, Options, Watcher
from watchers.parsing.markup import Node, read_xml
from watchers.parsing.plain_text import plain_title

KIND = "opml"
MAX_FILE = 5_000_000
MAX_TITLE = 80
MAX_FEEDS = 5_000
MAX_ADDRESS = 2_048
_ADDRESS = ("xmlUrl", "xmlurl", "xmlURL", "url")


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


def read_file(path: Path) -> list[Outline]:
    """The feeds of a list, each once.

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


def read(body: bytes, place: str) -> list[Outline]:
    """The feeds of a list from this place, each once.

    Raises:
        UnreadableSourceError: it is no OPML, or names more feeds than are read.
    """
    root = read_xml(body)
    if root is None or root.name != "opml":
        raise UnreadableSourceError(place, "it is not OPML")
    feeds = {outline.url: outline for outline in reversed(list(_outlines(root)))}
    if len(feeds) > MAX_FEEDS:
        raise UnreadableSourceError(place, f"it names more than {MAX_FEEDS:,} feeds")
    return list(reversed(feeds.values()))


def written(watchers: Iterable[Watcher]) -> str:
    """The feeds among the watchers as OPML."""
    lines = (_line(watcher) for watcher in watchers if watcher.kind == FEED)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
        "  <head><title>Backchannel</title></head>\n  <body>\n"
        f"{''.join(lines)}  </body>\n</opml>\n"
    )


def _outlines(root: Node) -> Iterator[Outline]:
    for node in root.all("outline"):
        url = next(filter(None, map(node.attribute, _ADDRESS)), "")
        if url.startswith(("https://", "http://")) and len(url) <= MAX_ADDRESS:
            title = plain_title(html.escape(node.attribute("title") or node.attribute("text")))
            language = node.attribute("language").lower().partition("-")[0]
            known = language.isascii() and language.isalpha() and 2 <= len(language) <= 3
            yield Outline(title[:MAX_TITLE].rstrip(), url, language if known else None)


def _line(watcher: Watcher) -> str:
    said = {"type": "rss", "text": watcher.title, "title": watcher.title, "xmlUrl": watcher.url}
    if watcher.language:
        said["language"] = watcher.language
    attributes = " ".join(f"{name}={quoteattr(value)}" for name, value in said.items())
    return f"    <outline {attributes}/>\n"
