"""Sentence segmentation."""

import re
from collections.abc import Iterator
from typing import Final

_END: Final = re.compile(r"[.!?؟…۔。]+[\"'”’»“״)\]]*(?=\s)|\n+")
_LAST_WORD: Final = re.compile(r"([^\W_]+(?:\.[^\W_]+)*)\.$")
_LONGEST_WORD: Final = 20
# A quotation is kept whole, unless it is so long that a mark was probably forgotten.
_QUOTATION: Final = re.compile(
    r"“[^“”\n]{1,400}”|«[^«»\n]{1,400}»|„[^„“”\n]{1,400}[“”]"
    r"|(?<![^\s(\[—–-])\"(?=\S)[^\"\n]{1,400}(?<=\S)\"(?!\w)"
)
_CLOSING: Final = frozenset("\"'”’»“״)]")
_SHORTENED: Final = frozenset(
    "mr mrs ms dr prof gen lt col sgt capt rep reps sen sens gov adm maj st jr sr art vs inc ltd "
    "corp jan feb mar apr jun jul aug sep sept oct nov dec bzw ca usw hr fr mme mlle mm etc al "
    "approx dept est min max mio mrd ggf vgl abs bd tel z.b d.h u.a s.o i.d.r p.ex doç av yrd "
    "гг им ул см стр тыс млн млрд руб долл напр проф акад ред т.е т.к т.д т.п".split()
)
_BEFORE_NUMBERS: Final = frozenset("no nos nr art fig p pp s vol ch sec abs str ст рис".split())
# An ordinal and not the end, in German: "am 7. Juni".
_BEFORE_ORDINALS: Final = frozenset(
    "am vom zum der die das den dem des im ab bis seit und ihr sein ihre seine jeder jede".split()
)
_OPENERS: Final = frozenset(
    "the he she it they but in on at a an this that these we both neither after before "
    "officials however meanwhile its their his her there".split()
)
_NEXT_WORD: Final = re.compile(r"\s*[\"“‘(\[]*([^\W\d_]+)")
_ENDED_STATES: Final = frozenset("u.s u.k u.n e.u d.c a.m p.m".split())


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a text as spans, in order; only blanks lie between them.

    A line break ends a sentence; a full stop does not after an abbreviation, an initial or a
    German ordinal, and nothing does inside a quotation.
    """
    quotations = _QUOTATION.finditer(text)
    quotation = next(quotations, None)
    begin = 0
    for end in _END.finditer(text):
        while quotation and quotation.end() <= end.start():
            quotation = next(quotations, None)
        inside = quotation and quotation.start() < end.start() and end.end() < quotation.end()
        if end[0][0] != "\n" and (inside or _goes_on(text, begin, end)):
            continue
        yield from _trimmed(text, begin, end.end())
        begin = end.end()
    yield from _trimmed(text, begin, len(text))


def _goes_on(text: str, begin: int, end: re.Match[str]) -> bool:
    mark = end[0]
    following = text[end.end() : end.end() + 3].lstrip()[:1]
    if following.islower() and (mark[0] in ".…" or mark[-1] in _CLOSING):
        return True
    return mark == "." and _shortened(text, begin, end.end())


def _shortened(text: str, begin: int, end: int) -> bool:
    """Whether a full stop is part of an abbreviation."""
    last = _LAST_WORD.search(text, max(begin, end - _LONGEST_WORD), end)
    if last is None:
        return False
    word = last[1].casefold()
    following = _NEXT_WORD.match(text, end)
    if word.isdigit():
        before = text[max(begin, last.start() - _LONGEST_WORD) : last.start()].split()
        return len(word) <= 2 and bool(before) and before[-1].casefold() in _BEFORE_ORDINALS
    if word in _BEFORE_NUMBERS:
        return text[end : end + 2].strip()[:1].isdigit()
    if word in _ENDED_STATES:
        return following is None or following[1].casefold() not in _OPENERS
    return (len(word) == 1 and word.isalpha()) or "." in word or word in _SHORTENED


def _trimmed(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    part = text[begin:end]
    bare = part.strip()
    if bare:
        start = begin + part.index(bare[0])
        yield start, start + len(bare)
