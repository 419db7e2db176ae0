"""Normalisation: the folded form in which terms are compared, with a map to the original.

First every character is folded by itself (case, accents, letter forms, digits); then letters of
another alphabet that stand in a word for those that they look like become these; then what
depends on its neighbours is cut: apostrophes inside names, gershayim, repeated spaces.
"""

import codecs
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from contextlib import suppress
from itertools import accumulate

from rules.text.lookalikes import as_it_looks

SEPARATOR = "\x1e"
"""Separates two fields in one normalised text; no term crosses it."""

_CHUNK = 128
_SAME = {
    **dict.fromkeys("'’‘`´ʿʾʼʻ′‛＇׳ʹˈ", "'"),
    **dict.fromkeys("“”„‟״«»″＂", '"'),
    **dict.fromkeys("-‐‑‒–־_", " "),
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("يىۍېۓےئ", "ی"),
    **dict.fromkeys("كڪ", "ک"),
    **dict.fromkeys("ةۀەۃہھ", "ه"),
    **dict.fromkeys("ؤۇۆ", "و"),
    **dict.fromkeys("ıİ", "i"),
    "ـ": "",
    "ך": "כ",
    "ם": "מ",
    "ן": "נ",
    "ף": "פ",
    "ץ": "צ",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ŧ": "t",
}
_MARKS = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05BD),
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C2),
    (0x05C4, 0x05C5),
    (0x05C7, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E8),
    (0x06EA, 0x06ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
)
_ELISIONS = frozenset("l d qu s n j m t c jusqu lorsqu puisqu quoiqu".split())
_ENDINGS = frozenset(
    "s t d m re ve ll "
    "a e i u in un da de ta te dan den tan ten ya ye yi yu ni nu na ne nin nun nda nde ndan nden "
    "la le yla yle li lu lik daki deki taki teki ndaki ndeki ca ce dir dur tir tur ki "
    "lar ler larin lerin".split()
)
_VOWELS = frozenset("aeiou")
_RUN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)+")
_GERSHAYIM = re.compile(r"(?<=[\u05d0-\u05ea])(?:\"|'')(?=[\u05d0-\u05ea])")
_SPACES = re.compile("  +")


class Normalised:
    """A normalised text (`text`) with the positions of its characters in the original."""

    __slots__ = ("_chunks", "_cuts", "_ends", "_folded", "_shifted", "_spans", "original", "text")

    def __init__(self, original: str) -> None:
        self.original = original
        self._folded = as_it_looks(_fold(original))
        self._cuts = _cuts(self._folded)
        self._chunks: list[int] | None = None
        self._ends: dict[int, list[int]] = {}
        self._shifted: list[int] | None = None
        self._spans: dict[tuple[int, int], tuple[int, int]] = {}
        self.text = _cut(self._folded, self._cuts)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original of the normalised characters from `start` to `end`.

        Marks that belong to the last character are taken in.
        """
        place = (start, end)
        if place not in self._spans:
            self._spans[place] = self._span(start, end)
        return self._spans[place]

    def _span(self, start: int, end: int) -> tuple[int, int]:
        first, _ = self._unfolded(self._uncut(start))
        _, last = self._unfolded(self._uncut(end - 1))
        while last < len(self.original) and unicodedata.category(self.original[last]) == "Mn":
            last += 1
        return first, last

    def position(self, offset: int) -> int:
        """The position in the normalised text of an offset in the original."""
        if self._identical():
            folded = offset
        else:
            number = offset // _CHUNK
            begin = self._lengths()[number]
            folded = begin + len(_fold(self.original[number * _CHUNK : offset]))
        return folded - bisect_left(self._cuts, folded)

    def _uncut(self, position: int) -> int:
        if not self._cuts:
            return position
        if self._shifted is None:
            self._shifted = [cut - number for number, cut in enumerate(self._cuts)]
        return position + bisect_right(self._shifted, position)

    def _unfolded(self, folded: int) -> tuple[int, int]:
        """The span of the original character that a folded one came from."""
        if self._identical():
            return folded, folded + 1
        number = bisect_right(self._lengths(), folded) - 1
        if number not in self._ends:
            chunk = self.original[number * _CHUNK : (number + 1) * _CHUNK]
            sizes = [len(_TABLE[ord(char)]) for char in chunk]
            self._ends[number] = list(accumulate(sizes))
        inside = folded - self._lengths()[number]
        offset = number * _CHUNK + bisect_right(self._ends[number], inside)
        return offset, offset + 1

    def _identical(self) -> bool:
        return self.original.isascii()

    def _lengths(self) -> list[int]:
        if self._chunks is None:
            text = self.original
            sizes = (len(_fold(text[at : at + _CHUNK])) for at in range(0, len(text), _CHUNK))
            self._chunks = [0, *accumulate(sizes)]
        return self._chunks


def normalise(text: str) -> str:
    """The normalised form of a text."""
    folded = as_it_looks(_fold(text))
    return _cut(folded, _cuts(folded))


class _Table(dict[int, str]):
    """The folded form of each character by itself, cached on first use."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded(chr(code))
        return folded


