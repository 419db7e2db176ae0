"""Warnings about a lexicon: what is valid but probably a mistake."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from rules.lexicon.records import Actor, Holder, Office, Spellings, Topic
from rules.text.normalise import normalise

_SHORTEST: Final = 4


class _Term(NamedTuple):
    since: date
    until: date
    actor: str


def warnings(
    actors: Mapping[str, Actor],
    topics: Mapping[str, Topic],
    offices: Mapping[str, Office],
    above: Callable[[str], Sequence[str]],
) -> Iterator[str]:
    """The warnings, a line each, in the order of the lexicon."""
    for actor in actors.values():
        yield from _short_names(f"actor.{actor.id}", actor.names)
    for topic in topics.values():
        yield from _short_names(f"topic.{topic.id}", topic.names)
    yield from _nameless(actors)
    yield from _contained(actors, above)
    for office in offices.values():
        yield from _undated(office)
        yield from _terms_of_office(office)


def _nameless(actors: Mapping[str, Actor]) -> Iterator[str]:
    parents = {parent for actor in actors.values() for parent in actor.part_of}
    for actor in actors.values():
        if actor.id not in parents and not any(actor.names.values()):
            yield f"actor.{actor.id} has no names and no members: it is never found"


def _short_names(key: str, names: Spellings) -> Iterator[str]:
    for language, spellings in names.items():
        for spelling in spellings:
            if len(normalise(spelling).strip(" *=")) < _SHORTEST and not spelling.startswith("="):
                yield (
                    f"{key}.names.{language}: {spelling!r} has under {_SHORTEST} letters and may "
                    f'be part of much; write "={spelling}" for exactly so'
                )


def _contained(actors: Mapping[str, Actor], above: Callable[[str], Sequence[str]]) -> Iterator[str]:
    """Names that are part of a name of an unrelated actor."""
    by_name: dict[str, Actor] = {}
    for actor in actors.values():
        for spelling in _all(actor.names):
            by_name.setdefault(normalise(spelling.lstrip("=")), actor)
    for name, actor in by_name.items():
        for inner in _parts(name):
            other = by_name.get(inner)
            if other and other.id not in above(actor.id) and actor.id not in above(other.id):
                yield (
                    f"actor.{other.id}: the name {inner!r} is part of {name!r} (actor.{actor.id}): "
                    "there the longer name counts alone"
                )


def _parts(name: str) -> Iterator[str]:
    words = name.split()
    for size in range(len(words) - 1, 0, -1):
        for first in range(len(words) - size + 1):
            yield " ".join(words[first : first + size])


def _all(names: Spellings) -> Iterator[str]:
    for spellings in names.values():
        yield from spellings


def _undated(office: Office) -> Iterator[str]:
    for holder in office.holders:
        if holder.since is None:
            yield f"office.{office.id}: {holder.actor} has no day to hold it from"
        if not holder.source:
            yield f"office.{office.id}: the dates of {holder.actor} have no source"


def _terms_of_office(office: Office) -> Iterator[str]:
    dated = sorted(_settled(office.holders))
    for (_, until, before), (since, _, after) in pairwise(dated):
        if until >= since:
            yield (
                f"office.{office.id}: {before} (until {_shown(until)}) and {after} "
                f"(from {since}) hold it at the same time"
            )
        elif until + timedelta(days=1) < since:
            yield (
                f"office.{office.id}: nobody holds it between {before} (until {until}) "
                f"and {after} (from {since})"
            )


def _settled(holders: Sequence[Holder]) -> Iterator[_Term]:
    for holder in holders:
        if holder.since:
            yield _Term(holder.since, holder.until or date.max, holder.actor)


def _shown(until: date) -> str:
    return "further notice" if until == date.max else str(until)
