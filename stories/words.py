"""Content words of a text, for comparing whether two texts say the same."""

import re
from typing import Final

from rules import normalise
from stories.wording import WORDINGS

_STEM: Final = 6
_WORD: Final = re.compile(r"\w+")
_SMALL: Final = frozenset(word for wording in WORDINGS.values() for word in wording.common)


def words(text: str) -> frozenset[str]:
    """The stems of the content words, normalised."""
    found: list[str] = _WORD.findall(normalise(text))
    return frozenset(word[:_STEM] for word in found if len(word) > 2 and word not in _SMALL)