def _folded(char: str) -> str:
    before, after = "", char
    while after != before:
        before, after = after, "".join(map(_folded_once, after))
    return after


def _folded_once(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    if char == SEPARATOR:
        return char
    if char.isspace() or unicodedata.category(char) in {"Cc", "Cs"}:
        return " "
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if _dropped(char):
        return ""
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())


def _dropped(char: str) -> bool:
    code = ord(char)
    in_marks = any(first <= code <= last for first, last in _MARKS)
    return in_marks or unicodedata.category(char) == "Cf"


_TABLE = _Table()


class _Alphabet:
    """Folds the characters of one script in three C passes where `str.translate` is slow.

    A text of these characters alone becomes bytes, loses those that are dropped, and becomes
    text again. One of 4,000 Arabic letters takes a fifth of the time.
    """

    def __init__(self, letters: Iterable[str]) -> None:
        ascii_and_common = [*map(chr, range(128)), *_COMMON]
        every = list(dict.fromkeys([*ascii_and_common, *letters]))
        known = [char for char in every if len(_TABLE[ord(char)]) <= 1][:256]
        self._codes = codecs.charmap_build("".join(known).ljust(256, "\ufffe"))
        self._dropped = bytes(code for code, char in enumerate(known) if not _TABLE[ord(char)])
        self._folded = "".join(_TABLE[ord(char)] or "\ufffe" for char in known)

    def fold(self, text: str) -> str:
        """The text folded.

        Raises:
            UnicodeEncodeError: where a character is of no concern to this alphabet.
        """
        encoded, _ = codecs.charmap_encode(text, "strict", self._codes)
        kept = encoded.translate(None, self._dropped)
        return codecs.charmap_decode(kept, "strict", self._folded)[0]


_COMMON = "\u00a0\u200b\u200c\u200d\u200e\u200f\u2060\ufeff‐‑–—‘’‚“”„«»•·°€£№"
_ALPHABETS = tuple(
    _Alphabet(map(chr, letters))
    for letters in (
        [*range(0xC0, 0x100), *map(ord, "ğĞıİşŞőűāīūēčšžćńśźżłęąřěňůøå")],
        [*range(0x400, 0x460), 0x490, 0x491],
        [
            *range(0x621, 0x656),
            *range(0x660, 0x66B),
            *range(0x6F0, 0x6FA),
            *map(ord, "،؛؟\u0670پچژگکیۀہھ"),
        ],
        range(0x5B0, 0x5F5),
    )
)


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower().translate(_TABLE)
    for alphabet in _ALPHABETS:
        with suppress(UnicodeEncodeError):
            return alphabet.fold(text)
    return text.translate(_TABLE)


def _cuts(folded: str) -> list[int]:
    """The positions of characters that are dropped because of their neighbours."""
    cuts: list[int] = []
    if "'" in folded:
        cuts += _apostrophes(folded)
    if '"' in folded or "''" in folded:
        cuts += [at for m in _GERSHAYIM.finditer(folded) for at in range(m.start(), m.end())]
    if "  " in folded:
        cuts += [at for m in _SPACES.finditer(folded) for at in range(m.start() + 1, m.end())]
    cuts.sort()
    return cuts


def _cut(folded: str, cuts: list[int]) -> str:
    if not cuts:
        return folded
    begins = [0, *(cut + 1 for cut in cuts)]
    pieces = [folded[a:b] for a, b in zip(begins, [*cuts, len(folded)], strict=True)]
    # The last letter of Khamene'i can only now be seen to stand in a Latin word.
    return as_it_looks("".join(pieces))


def _apostrophes(folded: str) -> list[int]:
    cuts: list[int] = []
    at = folded.find("'")
    while at >= 0:
        begin = at
        while begin and folded[begin - 1].isalpha():
            begin -= 1
        run = _RUN.match(folded, begin) if begin < at else None
        if run:
            cuts += _inside(run[0], begin)
        at = folded.find("'", run.end() if run else at + 1)
    return cuts


def _inside(run: str, begin: int) -> list[int]:
    """The apostrophes inside names (Kan'ani), not those of clitics (l'Iran, Iran's, İran'ın)."""
    pieces = run.split("'")
    places = list(accumulate((len(piece) + 1 for piece in pieces[:-1]), initial=begin - 1))[1:]
    hiatus = pieces[-1][0] in _VOWELS and pieces[-2][-1] in _VOWELS
    if pieces[-1] in _ENDINGS and not hiatus:
        kept_last = places.pop()
        del kept_last
    if places and pieces[0] in _ELISIONS:
        del places[0]
    return places
