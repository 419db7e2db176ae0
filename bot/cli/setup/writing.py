"""A configuration file made of what was answered. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import tomlkit

from bot.cli.setup.beats import BEATS, MATTERS, OWN, Matter, Party
from bot.configuration.sources.watcher_names import name_for


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered; `words` are phrases that are matters of an own beat."""

    beat: str
    timezone: str = "UTC"
    chat: str = ""
    parties: tuple[Party, ...] = ()
    matters: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    sources: tuple[Mapping[str, Any], ...] = ()


def written(answers: Answers) -> str:
    """The text of the configuration file."""
    return "\n".join(
        [
            "# Backchannel's configuration, by init. See docs/configuration.md and docs/rules.md.",
            f"include = {_value([*_includes(answers)])}",
            *_table("[settings]", timezone=answers.timezone),
            *_table("[[channel]]", name=_channel(answers), chat=answers.chat),
            *(line for party in answers.parties if not party.is_known for line in _actor(party)),
            *(line for rule in _rules(answers) for line in _table("[[rule]]", **rule)),
            *(line for source in answers.sources for line in _table("[[watcher]]", **source)),
            "",
        ]
    )


def _includes(answers: Answers) -> Iterable[str]:
    if answers.beat != OWN:
        yield BEATS[answers.beat].rules
        yield from BEATS[answers.beat].outlets
        return
    for language in answers.languages:
        yield f"outlets/{language}.toml"


def _channel(answers: Answers) -> str:
    if answers.beat != OWN:
        return BEATS[answers.beat].channel
    return name_for(answers.parties[0].name, "news", ())


def _actor(party: Party) -> Iterable[str]:
    names = ", ".join(f"{language} = {_value([*all_])}" for language, all_ in party.names.items())
    yield from _table(f"[actor.{party.id}]", name=party.name, kind=party.kind.value)
    yield f"names = {{ {names} }}"


def _rules(answers: Answers) -> Iterable[dict[str, Any]]:
    if answers.beat != OWN:
        return
    parties = " OR ".join(f"actor:{party.id}" for party in answers.parties)
    if len(answers.parties) > 1:
        parties = f"({parties})"
    for name in answers.matters:
        matter = MATTERS[name]
        yield {"name": name, "title": matter.title, "when": _when(parties, matter)}
    for word in answers.words:
        yield {
            "name": name_for(word, "words", answers.matters),
            "title": word,
            "when": _when(parties, Matter(word, _quoted(word))),
        }


def _when(parties: str, matter: Matter) -> str:
    if not matter.when:
        return f"title:{parties if parties.startswith('(') else f'({parties})'}"
    matters = f"({matter.when})" if " OR " in matter.when else matter.when
    return f"SENTENCE({parties} AND {matters})"


def _quoted(phrase: str) -> str:
    plain = " ".join(phrase.replace('"', " ").split())
    return f'"{plain}"'


def _table(head: str, **values: Any) -> list[str]:
    return ["", head, *(f"{key} = {_value(value)}" for key, value in values.items())]


def _value(value: Any) -> str:
    return str(tomlkit.item(value).as_string())
