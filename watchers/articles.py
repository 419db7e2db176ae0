"""Article pages behind entries' links: fetching one and extracting its text."""

import logging
import re
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from watchers.errors import BadStatus, NoArticle
from watchers.fetching.fetcher import Fetched, Fetcher
from watchers.fetching.worker_process import WorkerProcesses
from watchers.parsing.markup import html_as_utf8
from watchers.parsing.plain_text import as_markup, plain_text
from watchers.records import Watcher

# The longest that taking the text out of a page may take.
EXTRACTION = 10.0
_ACCEPT = {"Accept": "text/html, application/xhtml+xml, */*;q=0.1"}
_PAGES = frozenset({"", "text/html", "application/xhtml+xml"})
# They join letters or keep them apart, in Persian, Indian scripts and emoji. The extraction takes
# them for control characters.
_JOINERS = "\u200c\u200d"
_NAMED_JOINERS = re.compile(r"&(?:zwn?j|#0*820[45]|#[xX]0*200[cCdD])(?:;|(?![0-9A-Za-z]))")
# Letters of a script that nobody can read stand for them meanwhile.
_SHIELDS = tuple(map(chr, range(0x10600, 0x10737)))


class ArticleReader:
    """Fetches article pages within the limits, robots rules and pauses of all requests."""

    def __init__(self, fetcher: Fetcher) -> None:
        """Use this fetcher."""
        self._fetcher = fetcher
        # Apart from the feeds' processes: no poll waits for an article.
        self._in_process = WorkerProcesses(1, EXTRACTION)

    async def read(self, link: str, watcher: Watcher, now: datetime) -> str:
        """The text of the article behind the link of an entry of the watcher.

        Raises:
            NoArticle, RobotsForbid: there is none for us, now or later.
            SourceFault: it cannot be read at present.
        """
        fetched = await self._fetcher.fetch(
            link,
            allow_private=_may_be_private(link, watcher),
            headers=_ACCEPT,
            access=watcher.access,
            obey_robots=True,
        )
        if fetched.status != HTTPStatus.OK or fetched.challenger:
            raise _refusal(fetched, now)
        content_type = fetched.headers.content_type
        if content_type.partition(";")[0].strip().lower() not in _PAGES:
            raise NoArticle("what the link leads to is no web page")
        text = await self._in_process(article_text, fetched.body, content_type, watcher.language)
        if not text:
            raise NoArticle("there is no text on the page")
        return text

    async def rest(self) -> None:
        """End the extraction processes; the next read starts them again."""
        await self._in_process.close()


def article_text(body: bytes, content_type: str = "", language: str | None = None) -> str:
    """The text of the article on a page, its paragraphs as lines; "" where there is none.

    In time that a hostile page decides.
    """
    # Only the process that extracts has to have it.
    import trafilatura  # noqa: PLC0415

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    markup = html_as_utf8(body, content_type, language).decode("utf-8", "replace")
    shielded, shields = _shielded(markup)
    found = trafilatura.extract(
        shielded, include_comments=False, include_tables=False, output_format="txt"
    )
    for shield, joiner in shields.items():
        found = found.replace(shield, joiner) if found else ""
    return plain_text(as_markup(found or ""))


def _shielded(markup: str) -> tuple[str, dict[str, str]]:
    unused = (shield for shield in _SHIELDS if shield not in markup)
    shields = dict(zip(unused, _JOINERS, strict=False))
    markup = _NAMED_JOINERS.sub(_joiner, markup)
    for shield, joiner in shields.items():
        markup = markup.replace(joiner, shield)
    return markup, shields


def _joiner(found: re.Match[str]) -> str:
    name = found[0].strip("&;").lower()
    return _JOINERS[0] if name == "zwnj" or name[-1] in "4c" else _JOINERS[1]


def _may_be_private(link: str, watcher: Watcher) -> bool:
    """Whether the link is on the watcher's own host, which it may read though it is private."""
    return watcher.allow_private and urlsplit(link).hostname == urlsplit(watcher.url).hostname


def _refusal(fetched: Fetched, now: datetime) -> BadStatus | NoArticle:
    status = fetched.status
    if status >= 500 or status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT}:
        return BadStatus(status, wait=fetched.headers.retry_after(now))
    by = f", a challenge of {fetched.challenger}" if fetched.challenger else ""
    return NoArticle(f"the server answers {status}{by}")
