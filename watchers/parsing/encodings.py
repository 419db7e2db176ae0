"""Detection of a body's encoding from its bytes, headers and XML declaration."""

import codecs
import re

from watchers.errors import NotAFeed

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_PROLOG = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_PROLOG_TEXT = re.compile(r"(\s*<\?xml[^>]{0,200}?)\s+encoding\s*=\s*[\"'][^\"']{0,60}[\"']")
# What pages in a language were written in before UTF-8.
_LEGACY = {
    "ar": "windows-1256", "fa": "windows-1256", "ur": "windows-1256", "ru": "windows-1251",
    "uk": "windows-1251", "he": "windows-1255", "tr": "windows-1254", "el": "windows-1253",
    "pl": "windows-1250", "cs": "windows-1250", "hu": "windows-1250",
}  # fmt: skip
# What is said to be the first has the characters of the second, too.
_WIDER = {
    "iso8859-1": "windows-1252", "iso8859-9": "windows-1254", "gb2312": "gb18030",
    "gbk": "gb18030", "shift-jis": "cp932", "euc-kr": "cp949",
}  # fmt: skip
_NOT_OF_DOCUMENTS = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"}
)
# So many of the characters beyond ASCII may be broken in what is still read as UTF-8.
_BROKEN = 0.05
_HEAD = 1_000


def as_utf8(body: bytes, content_type: str, language: str | None) -> bytes:
    """The body in UTF-8, without an XML declaration of another encoding."""
    # XML knows no NUL, and broken programs write it.
    text = _decoded(body, content_type, language).replace("\0", "")
    if prolog := _PROLOG_TEXT.match(text[:_HEAD]):
        text = prolog[1] + text[prolog.end() :]
    return text.encode("utf-8", "replace")


def _decoded(body: bytes, content_type: str, language: str | None) -> str:
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    if 0 in body[:2]:
        return body.decode("utf-16-be" if body[0] == 0 else "utf-16-le", "replace")
    # Bytes beyond ASCII that are valid UTF-8 by accident do not occur, whatever is said.
    # ISO-2022 alone writes such characters in ASCII, between escapes.
    escapes = body.isascii() and b"\x1b" in body
    for name in [*([] if escapes else ["utf-8"]), *_said(body, content_type)]:
        if (text := _strictly(body, name)) is not None:
            return text
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") <= _BROKEN * sum(1 for character in text if character > "\x7f"):
        return text
    return body.decode(_LEGACY.get((language or "")[:2], "windows-1252"), "replace")


def _said(body: bytes, content_type: str) -> list[str]:
    header = _CHARSET.search(content_type)
    prolog = _PROLOG.match(body[:_HEAD])
    names = [found for found in (header and header[1], prolog and prolog[1].decode()) if found]
    # Latin-1 is what servers and templates say that know nothing.
    names.sort(key=lambda name: _codec(name) == "iso8859-1")
    return [each for name in names for each in (_WIDER.get(_codec(name)), name) if each]


def _strictly(body: bytes, name: str) -> str | None:
    if _codec(name) in _NOT_OF_DOCUMENTS:
        return None
    try:
        return body.decode(name)
    except (LookupError, ValueError):
        return None
    except Exception as error:
        raise NotAFeed(f"its encoding {name} cannot be read") from error


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name.replace("_", "-") if name.isascii() else ""
    except LookupError:
        return ""
