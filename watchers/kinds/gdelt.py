"""The kind gdelt: a query to the GDELT DOC 2.0 API, answered by a list of articles."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from watchers.errors import NotOfKind, QueryRefused
from watchers.options import BadOption, Options
from watchers.parsing.items import Answer, Document, Item
from watchers.parsing.plain_text import plain_title

SERVICE = "https://api.gdeltproject.org/api/v2/doc/doc"
MOST_ARTICLES = 250
_WINDOW = re.compile(r"(\d{1,4})\s*([mhdw])")
_MINUTES = {"m": 1, "h": 60, "d": 1_440, "w": 10_080}
_SHORTEST, _LONGEST = 15, 90 * 1_440
_LONGEST_QUERY = 1_000
_LONGEST_REFUSAL = 200
# GDELT writes titles with backslashes that JSON does not allow.
_STRAY_BACKSLASH = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|(?=.))')
_LANGUAGES = {
    "afrikaans": "af", "albanian": "sq", "amharic": "am", "arabic": "ar", "armenian": "hy",
    "azerbaijani": "az", "bengali": "bn", "bosnian": "bs", "bulgarian": "bg", "catalan": "ca",
    "chinese": "zh", "croatian": "hr", "czech": "cs", "danish": "da", "dutch": "nl",
    "english": "en", "estonian": "et", "finnish": "fi", "french": "fr", "galician": "gl",
    "georgian": "ka", "german": "de", "greek": "el", "gujarati": "gu", "hebrew": "he",
    "hindi": "hi", "hungarian": "hu", "icelandic": "is", "indonesian": "id", "italian": "it",
    "japanese": "ja", "kannada": "kn", "kazakh": "kk", "korean": "ko", "kurdish": "ku",
    "latvian": "lv", "lithuanian": "lt", "macedonian": "mk", "malay": "ms", "malayalam": "ml",
    "marathi": "mr", "mongolian": "mn", "nepali": "ne", "norwegian": "no", "pashto": "ps",
    "persian": "fa", "polish": "pl", "portuguese": "pt", "punjabi": "pa", "romanian": "ro",
    "russian": "ru", "serbian": "sr", "sinhalese": "si", "slovak": "sk", "slovenian": "sl",
    "somali": "so", "spanish": "es", "swahili": "sw", "swedish": "sv", "tamil": "ta",
    "telugu": "te", "thai": "th", "tibetan": "bo", "turkish": "tr", "ukrainian": "uk",
    "urdu": "ur", "uzbek": "uz", "vietnamese": "vi",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GdeltOptions(Options):
    """The query in GDELT's syntax, and the time span that it covers.

    In its place may stand the name of a `rule`, until a query is made of it.
    """

    query: str = ""
    rule: str = ""
    window: str = "1h"

    def __post_init__(self) -> None:
        """Raise BadOption for what GDELT would refuse."""
        if self.query and self.rule:
            raise BadOption("rule", "write either this key or query, not both")
        if not (self.query.strip() or self.rule):
            raise BadOption("query", "say what to look for: a query, or the name of a rule")
        if len(self.query) > _LONGEST_QUERY:
            raise BadOption("query", f"it is longer than {_LONGEST_QUERY} characters")
        if not _SHORTEST <= self._minutes <= _LONGEST:
            raise BadOption("window", 'a window is written "15m" to "90d": "1h", "12h", "2d"')

    @property
    def _minutes(self) -> int:
        found = _WINDOW.fullmatch(self.window.strip())
        return int(found[1]) * _MINUTES[found[2]] if found else 0

    @property
    def is_of_one_site(self) -> bool:
        """False: every article is on another site."""
        return False

    def address(self, url: str) -> str:
        """The URL of the query, at GDELT's API where `url` names no other."""
        asked = {
            "query": self.query.strip(),
            "mode": "ArtList",
            "format": "json",
            "sort": "DateDesc",
            "maxrecords": MOST_ARTICLES,
            "timespan": f"{self._minutes}min",
        }
        return f"{Options.address(self, url or SERVICE)}?{urlencode(asked)}"


def read(answer: Answer, _: GdeltOptions) -> Document:
    """The articles that answer a query."""
    text = answer.body.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if not text.startswith("{"):
        raise QueryRefused(plain_title(text[:2_000])[:_LONGEST_REFUSAL])
    articles = _loaded(text).get("articles", [])
    if not isinstance(articles, list):
        raise NotOfKind("answer of GDELT", "JSON without articles")
    items = (_item(article) for article in articles if isinstance(article, dict))
    return Document(tuple(item for item in items if item.title and item.link), base=answer.url)


def _loaded(text: str) -> dict[str, object]:
    try:
        found: object = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        try:
            found = json.loads(_STRAY_BACKSLASH.sub(_mended, text), strict=False)
        except (ValueError, RecursionError):
            raise NotOfKind("answer of GDELT", "JSON that is broken or cut off") from None
    return found if isinstance(found, dict) else {}


def _mended(found: re.Match[str]) -> str:
    return found[0] if found[1] else "\\\\"


def _item(article: dict[str, object]) -> Item:
    said = {key: value.strip() for key, value in article.items() if isinstance(value, str)}
    return Item(
        title=said.get("title", ""),
        link=said.get("url", ""),
        author=said.get("domain", ""),
        published=_date(said.get("seendate", "")),
        language=_LANGUAGES.get(said.get("language", "").lower(), ""),
    )


def _date(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
