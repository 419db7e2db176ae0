"""Resolution of mentions: decoys removed, longest name first, short names only in context."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from rules.lexicon.lexicon import Lexicon
from rules.lexicon.records import Actor, Spellings
from rules.matching.terms import Hit, Spelling
from rules.text.normalise import normalise

ACTOR, SHORT, ACTOR_DECOY, TOPIC, TOPIC_DECOY = "actor:", "short:", "-actor:", "topic:", "-topic:"

Hits = Mapping[str, Sequence[Hit]]


def spellings(lexicon: Lexicon) -> Iterator[Spelling]:
    """Every spelling of a lexicon, with the key of its hits."""
    for actor in lexicon.actors.values():
        short = {normalise(text) for texts in actor.short.values() for text in texts}
        for spelling in _of(ACTOR + actor.id, actor.names, name=True):
            has_mark = normalise(spelling.text) in short
            yield spelling._replace(marked=has_mark)
        yield from _of(SHORT + actor.id, actor.short, name=True)
        yield from _of(ACTOR_DECOY + actor.id, actor.decoys, name=True)
    for topic in lexicon.topics.values():
        yield from _of(TOPIC + topic.id, topic.names, name=False)
        yield from _of(TOPIC_DECOY + topic.id, topic.decoys, name=False)


def _of(key: str, names: Spellings, *, name: bool) -> Iterator[Spelling]:
    for language, texts in names.items():
        for text in texts:
            exact = text.startswith("=")
            yield Spelling(key, text[exact:], language, name=name, exact=exact)


class Names:
    """Resolves hits of a scan to actors and topics of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._actors = {ACTOR + actor.id: actor for actor in lexicon.actors.values()}
        self._short = {SHORT + actor.id: actor for actor in lexicon.actors.values()}
        self._topics = {TOPIC + topic.id: topic for topic in lexicon.topics.values()}

    def actors(self, found: Hits) -> dict[str, list[Hit]]:
        """The actors that are named unambiguously."""
        return _longest(self._without_decoys(found))

    def topics(self, found: Hits) -> dict[str, list[Hit]]:
        """The topics that are named by their own spellings."""
        named: dict[str, list[Hit]] = {}
        for key, hits in found.items():
            topic = self._topics.get(key)
            if topic:
                kept = _uncovered(hits, found.get(TOPIC_DECOY + topic.id))
                named |= _longest({topic.id: kept}) if kept else {}
        return named

    def has_short(self, found: Hits) -> bool:
        """Whether any hit counts only beside another one."""
        return any(key in self._short for key in found)

    def with_short(
        self, found: Hits, is_near: Callable[[Actor], bool]
    ) -> dict[str, list[Hit]] | None:
        """The actors with those of their short names that count in this context."""
        named = self._without_decoys(found)
        changed = False
        for key, hits in found.items():
            actor = self._short.get(key)
            kept = _uncovered(hits, found.get(ACTOR_DECOY + actor.id)) if actor else []
            if actor and kept and is_near(actor):
                named[actor.id] = [*named.get(actor.id, ()), *kept]
                changed = True
        return _longest(named) if changed else None

    def _without_decoys(self, found: Hits) -> dict[str, list[Hit]]:
        named: dict[str, list[Hit]] = {}
        for key, hits in found.items():
            actor = self._actors.get(key)
            if actor:
                kept = _uncovered(hits, found.get(ACTOR_DECOY + actor.id))
                if kept:
                    named[actor.id] = kept
        return named


def _uncovered(hits: Sequence[Hit], decoys: Sequence[Hit] | None) -> list[Hit]:
    """The hits that no decoy covers."""
    if not decoys:
        return list(hits)
    return [
        hit
        for hit in hits
        if not any(decoy.start <= hit.start and hit.end <= decoy.end for decoy in decoys)
    ]


def _longest(named: Mapping[str, Iterable[Hit]]) -> dict[str, list[Hit]]:
    """The longest of overlapping names; of equally long ones the first."""
    every = sorted(
        ((hit, name) for name, hits in named.items() for hit in hits),
        key=lambda found: (found[0].start, -found[0].end),
    )
    kept: dict[str, list[Hit]] = {}
    group: list[tuple[Hit, str]] = []
    end = -1
    for hit, name in every:
        if hit.start >= end:
            _keep(group, kept)
            group = []
        group.append((hit, name))
        end = max(end, hit.end)
    _keep(group, kept)
    return kept


def _keep(group: list[tuple[Hit, str]], kept: dict[str, list[Hit]]) -> None:
    if len(group) == 1:
        hit, name = group[0]
        kept.setdefault(name, []).append(hit)
        return
    taken: dict[tuple[int, int], set[str]] = {}
    for hit, name in sorted(group, key=lambda found: found[0].start - found[0].end):
        place = (hit.start, hit.end)
        if place in taken:
            if name not in taken[place]:
                kept.setdefault(name, []).append(hit)
                taken[place].add(name)
        elif not any(hit.start < last and first < hit.end for first, last in taken):
            kept.setdefault(name, []).append(hit)
            taken[place] = {name}
