"""Where the sentences of a text begin and end."""

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?؟。…]+[\"'”’»)\]]*(?=\s|$)|\n+")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof gen lt col sen rep gov st no vs etc inc ltd co jan feb mar apr jun jul "
    "aug sep sept oct nov dec u.s u.k u.n e.u a.m p.m i.e e.g d.c z.b d.h u.a bzw ca nr m mme "
    "г гг им т.е".split()
)
_LAST_WORD = re.compile(r"(\S+)$")
_PAIRS = {"“": "”", "«": "»", "„": "“"}


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The start and end of each sentence of a text, white space left out.

    A line break ends a sentence; a full stop does not after an abbreviation, an initial or a
    number, nor inside a quotation that it does not end.
    """
    start = 0
    for end in _END.finditer(text):
        if not _ends_sentence(text, start, end):
            continue
        yield from _trimmed(text, start, end.end())
        start = end.end()
    yield from _trimmed(text, start, len(text))


def _ends_sentence(text: str, start: int, end: re.Match[str]) -> bool:
    if end.group().startswith("\n"):
        return True
    if _quotation_open(text[start : end.end()]):
        return False
    if end.group() != ".":
        return True
    word = _LAST_WORD.search(text, start, end.start())
    if word is None:
        return False
    bare = word.group().lstrip("(\"'“«„").casefold()
    following = text[end.end() :].lstrip()[:1]
    if bare in _ABBREVIATIONS or (len(bare) == 1 and bare.isalpha()):
        return False
    return not (bare.isdigit() and len(bare) <= 2 and following.isalpha())


def _quotation_open(text: str) -> bool:
    return any(text.count(opening) > text.count(closing) for opening, closing in _PAIRS.items())


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    part = text[start:end]
    left = start + len(part) - len(part.lstrip())
    right = start + len(part.rstrip())
    if left < right:
        yield left, right
