"""Where one sentence ends and the next begins."""

import re
from collections.abc import Iterator
from typing import Final

_END: Final = re.compile(r"[.!?؟…۔。]+[\"'”’»)\]]*(?=\s)|\n+")
_LAST_WORD: Final = re.compile(r"([^\W\d_]+(?:\.[^\W\d_]+)*)\.$")
_SHORTENED: Final = frozenset(
    "mr mrs ms dr prof gen lt col sgt capt rep sen gov st jr sr no nr art vs inc ltd co corp "
    "jan feb mar apr jun jul aug sep sept oct nov dec bzw ca usw hr fr mme mlle etc al".split()
)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a text as spans, in order; together they leave out only blanks."""
    begin = 0
    for end in _END.finditer(text):
        if _goes_on(text, begin, end):
            continue
        if text[begin : end.end()].strip():
            yield begin, end.end()
        begin = end.end()
    if text[begin:].strip():
        yield begin, len(text)


def _goes_on(text: str, begin: int, end: re.Match[str]) -> bool:
    if end[0] != ".":
        return False
    following = text[end.end() : end.end() + 3].lstrip()
    if following and following[0].islower():
        return True
    last = _LAST_WORD.search(text, max(begin, end.end() - 20), end.end())
    if last is None:
        return False
    word = last[1]
    return len(word) == 1 or "." in word or word.casefold() in _SHORTENED
