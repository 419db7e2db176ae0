"""Conversion of markup to plain text."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from watchers.parsing.references import joined_pairs

MAX_TITLE = 1_000
MAX_TEXT = 20_000
MAX_LINK = 2_048
# Markup seldom makes a text ten times as long; what does is cut before it costs time.
_MAX_MARKUP = 10 * MAX_TEXT

_MAX_BEGINNING = 10_000

_BREAKING = (
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main "
    "menu nav ol optgroup option p pre section summary table tbody tfoot thead title tr ul"
)
_SPACING = "td th"
_INLINE = (
    "a abbr acronym area audio b base basefont bdi bdo big button canvas cite code col colgroup "
    "data datalist del dfn em font i img input ins kbd label link map mark meta meter nobr output "
    "param picture progress q rp rt ruby s samp slot small source span strike strong sub sup time "
    "track tt u var video wbr"
)
_DROPPED = (
    "applet embed frame frameset iframe math noscript object script select style svg textarea "
    "template"
)

_REPLACEMENT = (
    dict.fromkeys(_BREAKING.split(), "\n")
    | dict.fromkeys(_SPACING.split(), " ")
    | dict.fromkeys(_INLINE.split(), "")
)
_WITH_CONTENT = frozenset(_DROPPED.split())
# Bounded and without ways back: an attribute that is never closed must not be searched for again
# at each of its characters. How many there are needs no bound: of all beginnings of tags, a third
# at least stands outside of the quotes that any one of them opens, and ends it.
_QUOTED = r"(?:\"(?:[^\"<]*+|[^\"]{0,1000}+)\"|'(?:[^'<]*+|[^']{0,1000}+)')"
_TAG = re.compile(
    rf"<(/?)([A-Za-z][A-Za-z0-9]*+)\b[^<>\"']*+(?:{_QUOTED}[^<>\"']*+)*+>|<!--|<!\[CDATA\["
)
_ANY_TAG = re.compile(r"<[^<>]+>")
# No character has such a number, and Python refuses to read the longest of them.
_HUGE_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")
# Numbers of Windows-1252 that were taken for Unicode's, as browsers read them; \x85 ends a line.
_OF_WINDOWS = re.compile("[\x80-\x84\x86-\x9f]")
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
    text = unescaped(_without_tags(markup) if "<" in markup else markup)
    if not text.isascii():
        text = _OF_WINDOWS.sub(lambda found: unescape(f"&#{ord(found[0])};"), text)
    return storable(text.replace("\r\n", "\n").replace("\r", "\n"))


def _without_tags(markup: str) -> str:
    parts: list[str] = []
    unclosed: set[str] = set()
    position = 0
    while found := _TAG.search(markup, position):
        parts.append(markup[position : found.start()])
        position = found.end()
        replacement = _REPLACEMENT.get(found[2])
        if replacement is None:
            replacement, position = _passed(markup, found, unclosed)
        parts.append(replacement)
    parts.append(markup[position:])
    return "".join(parts)


def _passed(markup: str, found: re.Match[str], unclosed: set[str]) -> tuple[str, int]:
    if found[0] == "<!--":
        return "", _after(markup, "-->", found.end())
    if found[0] == "<![CDATA[":
        return "", found.end()
    name = found[2].lower()
    if name in _WITH_CONTENT:
        empty = found[1] or found[0].endswith("/>") or name in unclosed
        return " ", found.end() if empty else _after_element(markup, name, found.end(), unclosed)
    if (replacement := _REPLACEMENT.get(name)) is not None:
        return replacement, found.end()
    return found[0], found.end()


def _after_element(markup: str, name: str, start: int, unclosed: set[str]) -> int:
    if closing := re.compile(rf"</{name}\s*>", re.IGNORECASE).search(markup, start):
        return closing.end()
    unclosed.add(name)
    # A dropped element that never ends would take the rest of the text with it.
    return len(markup) if name in {"script", "style"} else start


def _after(markup: str, end: str, start: int) -> int:
    at = markup.find(end, start)
    return len(markup) if at < 0 else at + len(end)


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    head = text[:most]
    at_space = max(head.rfind(" "), head.rfind("\n"))
    return head[: at_space if at_space > most // 2 else most].rstrip()
