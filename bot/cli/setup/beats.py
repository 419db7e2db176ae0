"""What a configuration can be made of: shipped beats, matters, languages, and parties."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from babel import Locale

from bot.configuration.sources.watcher_names import name_for
from rules import Kind, Lexicon

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "ar": "Arabic",
    "fa": "Persian",
    "he": "Hebrew",
    "fr": "French",
    "ru": "Russian",
    "tr": "Turkish",
    "de": "German",
}
OWN = "own"
# Of two scripts, the first language that is written in it: spellings that a user adds.
_SCRIPTS = (("ru", "\u0400", "\u04ff"), ("he", "\u0590", "\u05ff"), ("ar", "\u0600", "\u06ff"))


@dataclass(frozen=True, slots=True)
class Beat:
    """A beat that is shipped: what it is about, and the files that it takes."""

    about: str
    channel: str
    rules: str
    outlets: tuple[str, ...]
    hint: str


BEATS: Mapping[str, Beat] = {
    "iran-us": Beat(
        "the talks between Iran and the United States, with outlets in eight languages",
        "iran-talks",
        "beats/iran-us.toml",
        ("outlets/iran-us.toml",),
        "Iran and US resume indirect talks in Muscat",
    ),
    "prisoner-exchanges": Beat(
        "an example: prisoner exchanges between Russia and Ukraine",
        "exchanges",
        "beats/prisoner-exchanges.toml",
        ("outlets/en.toml", "outlets/ru.toml"),
        "Russia and Ukraine swap prisoners of war",
    ),
}


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter that happens between parties: its title, and an expression without the parties."""

    title: str
    when: str


MATTERS: Mapping[str, Matter] = {
    "talks": Matter("Talks", "topic:talks-word OR topic:mediation-word"),
    "ceasefire": Matter("Ceasefire", "topic:ceasefire-word"),
    "deal": Matter("Deals and proposals", "topic:deal-word OR topic:proposal-word"),
    "prisoners": Matter(
        "Prisoner exchange",
        "topic:prisoner-swap-word OR topic:captive-word NEAR/8 "
        "(topic:exchange-word OR topic:release-word)",
    ),
    "sanctions": Matter("Sanctions", "topic:sanctions-word"),
    "funds": Matter("Frozen funds", "topic:frozen-word NEAR/4 topic:funds-word"),
    "denials": Matter("Denials", "topic:denial-word"),
    "all": Matter("Headlines", ""),
}


@dataclass(frozen=True, slots=True)
class Party:
    """Who a beat is about: an actor of the lexicon, one made of names, or words."""

    id: str
    name: str
    kind: Kind
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether the lexicon has it."""
        return not self.names


def known_party(text: str, lexicon: Lexicon) -> Party | None:
    """The actor of the lexicon that has this name or spelling."""
    wanted = " ".join(text.split()).casefold()
    for actor in lexicon.actors.values():
        spelled = (actor.id, actor.name, *(one for names in actor.names.values() for one in names))
        if wanted in map(str.casefold, spelled):
            return Party(actor.id, actor.name, actor.kind)
    return None


def new_party(text: str, more: Iterable[str], languages: Iterable[str], lexicon: Lexicon) -> Party:
    """A party that the lexicon does not have; `more` are other spellings and words for it.

    A state has its names in the languages by CLDR; of others there is what was typed.
    """
    name = " ".join(text.split())
    names: dict[str, list[str]] = {}
    territory = _territory(name, languages)
    for language, spelled in territory.items():
        names.setdefault(language, []).extend(spelled)
    for spelling in (name, *more):
        if plain := " ".join(spelling.split()):
            names.setdefault(_language(plain), []).append(plain)
    unique = {language: tuple(dict.fromkeys(found)) for language, found in names.items()}
    kind = Kind.STATE if territory else Kind.ORGANISATION
    return Party(name_for(name, "party", lexicon.actors), name, kind, unique)


def _territory(name: str, languages: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """A country's names by language; nothing where it is none."""
    code = _territory_code(name)
    if not code:
        return {}
    called = {language: Locale(language).territories.get(code, "") for language in languages}
    return {language: _plain(text) for language, text in called.items() if text}


def _territory_code(name: str) -> str:
    wanted = name.casefold()
    for language in LANGUAGES:
        for code, called in Locale(language).territories.items():
            if len(code) == 2 and wanted in map(str.casefold, _plain(called)):
                return str(code)
    return ""


def _plain(called: str) -> tuple[str, ...]:
    """The names in one of CLDR's: "Myanmar (Burma)" is two, "Hong Kong SAR China" is one."""
    return tuple(part.strip() for part in re.split(r"[()\[\]]", called) if part.strip())


def _language(spelling: str) -> str:
    for language, first, last in _SCRIPTS:
        if any(first <= character <= last for character in spelling):
            return language
    return "en"
