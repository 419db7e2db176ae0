"""The form of a language's patterns of denying and confirming, and their compilation.

Patterns are regular expressions in ordinary spelling, which are normalised (`rules.normalise`)
before they are compiled. `~4` stands for up to four words without punctuation between them. What
`neutral` matches is neither a denial nor a confirmation, whatever else matches inside it.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from rules import normalise


class Order(Enum):
    """Where the subject of a verb is searched first."""

    BEFORE = "before the verb"
    EITHER = "before the verb, or directly after it where what is denied stands before it"
    AFTER = "directly after the verb, else before it"
    FIRST = "at the beginning of the clause, or directly before the verb"


@dataclass(frozen=True, slots=True)
class Wording:
    """The compiled patterns of one language.

    `untrue` calls a claim false, which denies it where a speaker is named. `says` are verbs of
    saying, next to the speaker; `by` precedes the agent in the passive. `of` are words before a
    name, `after_name` endings of it, that keep it from being a subject, unless `office`
    ("spokesman of") precedes. `matter` are nouns that a name modifies ("Iran talks").
    """

    denies: re.Pattern[str]
    untrue: re.Pattern[str]
    confirms: re.Pattern[str]
    neutral: re.Pattern[str]
    claim: re.Pattern[str]
    says: re.Pattern[str]
    by: re.Pattern[str]
    of: re.Pattern[str]
    after_name: re.Pattern[str]
    office: re.Pattern[str]
    matter: re.Pattern[str]
    and_: re.Pattern[str]
    impersonal: re.Pattern[str]
    order: Order
    common: frozenset[str]


NOTHING: Final = "(?!)"
_LETTERS = re.compile(r"[^\W\d_]+")
_QUOTE = re.compile(r'(?<!\[\^)"')
_GAP = re.compile(r"~(\d)")


def _folded(source: str) -> str:
    quoted = _QUOTE.sub("[\"']", source.replace("\u200c", " ?"))
    letters = _LETTERS.sub(lambda found: normalise(found[0]), quoted)
    return _GAP.sub(r"(?:[^\\s,;:.!?،؛]+ ){0,\1}?", letters)


def _compiled(*parts: str, before: str = "") -> re.Pattern[str]:
    whole = "|".join(parts) or NOTHING
    return re.compile(rf"(?<!\w){_folded(before)}(?:{_folded(whole)})(?!\w)")


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
    return Wording(
        _compiled(*denies, before=before),
        _compiled(*untrue, before=before),
        _compiled(*confirms, before=before),
        _compiled(*neutral, before=before),
        _compiled(claim),
        _compiled(says, before=before),
        re.compile(rf"(?<!\w)(?:{_folded(by)})$"),
        re.compile(rf"(?<!\w)(?:{_folded(of)})$"),
        re.compile(rf"(?:{_folded(after_name)})(?!\w)"),
        re.compile(rf"(?<!\w)(?:{_folded(office)})$"),
        re.compile(rf" ?(?:{_folded(matter)})(?!\w)"),
        re.compile(rf" *(?:{_folded(and_)}) *"),
        re.compile(rf"(?:{_folded(impersonal)})(?!\w)"),
        order,
        frozenset(map(normalise, common.split())),
    )
