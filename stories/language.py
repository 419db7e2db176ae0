"""Language detection among eight languages, by script and function words."""

import re
from typing import Final

from rules import normalise
from stories.wording import WORDINGS

_ENOUGH: Final = 20
_SAMPLE: Final = 400
_TELLING: Final = 2
_LATIN: Final = ("en", "fr", "de", "tr")
_WORD: Final = re.compile(r"\w+(?:'\w+)?")
_SCRIPTS: Final = (
    (re.compile("[\u0590-\u05ff]"), ("he",)),
    (re.compile("[\u0400-\u04ff]"), ("ru",)),
    (re.compile("[\u0600-\u06ff]"), ("fa", "ar")),
)
_LETTERS: Final = {
    "fa": re.compile("[پچژگکی\u200c]"),
    "ar": re.compile(r"[ةىيكأإؤ]|\bال"),
    "tr": re.compile("[ığşİĞŞ]"),
    "de": re.compile("[ßä]"),
    "fr": re.compile("[éèêàçù]"),
}


def languages_of(title: str, text: str, said: str | None) -> tuple[str, ...]:
    """The languages to read a document in; several where it is not certain.

    What the source says of its language weighs no more than one small word: feeds are wrong.
    """
    sample = title if len(title) > _ENOUGH else f"{title} {text[:_SAMPLE]}"
    candidates = _of_script(sample)
    if len(candidates) == 1:
        return candidates
    claimed = (said or "").casefold()[:2]
    words = set(_WORD.findall(normalise(sample)))
    scores = {one: _score(one, sample, words) + (one == claimed) for one in candidates}
    best = max(scores.values())
    if best < _TELLING:
        return candidates
    return tuple(one for one in candidates if scores[one] == best)


def _of_script(sample: str) -> tuple[str, ...]:
    if sample.isascii():
        return _LATIN
    counts = [(len(letters.findall(sample)), told) for letters, told in _SCRIPTS]
    most, told = max(counts, key=lambda count: count[0])
    others = sum(char.isascii() and char.isalpha() for char in sample)
    return told if most and most * 2 >= others else _LATIN


def _score(language: str, sample: str, words: set[str]) -> int:
    common = WORDINGS[language].common
    letters = None if sample.isascii() else _LETTERS.get(language)
    found = len(letters.findall(sample)) if letters else 0
    return len(words & common) + found
