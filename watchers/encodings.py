"""Finding out in which encoding a body is written, whatever it says."""

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
_NOT_OF_DOCUMENTS = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"}
)
# So many of the characters beyond ASCII may be broken in what is still read as UTF-8.
_BROKEN = 0.05


def is_clean_utf8(body: bytes, content_type: str) -> bool:
    """Whether nothing about the encoding can be doubted: UTF-8, and nothing says otherwise."""
    said = [name for name in (_said_by_prolog(body), _said_by_header(content_type)) if name]
    if any(_codec(name) not in {"utf-8", "ascii"} for name in said):
        return False
    return b"\0" not in body and _is_utf8(body)


def as_utf8(body: bytes, content_type: str, language: str | None) -> bytes:
    """The body in UTF-8, without a prolog that says otherwise."""
    text = _decoded(body, content_type, language)
    if prolog := _PROLOG_TEXT.match(text):
        text = prolog[1] + text[prolog.end() :]
    return text.encode("utf-8", "replace")


def _decoded(body: bytes, content_type: str, language: str | None) -> str:
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    if b"\0" in body[:200]:
        return body.decode("utf-16-be" if body.startswith(b"\0") else "utf-16-le", "replace")
    said = [_said_by_header(content_type), _said_by_prolog(body)]
    # Bytes beyond ASCII that are valid UTF-8 by accident do not occur, whatever is said.
    first = ["utf-8"] if _beyond_ascii(body) else []
    for name in [*first, *said, "utf-8"]:
        if name and (text := _strictly(body, name)) is not None:
            return text
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") <= _BROKEN * sum(1 for character in text if character > "\x7f"):
        return text
    return body.decode(_LEGACY.get((language or "")[:2], "windows-1252"), "replace")


def _strictly(body: bytes, name: str) -> str | None:
    if _codec(name) in _NOT_OF_DOCUMENTS:
        return None
    try:
        return body.decode(name)
    except (LookupError, ValueError):
        return None
    except Exception as error:
        raise NotAFeed(f"its encoding {name} cannot be read") from error


def _said_by_header(content_type: str) -> str:
    found = _CHARSET.search(content_type)
    return found[1] if found else ""


def _said_by_prolog(body: bytes) -> str:
    found = _PROLOG.match(body)
    return found[1].decode("ascii", "replace") if found else ""


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name.replace("_", "-") if name.isascii() else ""
    except LookupError:
        return ""


def _beyond_ascii(body: bytes) -> bool:
    return not body.isascii()


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
