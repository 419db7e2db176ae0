"""Inflection: the forms in which a spelling occurs in running text, by language.

A spelling becomes one or more forms: a literal beginning that the automaton looks for, what may be
written directly before it, and an expression for the rest of the spelling with its endings.
All of it is closed lists: a form that is not foreseen is not found, and never a longer word.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import permutations, product
from typing import NamedTuple

from rules.text.normalise import normalise

LANGUAGES = ("en", "ar", "fa", "he", "fr", "ru", "tr", "de")
ANY = "any"
BARE = frozenset({""})

_ARABIC_BEFORE = frozenset(
    "".join(parts) for parts in product(("", "و", "ف"), ("", "ب", "ل", "ك", "ک"), ("", "ال"))
) - {"لال", "ولال", "فلال"} | {"لل", "ولل", "فلل"}
_ARABIC_LIGHT = frozenset({"", "و", "ب", "ل"})
_TO_THE = frozenset({"لل", "ولل", "فلل"})
_HEBREW_BEFORE = frozenset(
    "".join(letters) for size in range(4) for letters in permutations("והבלמשכ", size)
)
_HEBREW_LIGHT = frozenset(prefix for prefix in _HEBREW_BEFORE if len(prefix) < 3)
_HEBREW_SWALLOWS = frozenset(prefix for prefix in _HEBREW_BEFORE if prefix[-1:] in tuple("בלכ"))

_TURKISH_CASES = (
    "(?:l[ae]r)?(?:[iu]m[iu]z|[iu]n[iu]z|s?[iu])?"
    "(?:n?[iu]n|[yn]?[iu]|[yn]?[ae]|n?[dt][ae]n?|y?l[ae]|n?c[ae])?(?:ki(?:l[ae]r)?)?"
)
_PERSIAN_COMMON = "(?:(?:ها|ان)?(?:یی|ای|ی)?(?:اش|ش|شان|مان|تان)?|هاست|ست)"

_ADJECTIVE = "(?:ыи|ии|ои|ого|его|ому|ему|ым|им|ом|ем|ая|яя|ую|юю|еи|ое|ее|ые|ие|ых|их|ыми|ими)"
_RUSSIAN_ENDINGS: tuple[tuple[str, int, str, str], ...] = (
    # last letters, how many of them go, endings of a name, endings of a common noun
    ("ский", 2, _ADJECTIVE, _ADJECTIVE),
    ("ый", 2, _ADJECTIVE, _ADJECTIVE),
    ("ий", 2, "(?:ии|ого|его|ому|ему|им|ом|ем|ия|ию|ием)", _ADJECTIVE),
    ("ой", 2, _ADJECTIVE, _ADJECTIVE),
    ("ая", 2, _ADJECTIVE, _ADJECTIVE),
    ("яя", 2, _ADJECTIVE, _ADJECTIVE),
    ("ое", 2, _ADJECTIVE, _ADJECTIVE),
    ("ые", 2, _ADJECTIVE, _ADJECTIVE),
    ("ние", 1, "(?:е|я|ю|ем|и)", "(?:е|я|ю|ем|и|ям|ями|ях)"),
    ("тие", 1, "(?:е|я|ю|ем|и)", "(?:е|я|ю|ем|и|ям|ями|ях)"),
    ("ство", 1, "(?:[оауе]|ом)", "(?:[оауе]|ом|ам|ами|ах)?"),
    ("ие", 2, "(?:ие)", _ADJECTIVE),
    ("ия", 1, "(?:я|и|ю|еи)", "(?:я|и|ю|еи|ям|ями|ях)"),
    ("ии", 1, "и", "(?:и|я|ю|еи|ям|ями|ях)"),
    ("ова", 1, "(?:а|ои|у|ы|ым|ых)", "(?:а|ы|е|у|ои|ам|ами|ах)?"),
    ("ева", 1, "(?:а|ои|у|ы|ым|ых)", "(?:а|ы|е|у|ои|ам|ами|ах)?"),
    ("ина", 1, "(?:а|ои|у|е|ы)", "(?:а|ы|е|у|ои|ам|ами|ах)?"),
    ("ка", 2, "к(?:а|и|е|у|ои)", "(?:к(?:а|и|е|у|ои|ою|ам|ами|ах)|ок|ек)"),
    ("а", 1, "(?:а|ы|и|е|у|ои|еи)", "(?:а|ы|и|е|у|ои|ою|еи|ам|ами|ах)?"),
    ("я", 1, "(?:я|и|е|ю|еи)", "(?:я|и|е|ю|еи|ям|ями|ях)"),
    ("ь", 1, "(?:ь|я|ю|ем|е|и)", "(?:ь|я|ю|ем|е|и|ью|еи|ям|ями|ях)"),
    ("й", 1, "(?:и|я|ю|ем|е)", "(?:и|я|ю|ем|е|ев|ям|ями|ях)"),
    ("ы", 1, "(?:ы|ов|ам|ами|ах)", "(?:ы|а|у|ом|е|ов|ам|ами|ах)?"),
    ("и", 1, "и", "(?:и|а|у|ом|е|ов|еи|ам|ами|ах|я|ю|ям|ями|ях|ь)?"),
    ("о", 1, "о", "(?:о|а|у|ом|е|ам|ами|ах)?"),
)
_RUSSIAN_FIRM = "бвгджзклмнпрстфхцчшщ"


@dataclass(frozen=True, slots=True)
class Form:
    """A search form: optional `before`, the literal stem, and a pattern of endings `after`."""

    literal: str
    before: frozenset[str] = BARE
    after: str = ""


class _Given(NamedTuple):
    spelling: str
    normal: str
    name: bool


@cache
def forms(spelling: str, language: str = ANY, *, name: bool = False) -> tuple[Form, ...]:
    """The forms of a spelling in a language.

    A trailing `*` stands for any ending. Names take fewer endings than common words.
    """
    spelling, star, _ = spelling.partition("*")
    normal = normalise(spelling).strip()
    if not normal:
        return ()
    if star:
        return (Form(normal, _open_before(spelling, language), r"\w*"),)
    return _BY_LANGUAGE[_decided(spelling, language)](_Given(spelling, normal, name))


def _decided(spelling: str, language: str) -> str:
    """The language whose endings apply; decided by the script where it is not given."""
    script = _script(spelling)
    if language in _BY_LANGUAGE and language in _SCRIPTS[script]:
        return language
    if script == "arabic" and language == ANY:
        return _arabic_or_persian(spelling)
    return _SCRIPTS[script][0]


_SCRIPTS = {
    "latin": ("en", "fr", "tr", "de"),
    "arabic": ("either", "ar", "fa"),
    "hebrew": ("he",),
    "cyrillic": ("ru",),
}


def _script(spelling: str) -> str:
    for char in spelling:
        if "\u0400" <= char <= "\u052f":
            return "cyrillic"
        if "\u0590" <= char <= "\u05ff":
            return "hebrew"
        if "\u0600" <= char <= "\u06ff" or "\ufb50" <= char <= "\ufeff":
            return "arabic"
    return "latin"


def _arabic_or_persian(spelling: str) -> str:
    if set(spelling) & set("پچژگیک\u200c"):
        return "fa"
    return "ar" if set(spelling) & set("يىكةأإ") or spelling.startswith("ال") else "either"


def _open_before(spelling: str, language: str) -> frozenset[str]:
    match _decided(spelling, language):
        case "ar" | "either":
            return _ARABIC_BEFORE
        case "he":
            return _HEBREW_BEFORE
        case _:
            return BARE


def _english(given: _Given) -> tuple[Form, ...]:
    if len(given.normal) < 3 or not given.normal[-1].isalpha():
        return (Form(given.normal),)
    if given.normal.endswith("y") and given.normal[-2] not in "aeiou ":
        return (Form(given.normal[:-1], BARE, "(?:y|ies)"),)
    if given.normal.endswith(("s", "x", "z", "ch", "sh")):
        return (Form(given.normal, BARE, "(?:es)?"),)
    return (Form(given.normal, BARE, "s?"),)


def _french(given: _Given) -> tuple[Form, ...]:
    if given.name:
        return (Form(given.normal, BARE, "s?"),)
    return (_assembled([(word, "(?:es|s|x|e)?") for word in given.normal.split()]),)


def _german(given: _Given) -> tuple[Form, ...]:
    if given.name:
        *first, last = _words(given.spelling)
        end = "" if last.endswith("s") else "s?"
        return (_assembled([*map(_german_word_of_name, first), (normalise(last), end)]),)
    ending = "(?:e[rsnm]?|ern|s|n)?"
    stems = [(w.removesuffix("e"), ending) for w in given.normal.split()]
    return (_assembled(stems),)


def _german_word_of_name(word: str) -> tuple[str, str]:
    """German adjectives in lower case: "iranische Seite" has the endings of an adjective."""
    folded = normalise(word)
    if word[:1].islower() and len(folded) > 4 and folded.endswith("e"):
        return folded.removesuffix("e"), "e[rsnm]?"
    return folded, ""


def _turkish(given: _Given) -> tuple[Form, ...]:
    if given.name:
        return (Form(given.normal),)
    if given.normal.endswith("k"):
        return (Form(given.normal[:-1], BARE, "[kg]" + _TURKISH_CASES),)
    return (Form(given.normal, BARE, _TURKISH_CASES),)


def _russian(given: _Given) -> tuple[Form, ...]:
    words = _words(given.spelling)
    return (_assembled([_russian_word(w, name=given.name and not w[:1].islower()) for w in words]),)


def _russian_word(word: str, *, name: bool) -> tuple[str, str]:
    folded = normalise(word)
    lower = word.casefold()
    if word.isupper() or len(folded) < 4 or not lower.isalpha():
        return folded, ""
    for last, gone, of_name, of_noun in _RUSSIAN_ENDINGS:
        if lower.endswith(last):
            return folded[:-gone], of_name if name else of_noun
    if lower[-1] not in _RUSSIAN_FIRM:
        return folded, ""
    if not name:
        return folded, "(?:а|у|ом|ем|е|ы|и|ов|еи|ам|ами|ах)?"
    is_surname = lower.endswith(("ов", "ев", "ин", "ын"))
    return folded, "(?:а|у|ым|ом|е|ы|ых)?" if is_surname else "(?:а|у|ом|ем|е|ы)?"


def _arabic(given: _Given) -> tuple[Form, ...]:
    first = given.normal.split()[0]
    literal, after = given.normal, "" if given.name else "(?:ات|ین|ون|ا)?"
    if not given.name and given.spelling.strip().endswith("ة"):
        literal, after = given.normal[:-1], "(?:ه|ات|تین|تان)"
    if len(first) < 3:
        return (Form(literal, BARE, after),)
    if first.startswith("ال") and len(first) > 4:
        without = frozenset(
            prefix for prefix in _ARABIC_BEFORE if not prefix.endswith(("ال", "لل"))
        )
        return (Form(literal, without, after), Form(literal[2:], _TO_THE, after))
    before = _ARABIC_BEFORE if len(first) > 3 else _ARABIC_LIGHT
    return (Form(literal, before, after),)


def _persian(given: _Given) -> tuple[Form, ...]:
    words = normalise(given.spelling.replace("\u200c", " ")).split()
    stems = [(word, "ی?" if word[-1] in "اوه" else "") for word in words[:-1]]
    last = words[-1]
    if len(last) < 3:
        ending = ""
    elif given.name:
        ending = "(?:یی|ی|ست|ها|های)?" if last[-1] in "اوه" else "(?:ها|های)?"
    else:
        ending = _PERSIAN_COMMON
    return (_assembled([*stems, (last, ending)], " ?"),)


def _either_arabic_script(given: _Given) -> tuple[Form, ...]:
    return _arabic(given) + _persian(given)


def _hebrew(given: _Given) -> tuple[Form, ...]:
    first = given.normal.split()[0]
    literal, after = given.normal, "" if given.name else "(?:ימ|ות|י)?"
    if not given.name and given.normal.endswith("ה"):
        literal, after = given.normal[:-1], "(?:ה|ת|ות)"
    if len(first) < 3:
        return (Form(literal, BARE, after),)
    before = _HEBREW_BEFORE if len(first) > 3 else _HEBREW_LIGHT
    found = (Form(literal, before, after),)
    if first.startswith("ה") and len(first) > 4:
        return (*found, Form(literal[1:], _HEBREW_SWALLOWS, after))
    return found


_BY_LANGUAGE: dict[str, Callable[[_Given], tuple[Form, ...]]] = {
    "en": _english,
    "fr": _french,
    "de": _german,
    "tr": _turkish,
    "ru": _russian,
    "ar": _arabic,
    "fa": _persian,
    "he": _hebrew,
    "either": _either_arabic_script,
}


def _words(spelling: str) -> list[str]:
    """The words of a spelling, split as normalisation splits them."""
    return re.split(r"[\s\-‐‑–]+", spelling.strip())


def _assembled(words: list[tuple[str, str]], separator: str = " ") -> Form:
    """One form of a phrase, each word with its stem and endings.

    Words of up to three letters have none, so that no literal is as common as an article;
    but an ending that cannot be empty belongs to the word, as in белый дом.
    """
    literal = ""
    for number, (stem, ending) in enumerate(words):
        literal += stem
        is_last = number == len(words) - 1
        inflects = len(stem) > 3 or _is_needed(ending)
        if is_last or separator != " " or (ending and inflects):
            rest = "".join(separator + _word(*word) for word in words[number + 1 :])
            own = ending if inflects or is_last else ""
            return Form(literal, BARE, own + rest)
        literal += " "
    return Form(literal)


def _word(stem: str, ending: str) -> str:
    return re.escape(stem) + (ending if len(stem) > 2 or _is_needed(ending) else "")


def _is_needed(ending: str) -> bool:
    return re.fullmatch(ending, "") is None
