"""Homoglyphs: letters of one alphabet in place of another's that look the same.

The pairs are those of Unicode's confusables (UTS 39, confusables.txt) between Latin, Cyrillic and
Greek, by their small letters. One letter is changed into one, so that places in a text stay.
"""

import re

_LATIN_OF_CYRILLIC = dict(zip("авгеікмнопрстухјѕһӏԁԛԝѵь", "abreikmhonpctyxjshldqwvb", strict=True))
_LATIN_OF_GREEK = dict(zip("αβγεζηικνορτυχω", "abyeznikvoptuxw", strict=True))
_AS_LATIN = str.maketrans(_LATIN_OF_CYRILLIC | _LATIN_OF_GREEK)
# The other way only for letters of Russian and Ukrainian: what needs others was meant to be Latin.
_AS_CYRILLIC = str.maketrans("abehikmopctyx", "авенікморстух")
_AS_GREEK = str.maketrans("abezikoptyxnvu", "αβεζικορτυχηνυ")
_OTHERS = "\u0370-\u052f"
_OTHER = re.compile(f"[{_OTHERS}]")
_GREEK = re.compile("[\u0370-\u03ff]")
_LATIN = re.compile("[a-z]")
_LIKE_NOTHING = re.compile(
    f"(?![{''.join(_LATIN_OF_CYRILLIC)}{''.join(_LATIN_OF_GREEK)}])[{_OTHERS}]"
)
# It begins with what is rare, and is searched for fast.
_MIXED = re.compile(f"[a-z](?:(?=[{_OTHERS}])|(?<=[{_OTHERS}][a-z]))")
_WORD = re.compile(r"[^\W\d_]+")
_NOT_LATIN = bytes({*range(128)} - {*b"abcdefghijklmnopqrstuvwxyz"})


def as_it_looks(folded: str) -> str:
    """A folded text with homoglyphs in words of mixed alphabets replaced.

    Words of one alphabet stay, unless the text is Latin otherwise: JCPOA in Cyrillic letters.
    """
    if folded.isascii() or not _has_latin(folded) or not _OTHER.search(folded):
        return folded
    if not _is_latin(folded) and _MIXED.search(folded):
        folded = _WORD.sub(_unmixed, folded)
    return folded.translate(_AS_LATIN) if _is_latin(folded) else folded


def _is_latin(folded: str) -> bool:
    return not _LIKE_NOTHING.search(folded) and _mostly_latin(folded)


def _has_latin(folded: str) -> bool:
    # A regular expression takes three times as long.
    return bool(folded.encode("ascii", "ignore").translate(None, _NOT_LATIN))


def _mostly_latin(text: str) -> bool:
    return len(_LATIN.findall(text)) > len(_OTHER.findall(text))


def _unmixed(found: re.Match[str]) -> str:
    word = found[0]
    if not (_LATIN.search(word) and _OTHER.search(word)):
        return word
    in_latin = word.translate(_AS_LATIN)
    in_other = word.translate(_AS_GREEK if _GREEK.search(word) else _AS_CYRILLIC)
    if _OTHER.search(in_latin) or (not _LATIN.search(in_other) and not _mostly_latin(word)):
        return word if _LATIN.search(in_other) else in_other
    return in_latin
