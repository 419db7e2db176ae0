"""Removal of tags from markup, broken and foreign ones too. In time that grows with its length."""

import re

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
_KNOWN = frozenset(_REPLACEMENT) | _WITH_CONTENT
# Bounded and without ways back: an attribute that is never closed must not be searched for again
# at each of its characters. How many there are needs no bound: of all beginnings of tags, a third
# at least stands outside of the quotes that any one of them opens, and ends it.
_QUOTED = r"(?:\"(?:[^\"<]*+|[^\"]{0,1000}+)\"|'(?:[^'<]*+|[^']{0,1000}+)')"
# Names of elements; with a colon those of Office and of plugins, with a hyphen custom ones.
_ELEMENT = r"[A-Za-z][A-Za-z0-9]*+(?:[:-][A-Za-z][A-Za-z0-9-]*+)?+"
_TAG = re.compile(
    rf"<(/?)({_ELEMENT})\b([^<>\"']*+(?:{_QUOTED}[^<>\"']*+)*+)>"
    # Comments, sections of CDATA, declarations (also Office's conditions), instructions.
    r"|<!--|<!\[CDATA\[|<![A-Za-z\[][^<>]*+>|<\?[A-Za-z=][^<>]*+>|</>"
)
_ATTRIBUTE = r"\s++[A-Za-z_:@][\w:.-]*+\s*+="
_HAS_ATTRIBUTE = re.compile(_ATTRIBUTE)
_ENDS_AT_ONCE = re.compile(r"\s*+/?")
_CLOSED = re.compile(rf"</({_ELEMENT})\s*+>")
# What is left of a tag whose quotes do not close, ...
_HALF_TAG = re.compile(rf"</?{_ELEMENT}{_ATTRIBUTE}[^<>]*+>?")
# ... and of one that was cut off with the text, after which only marks of the cut may stand.
_CUT_TAG = re.compile(
    rf"</?({_ELEMENT})?+(?:\s++([A-Za-z-]{{0,12}}+)|\s*+/)?+[\s.…\[\]]*+\Z"
    r"|<[!?][A-Za-z\[-][^<>]*+\Z|<[!?]?\Z"
)
_ATTRIBUTES = (
    "align alt border class content data dir height href id itemprop lang name onclick property "
    "rel sizes src srcset style target title type width"
).split()
# A text that is HTML and nothing else: a block from its beginning, and its end somewhere.
_HTML = re.compile(
    r"\s*+<(p|div|h[1-6]|ul|ol|dl|table|blockquote|section|article|figure|pre|html|body|center)"
    r"(?:\s[^<>]*+)?>",
    re.IGNORECASE,
)


def without_tags(markup: str) -> str:
    """The markup without its tags, and without the content of scripts and the like.

    Blocks are separated by line breaks; character references stay. What only looks like a tag
    (<stdlib.h>, <user@host.example>) stays as well.
    """
    parts: list[str] = []
    unclosed: set[str] = set()
    closed: frozenset[str] | None = None
    position = 0
    while found := _TAG.search(markup, position):
        parts.append(markup[position : found.start()])
        position = found.end()
        replacement = _REPLACEMENT.get(found[2])
        if replacement is None:
            replacement, position = _passed(markup, found, unclosed)
        if replacement is None:
            if closed is None:
                closed = frozenset(map(str.lower, _CLOSED.findall(markup)))
            replacement = "" if _is_foreign(found, closed) else found[0]
        parts.append(replacement)
    parts.append(markup[position:])
    text = "".join(parts)
    if "<" in text:
        text = "".join(_HALF_TAG.sub("", part) if "<" in part else part for part in parts)
        text = _CUT_TAG.sub(_without_cut, text)
    return text.replace("]]>", "") if "<![CDATA[" in markup else text


def is_html(text: str) -> bool:
    """Whether a text is HTML and nothing else, as one that was escaped twice is."""
    found = _HTML.match(text)
    return found is not None and f"</{found[1].lower()}>" in text[found.end() :].lower()


def _passed(markup: str, found: re.Match[str], unclosed: set[str]) -> tuple[str | None, int]:
    """What stands for it, and where to go on; None for an element that is not HTML's."""
    if found[0] == "<!--":
        return "", _after(markup, "-->", found.end())
    if not found[2]:
        return "", found.end()
    name = found[2].lower()
    if name in _WITH_CONTENT:
        empty = found[1] or found[0].endswith("/>") or name in unclosed
        return " ", found.end() if empty else _after_element(markup, name, found.end(), unclosed)
    return _REPLACEMENT.get(name), found.end()


def _is_foreign(found: re.Match[str], closed: frozenset[str]) -> bool:
    """Whether it is a tag, though of no element that HTML knows."""
    name, rest = found[2].lower(), found[3]
    if _HAS_ATTRIBUTE.match(rest):
        return True
    if not _ENDS_AT_ONCE.fullmatch(rest):
        return False
    return bool(found[1] or rest) or ":" in name or name in closed


def _without_cut(found: re.Match[str]) -> str:
    name, word = (found[1] or "").lower(), found[2]
    if not name:
        bare = found[0].rstrip(". …[]")
        return "" if bare in {"<", "</"} or bare[1:2] in {"!", "?"} else found[0]
    if word:
        fits = any(attribute.startswith(word.lower()) for attribute in _ATTRIBUTES)
        return "" if fits and name in _KNOWN else found[0]
    return "" if ":" in name or any(known.startswith(name) for known in _KNOWN) else found[0]


def _after_element(markup: str, name: str, start: int, unclosed: set[str]) -> int:
    if closing := re.compile(rf"</{name}\s*>", re.IGNORECASE).search(markup, start):
        return closing.end()
    unclosed.add(name)
    # A dropped element that never ends would take the rest of the text with it.
    return len(markup) if name in {"script", "style"} else start


def _after(markup: str, end: str, start: int) -> int:
    at = markup.find(end, start)
    return len(markup) if at < 0 else at + len(end)
