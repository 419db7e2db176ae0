"""Conversion of markup to plain text."""

import re
from html import escape, unescape
from urllib.parse import urljoin, urlsplit

from watchers.parsing.references import joined_pairs
from watchers.parsing.tags import is_html, without_tags

MAX_TITLE = 1_000
MAX_TEXT = 20_000
MAX_LINK = 2_048
# Markup seldom makes a text ten times as long; what does is cut before it costs time.
_MAX_MARKUP = 10 * MAX_TEXT

_MAX_BEGINNING = 10_000

_ANY_TAG = re.compile(r"<[^<>]+>")
# No character has such a number, and Python refuses to read the longest of them.
_HUGE_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")
# An ampersand before what would be a reference was escaped twice; one before what would be markup
# was written to be seen.
_ESCAPED_AGAIN = re.compile(
    r"&amp;(?!(?:lt|gt|#0{0,4}6[02]|#[xX]0{0,4}3[cCeE]);)"
    r"(?=(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
)
_MOST_ESCAPES = 2
_WINDOWS = {
    chr(code): character
    for code in range(0x80, 0xA0)
    if (character := unescape(f"&#{code};")).isprintable()
}
_NOT_TEXT = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x84\\x86-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff\\ufeff]"
)
# What the whole way of `absolute_link` gives back as it was: nearly every link.
_PLAIN_LINK = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:/[\w/.,:=&%~+-]*+(?:\?[\w/.,:=&%~+-]++)?)?", re.ASCII
)
_NOT_IN_LINKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff<>\"\\^`{|}]")


def plain_title(markup: str) -> str:
    """The text of some markup in one line."""
    return _cut(" ".join(_stripped(markup[: 10 * MAX_TITLE]).split()), MAX_TITLE)


def plain_text(markup: str) -> str:
    """The text of some markup, its paragraphs as lines."""
    lines = (" ".join(line.split()) for line in _stripped(markup[:_MAX_MARKUP]).split("\n"))
    return _cut("\n".join(filter(None, lines)), MAX_TEXT)


def as_markup(text: str) -> str:
    """The markup that says a text as it is."""
    return escape(text).replace("&amp;", "&#38;")


def absolute_link(link: str, base: str) -> str:
    """The link as an absolute http(s) URL, or ""."""
    # In no address an ampersand is written so: it was escaped twice.
    link = link.strip().replace("&amp;", "&")
    if not link or len(link) > MAX_LINK:
        return ""
    if is_plain_link(link):
        return link
    try:
        parts = urlsplit(urljoin(base, link))
        fit = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return ""
    return _NOT_IN_LINKS.sub(_quoted, parts.geturl())[:MAX_LINK] if fit else ""


def is_made_of(text: str, markup: str) -> bool:
    """Whether the text is a prefix of the markup with each tag replaced by a space."""
    if "<" in text or "<" not in markup:
        return False
    words = text.split()
    begin = unescaped(_ANY_TAG.sub(" ", markup[:_MAX_BEGINNING])).split()[: len(words)]
    if not words or len(begin) < len(words):
        return False
    # The last one may be cut.
    return begin[:-1] == words[:-1] and begin[-1].startswith(words[-1])


def is_plain_link(link: str) -> bool:
    """Whether it is an absolute http(s) URL of plain ASCII characters."""
    return _PLAIN_LINK.fullmatch(link) is not None


def unescaped(text: str) -> str:
    """The text with character references resolved, invalid ones too."""
    return unescape(joined_pairs(_HUGE_REFERENCE.sub("", text))) if "&" in text else text


def storable(text: str) -> str:
    """The text without characters that XML and databases forbid."""
    # It takes a fifth of the time to see that there are none.
    return text if text.isprintable() else _NOT_TEXT.sub("", text)


def _quoted(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "ignore"))


def _stripped(markup: str) -> str:
    text = _once_stripped(markup)
    # Where there was markup beside it, what is escaped is meant to be seen.
    if "<" not in markup and "<" in text:
        for _ in range(_MOST_ESCAPES):
            text = _once_stripped(text) if is_html(text) else text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isprintable() else _NOT_TEXT.sub(_of_windows, text)


def _once_stripped(markup: str) -> str:
    text = without_tags(markup) if "<" in markup else markup
    return unescaped(_ESCAPED_AGAIN.sub("&", text) if "&amp;" in text else text)


def _of_windows(found: re.Match[str]) -> str:
    # Numbers of Windows-1252 that were taken for Unicode's, as browsers read them.
    return _WINDOWS.get(found[0], "")


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    head = text[:most]
    at_space = max(head.rfind(" "), head.rfind("\n"))
    return head[: at_space if at_space > most // 2 else most].rstrip()
