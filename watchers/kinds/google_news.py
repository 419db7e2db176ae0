"""The kind google-news: a search of Google News, or what it has of one site."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from watchers.errors import NotOfKind
from watchers.options import BadOption, Options
from watchers.parsing.dates import read_date
from watchers.parsing.items import Answer, Document, Item
from watchers.parsing.markup import Node, read_xml
from watchers.parsing.plain_text import as_markup, plain_title

SERVICE = "https://news.google.com/rss/search"
_SITE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[\w./~-]*)?", re.IGNORECASE | re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}")
_WINDOW = re.compile(r"[1-9]\d{0,3}[hdwmy]")
_LONGEST_QUERY = 1_000
_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
_ENDS = b"</rss>"
_KIND = "answer of Google News"
# Between a headline and the outlet, which is named in an element of its own, too.
_DASH = " - "
# Editions whose language is written with its country, and with its script or region.
_WITH_COUNTRY = frozenset({"en", "pt", "zh"})
_VARIANTS = {
    ("pt", "BR"): "pt-419", ("pt", "PT"): "pt-150", ("zh", "CN"): "zh-Hans",
    ("zh", "SG"): "zh-Hans", ("zh", "TW"): "zh-Hant", ("zh", "HK"): "zh-Hant",
}  # fmt: skip
# Where an edition in a language is, if the watcher names no country.
_COUNTRIES = {
    "en": "US", "ar": "EG", "he": "IL", "fr": "FR", "de": "DE", "ru": "RU", "tr": "TR", "es": "ES",
    "it": "IT", "pt": "BR", "zh": "CN", "ja": "JP", "ko": "KR", "hi": "IN", "ur": "PK",
    "nl": "NL", "pl": "PL", "uk": "UA", "el": "GR", "id": "ID", "vi": "VN", "th": "TH",
    "cs": "CZ", "hu": "HU", "ro": "RO", "sv": "SE", "no": "NO", "bn": "BD", "ta": "IN",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GoogleNewsOptions(Options):
    """A query in Google's syntax, a site, or both; the edition's country; the time span."""

    query: str = ""
    site: str = ""
    country: str = ""
    window: str = "1d"

    def __post_init__(self) -> None:
        """Raise BadOption for what Google would not understand."""
        if not (self.query.strip() or self.site):
            raise BadOption("query", 'say what to look for: a query, or site = "courier.example"')
        if len(self.query) > _LONGEST_QUERY:
            raise BadOption("query", f"it is longer than {_LONGEST_QUERY} characters")
        if self.site and not _SITE.fullmatch(self.site):
            raise BadOption("site", 'a site is written "courier.example"')
        if self.country and not _COUNTRY.fullmatch(self.country):
            raise BadOption("country", 'a country is written by its two letters: "US", "EG"')
        if self.window and not _WINDOW.fullmatch(self.window):
            raise BadOption("window", 'a window is written "12h", "1d" or "1w"; "" for none')

    @property
    def leads_to_articles(self) -> bool:
        """False: links lead to a page of Google's that only browsers get beyond."""
        return False

    @property
    def is_of_one_site(self) -> bool:
        """False: Google says itself whose each entry is."""
        return False

    def address_in(self, url: str, language: str | None) -> str:
        """The address of the search, at Google's service where `url` names no other."""
        spoken = language or "en"
        country = self.country or _COUNTRIES.get(spoken, "")
        if not country:
            raise BadOption("country", f"is missing: there is no usual one for {spoken!r}")
        wanted = (self.query.strip(), self.site and f"site:{self.site}")
        asked = " ".join(filter(None, (*wanted, self.window and f"when:{self.window}")))
        edition = {
            "q": asked,
            "hl": f"{spoken}-{country}" if spoken in _WITH_COUNTRY else spoken,
            "gl": country,
            "ceid": f"{country}:{_VARIANTS.get((spoken, country), spoken)}",
        }
        return f"{Options.address(self, url or SERVICE)}?{urlencode(edition)}"


def read(answer: Answer, _: GoogleNewsOptions) -> Document:
    """The articles that answer a search, the newest first, each with its outlet."""
    root = read_xml(answer.body, answer.content_type, answer.watcher.language)
    if root is None or root.name != "rss":
        page = root is not None and root.name == "html"
        what = "it is a web page, such as its question for consent or for a human" if page else ""
        raise NotOfKind(_KIND, what or "it is no RSS")
    complete = _ENDS in answer.body[-1_000:]
    channel = next((node for node in root if node.name == "channel"), None)
    found = [node for node in channel or () if node.name == "item"]
    items = [item for node in (found if complete else found[:-1]) if (item := _item(node))]
    items.sort(key=lambda item: item.published or _EARLIEST, reverse=True)
    said = next((node.own_text for node in channel or () if node.name == "language"), "")
    return Document(tuple(items), language=said, base=answer.url, complete=complete)


def _item(node: Node) -> Item | None:
    """An article; its description, a list of headlines of others, is none of its text."""
    parts = {child.name: child for child in node}
    said = {name: child.own_text for name, child in parts.items()}
    outlet = plain_title(said.get("source", ""))
    headline = _without(plain_title(said.get("title", "")), outlet)
    if not headline or not said.get("link"):
        return None
    return Item(
        id=said.get("guid", ""),
        title=as_markup(headline),
        link=said["link"],
        published=read_date(said.get("pubdate", "")),
        publisher=as_markup(outlet),
        publisher_address=parts["source"].attribute("url") if outlet else "",
    )


def _without(title: str, outlet: str) -> str:
    """The headline without the outlet at its end, in whatever capitals."""
    head, dash, tail = title.rpartition(_DASH)
    return head.rstrip() if dash and outlet and tail.casefold() == outlet.casefold() else title
