"""Character references that XML parsers refuse or lose, mended: bare ampersands, names of HTML."""

import re
from collections.abc import Iterable, Iterator
from html.entities import html5

_NUMBERS = rb"#(?:[0-9]{1,7}(?![0-9])|[xX][0-9a-fA-F]{1,6}(?![0-9a-fA-F]));?"
# Numbers that follow each other, a name, or nothing. That each begins with one character makes it
# fast, because nothing is tried elsewhere.
_ODD = re.compile(
    rb"&(?:(" + _NUMBERS + rb"(?:&" + _NUMBERS + rb"){0,63})"
    rb"|(?!amp;|lt;|gt;|quot;|apos;)(#?[A-Za-z0-9]{1,40};)?)"
)
# Where there are no references.
_ELSEWHERE = re.compile(rb"<!(?:\[CDATA\[|--|ENTITY\s)")
_ENDS = {b"[": b"]]>", b"-": b"-->", b"E": b">"}
_NUMBER = re.compile(rb"&#(?:([0-9]+)|[xX]([0-9a-fA-F]+));?")
_DECLARED = re.compile(rb"<!ENTITY\s+([\w.-]{1,64})\s")
_MOST_DECLARED = 1_000
# Of a feed with more of them, whoever made it wants something else.
_MOST = 100_000
# A character beyond the first 65,536 as UTF-16 writes it, in two.
_PAIR = re.compile(
    r"&#(?:[xX]0{0,4}([dD][89abAB][0-9a-fA-F]{2})|0{0,4}(5[56][0-9]{3}));"
    r"&#(?:[xX]0{0,4}([dD][c-fC-F][0-9a-fA-F]{2})|0{0,4}(5[67][0-9]{3}));"
)
_PAIR_BYTES = re.compile(_PAIR.pattern.encode())
_HIGH, _LOW, _BEYOND = 0xD800, 0xDC00, 0x10000
_SURROGATES = range(_HIGH, 0xE000)


def mended_references(body: bytes) -> bytes:
    """An XML document in UTF-8 with all its references such that every parser reads them.

    A bare `&` is one; names are those of HTML5, but for those that the document declares; of two
    halves of a character one is made; what is no character of XML is left out.
    """
    if b"&" not in body:
        return body
    declared = frozenset(_DECLARED.findall(body)[:_MOST_DECLARED]) if b"<!ENTITY" in body else ()

    def mended(found: re.Match[bytes]) -> bytes:
        if found[1] is not None:
            return _numbers(found[0])
        name = found[2]
        if name is None or name.startswith(b"#"):
            return b"&amp;" + (name or b"")
        if name[:-1] in declared:
            return found[0]
        characters = html5.get(name.decode())
        return _written(map(ord, characters)) if characters else b"&amp;" + name

    parts: list[bytes] = []
    left = _MOST
    for text, elsewhere in _parts(body):
        whole, count = _ODD.subn(mended, text, count=left) if left and b"&" in text else (text, 0)
        left -= count
        parts += (whole, elsewhere)
    return b"".join(parts)


def _parts(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Pieces that may hold references, each with what follows it and holds none."""
    position = 0
    while found := _ELSEWHERE.search(body, position):
        closing = _ENDS[found[0][2:3]]
        end = body.find(closing, found.end())
        after = end + len(closing) if end >= 0 else len(body)
        yield body[position : found.start()], body[found.start() : after]
        position = after
    yield body[position:], b""


def joined_pairs(text: str) -> str:
    """The text with each character that is referred to in two halves referred to as one."""
    return _PAIR.sub(lambda found: f"&#{_joined(found)};", text) if "&#" in text else text


def joined_pairs_of_bytes(body: bytes) -> bytes:
    """As `joined_pairs`, of bytes in UTF-8."""
    return _PAIR_BYTES.sub(lambda found: b"&#%d;" % _joined(found), body)


def _joined(found: re.Match[str] | re.Match[bytes]) -> int:
    high = int(found[1], 16) if found[1] else int(found[2])
    low = int(found[3], 16) if found[3] else int(found[4])
    return _whole(high, low) or 0xFFFD


def _whole(high: int, low: int) -> int:
    """The character of which these are the halves, or 0."""
    if _HIGH <= high < _LOW <= low < _SURROGATES.stop:
        return _BEYOND + ((high - _HIGH) << 10) + low - _LOW
    return 0


def _numbers(references: bytes) -> bytes:
    codes = [int(tens) if tens else int(hexes, 16) for tens, hexes in _NUMBER.findall(references)]
    if all(map(_is_character, codes)):
        return references if references.count(b";") == len(codes) else _written(codes)
    whole: list[int] = []
    for code in codes:
        if whole and (one := _whole(whole[-1], code)):
            whole[-1] = one
        else:
            whole.append(code)
    return _written(code for code in whole if _is_character(code))


def _is_character(code: int) -> bool:
    return (
        code in {0x9, 0xA, 0xD}
        or (0x20 <= code < 0xFFFE and code not in _SURROGATES)
        or _BEYOND <= code <= 0x10FFFF
    )


def _written(codes: Iterable[int]) -> bytes:
    return b"".join(b"&#%d;" % code for code in codes)
