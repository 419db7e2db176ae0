"""Outlines of an OPML document: their attributes, also where it is no XML.

Lists are written by hand and by programs that escape nothing: an XML parser that recovers loses
ampersands, and every outline after a quotation mark. What counts are attributes, not nesting.
"""

import html
import re
from collections.abc import Iterator, Mapping

MAX_OUTLINE = 20_000
# What an address that is there and cannot be read is given as.
UNREAD = "?"
_ROOT = re.compile(r"<(?:[\w.-]{1,50}:)?opml[\s/>]", re.IGNORECASE)
_OUTLINE = re.compile(r"<(?:[\w.-]{1,50}:)?outline(?=[\s/>])", re.IGNORECASE)
_NEXT_TAG = re.compile(r"</?(?:[\w.-]{1,50}:)?(?:outline|body|opml)[\s/>]", re.IGNORECASE)
_BETWEEN = re.compile(r"[^\w<>/]*+")
_END = re.compile(r"\s*/?>")
_NAME = re.compile(r"([\w:.-]{1,50})\s*=\s*")
_BARE = re.compile(r"[^\s<>\"']*")
# A quotation mark ends a value where an attribute or the end of the tag follows.
_AFTER_VALUE = re.compile(r"\s*+(?:/?>|[\w:.-]{1,50}\s*+=\s*+[\"'])")
_KNOWN = re.compile(
    r"\s(?:text|title|type|xmlurl|htmlurl|url|language|description|version|category)\s*+=\s*+[\"']",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{0,31});")


def is_opml(text: str) -> bool:
    """Whether there is an OPML element."""
    return _ROOT.search(text) is not None


def outlines(text: str) -> Iterator[Mapping[str, str]]:
    """The attributes of each outline, names in lower case; of a broken one those before the fault.

    In linear time: of a tag that is longer than MAX_OUTLINE the rest is left out.
    """
    text = _without_comments(text)
    for tag in _OUTLINE.finditer(text):
        following = _NEXT_TAG.search(text, tag.end())
        end = following.start() if following else len(text)
        inside = text[tag.end() : min(end, tag.end() + MAX_OUTLINE)]
        attributes = dict(_attributes(inside))
        if "xmlurl" not in attributes and "xmlurl" in inside.lower():
            attributes["xmlurl"] = UNREAD
        yield attributes


def _without_comments(text: str) -> str:
    parts: list[str] = []
    at = 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin)) >= 0:
        parts.append(text[at:begin])
        at = end + len("-->")
    return " ".join([*parts, text[at:]])


def _attributes(tag: str) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    at = 0
    while not _END.match(tag, at):
        at = _skipped(tag, at)
        named = _NAME.match(tag, at)
        if named is None:
            if at >= len(tag):
                return
            # A word that is no attribute.
            at = max(_BARE.match(tag, at).end(), at + 1)  # type: ignore[union-attr]  # may be empty
            continue
        value, at = _value(tag, named.end())
        name = named[1].lower()
        if value is None:
            return
        if name not in seen:
            seen.add(name)
            yield name, " ".join(_REFERENCE.sub(_character, value).split())


def _skipped(tag: str, at: int) -> int:
    found = _BETWEEN.match(tag, at)
    return found.end() if found else at


def _value(tag: str, at: int) -> tuple[str | None, int]:
    """A value and where it ends; None where it has no end."""
    mark = tag[at : at + 1]
    if mark not in {'"', "'"}:
        bare = _BARE.match(tag, at)
        end = bare.end() if bare else at
        return tag[at:end], end
    if (end := _end_of_value(tag, at + 1, mark)) < 0:
        return None, len(tag)
    return tag[at + 1 : end], end + 1


def _end_of_value(tag: str, begin: int, mark: str) -> int:
    """Where the quotation mark is that ends a value, which may have others of the kind; or -1."""
    known = _KNOWN.search(tag, begin)
    for limit in dict.fromkeys((known.start() + 1 if known else len(tag), len(tag))):
        end = begin - 1
        while (end := tag.find(mark, end + 1, limit)) >= 0:
            if _AFTER_VALUE.match(tag, end + 1):
                return end
        if (last := tag.rfind(mark, begin, limit)) >= 0:
            return last
    return -1


def _character(reference: re.Match[str]) -> str:
    return html.unescape(reference[0])
