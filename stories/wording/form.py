"""The form of a language's patterns of denying and confirming, and their compilation.

Patterns are regular expressions in ordinary spelling, which are normalised (`rules.normalise`)
before they are compiled. `~4` stands for up to four words without punctuation between them. What
`neutral` matches is neither a denial nor a confirmation, whatever else matches inside it.
"""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Final

from rules import normalise


class Order(Enum):
    """Where the subject of a verb is searched first."""

    BEFORE = "before the verb"
    EITHER = "before the verb, or directly after it where what is denied stands before it"
    AFTER = "directly after the verb, else before it"
    FIRST = "at the beginning of the clause, or directly before the verb"


class _Pattern:
    """A pattern of a wording, compiled when it is first used."""

    def __set_name__(self, owner: type["Wording"], name: str) -> None:
        self._name = name

    def __get__(self, wording: "Wording", owner: type["Wording"]) -> re.Pattern[str]:
        pattern = re.compile(_folded(wording.sources[self._name]))
        # From then on it is found on the wording itself.
        vars(wording)[self._name] = pattern
        return pattern


class Wording:
    """The patterns of one language, each compiled when it is first used.

    To compile those of all languages at once takes a tenth of a second of the start.

    `untrue` calls a claim false, which denies it where a speaker is named. `says` are verbs of
    saying, next to the speaker; `by` precedes the agent in the passive. `of` are words before a
    name, `after_name` endings of it, that keep it from being a subject, unless `office`
    ("spokesman of") precedes. `matter` are nouns that a name modifies ("Iran talks").
    """

    denies = _Pattern()
    untrue = _Pattern()
    confirms = _Pattern()
    neutral = _Pattern()
    claim = _Pattern()
    says = _Pattern()
    by = _Pattern()
    of = _Pattern()
    after_name = _Pattern()
    office = _Pattern()
    matter = _Pattern()
    and_ = _Pattern()
    impersonal = _Pattern()

    def __init__(self, sources: Mapping[str, str], order: Order, common: str) -> None:
        """Take the patterns' sources by name, in ordinary spelling."""
        self.order: Final = order
        self.common: Final = frozenset(map(normalise, common.split()))
        self.sources: Final = sources


NOTHING: Final = "(?!)"
_LETTERS = re.compile(r"[^\W\d_]+")
_QUOTE = re.compile(r'(?<!\[\^)"')
_GAP = re.compile(r"~(\d)")


def _folded(source: str) -> str:
    quoted = _QUOTE.sub("[\"']", source.replace("\u200c", " ?"))
    letters = _LETTERS.sub(lambda found: normalise(found[0]), quoted)
    return _GAP.sub(r"(?:[^\\s,;:.!?،؛]+ ){0,\1}?", letters)


def _whole(*parts: str, before: str = "") -> str:
    return rf"(?<!\w){before}(?:{'|'.join(parts) or NOTHING})(?!\w)"


def wording(
    *,
    denies: tuple[str, ...],
    untrue: tuple[str, ...],
    confirms: tuple[str, ...],
    neutral: tuple[str, ...],
    claim: str,
    says: str,
    common: str,
    by: str = NOTHING,
    of: str = NOTHING,
    after_name: str = NOTHING,
    office: str = NOTHING,
    matter: str = NOTHING,
    and_: str = NOTHING,
    impersonal: str = NOTHING,
    order: Order = Order.BEFORE,
    before: str = "",
) -> Wording:
    """A language's patterns and common words, in ordinary spelling."""
    sources = {
        "denies": _whole(*denies, before=before),
        "untrue": _whole(*untrue, before=before),
        "confirms": _whole(*confirms, before=before),
        "neutral": _whole(*neutral, before=before),
        "claim": _whole(claim),
        "says": _whole(says, before=before),
        "by": rf"(?<!\w)(?:{by})$",
        "of": rf"(?<!\w)(?:{of})$",
        "after_name": rf"(?:{after_name})(?!\w)",
        "office": rf"(?<!\w)(?:{office})$",
        "matter": rf" ?(?:{matter})(?!\w)",
        "and_": rf" *(?:{and_}) *",
        "impersonal": rf"(?:{impersonal})(?!\w)",
    }
    return Wording(sources, order, common)
