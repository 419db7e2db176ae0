"""The lexicon: actors, topics and offices that rules refer to, with their spellings."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from rules.errors import ParseError, closest
from rules.language.expression import Kind as ReferenceKind
from rules.language.expression import Reference, walk
from rules.language.grammar import parse
from rules.lexicon.checks import warnings
from rules.lexicon.reader import Table, merged
from rules.lexicon.records import Actor, Holder, Kind, Office, Topic


class Lexicon:
    """All actors, topics and offices, with their references checked."""

    def __init__(
        self,
        actors: Mapping[str, Actor] | None = None,
        topics: Mapping[str, Topic] | None = None,
        offices: Mapping[str, Office] | None = None,
    ) -> None:
        self.actors: Mapping[str, Actor] = dict(actors or {})
        self.topics: Mapping[str, Topic] = dict(topics or {})
        self.offices: Mapping[str, Office] = dict(offices or {})
        self._above = {name: tuple(self._ancestors(name)) for name in self.actors}
        self._members: dict[str, tuple[str, ...]] = {name: (name,) for name in self.actors}
        for name, above in self._above.items():
            for ancestor in above:
                if ancestor != name:
                    self._members[ancestor] += (name,)

    @classmethod
    def from_tables(cls, tables: Iterable[tuple[str, Mapping[str, object]]]) -> "Lexicon":
        """The lexicon made of parsed TOML tables, each given with its file name.

        What a later file says replaces what an earlier one said of the same id: spellings
        language by language, everything else key by key.

        Raises:
            LexiconError: at the first mistake, with its file and key.
        """
        return _Reader(list(tables)).lexicon()

    def members(self, actor: str) -> tuple[str, ...]:
        """An actor and all actors below it."""
        return self._members[actor]

    def above(self, actor: str) -> tuple[str, ...]:
        """An actor and all actors above it."""
        return self._above[actor]

    def roots(self, actor: str) -> tuple[str, ...]:
        """The topmost actors above an actor; itself where there are none."""
        return tuple(name for name in self._above[actor] if not self.actors[name].part_of)

    def holders(self, office: str, day: date) -> tuple[str, ...]:
        """The holder of an office on a day."""
        return tuple(h.actor for h in self.offices[office].holders if h.holds_on(day))

    def suggestion(self, kind: str, name: str) -> str:
        """The id that a name probably means: a misspelt id, or the owner of a spelling."""
        entries: dict[str, Actor | Topic | Office] = {}
        match kind:
            case "actor":
                entries.update(self.actors)
            case "topic":
                entries.update(self.topics)
            case "role":
                entries.update(self.offices)
        close = closest(name, entries) or self._spelled(name, entries.values())
        return f"{kind}:{close}" if close else ""

    def warnings(self) -> tuple[str, ...]:
        """Warnings for an editor: what is valid but probably a mistake."""
        return tuple(warnings(self.actors, self.topics, self.offices, self.above))

    @staticmethod
    def _spelled(name: str, entries: Iterable[Actor | Topic | Office]) -> str:
        ids: dict[str, str] = {}
        for entry in entries:
            ids[entry.name.casefold()] = entry.id
            if not isinstance(entry, Office):
                for spellings in entry.names.values():
                    ids |= dict.fromkeys(map(str.casefold, spellings), entry.id)
        return ids.get(closest(name, ids), "")

    def _ancestors(self, actor: str) -> Iterator[str]:
        waiting, seen = [actor], {actor}
        while waiting:
            current = waiting.pop(0)
            yield current
            found = [p for p in self.actors[current].part_of if p in self.actors and p not in seen]
            waiting += found
            seen.update(found)


class _Reader:
    """Builds a lexicon from tables, and checks its references."""

    def __init__(self, tables: list[tuple[str, Mapping[str, object]]]) -> None:
        self._actors = dict(merged(tables, "actor"))
        self._topics = dict(merged(tables, "topic"))
        self._offices = dict(merged(tables, "office"))

    def lexicon(self) -> Lexicon:
        actors = {name: self._actor(name, table) for name, table in self._actors.items()}
        topics = {name: self._topic(name, table) for name, table in self._topics.items()}
        offices = {name: self._office(name, table) for name, table in self._offices.items()}
        self._check_parts(actors)
        lexicon = Lexicon(actors, topics, offices)
        self._check_matches(lexicon)
        return lexicon

    def _actor(self, name: str, table: Table) -> Actor:
        kind = table.text("kind")
        if kind not in list(Kind):
            message = f"{kind!r} is not allowed; allowed: {', '.join(Kind)}"
            raise table.fault("kind", message, closest(kind, list(Kind)))
        actor = Actor(
            name,
            table.text("name"),
            Kind(kind),
            table.texts("part_of"),
            table.text("hashtag", ""),
            table.spellings("names"),
            table.spellings("short"),
            table.texts("near"),
            table.spellings("not"),
        )
        for above in actor.part_of:
            self._known(table, "part_of", above, self._actors)
        for near in actor.near:
            self._check_near(table, near)
        return actor

    def _check_near(self, table: Table, near: str) -> None:
        kind, _, name = near.rpartition(":")
        if kind not in {"", "actor", "topic"}:
            raise table.fault("near", f"{near!r} is neither an actor nor a topic")
        self._known(table, "near", name, self._topics if kind == "topic" else self._actors)

    def _topic(self, name: str, table: Table) -> Topic:
        text = table.text("match", "")
        try:
            match = parse(text) if text.strip() else None
        except ParseError as fault:
            error = fault.of(name, text)
            place = f"line {error.line}, column {error.column}: "
            raise table.fault("match", place + error.message, error.suggestion) from None
        names = table.spellings("names")
        if match is None and not any(names.values()):
            raise table.fault("names", "a topic needs names, or an expression in match")
        return Topic(
            name,
            table.text("name"),
            table.text("hashtag", ""),
            names,
            table.spellings("not"),
            match,
            hidden=table.flag("hidden"),
            guard=table.flag("guard"),
            called=table.words("called"),
        )

    def _office(self, name: str, table: Table) -> Office:
        of = table.text("of", "")
        if of:
            self._known(table, "of", of, self._actors)
        holders = tuple(map(self._holder, table.holders()))
        return Office(name, table.text("name"), of, holders)

    def _holder(self, table: Table) -> Holder:
        holder = Holder(
            table.text("actor"), table.day("from"), table.day("until"), table.text("source", "")
        )
        self._known(table, "actor", holder.actor, self._actors)
        if holder.since and holder.until and holder.until < holder.since:
            raise table.fault("until", f"{holder.until} is before {holder.since}")
        return holder

    def _known(self, table: Table, key: str, name: str, known: Mapping[str, Table]) -> None:
        if name not in known:
            kind = "topic" if known is self._topics else "actor"
            raise table.fault(key, f"there is no {kind} {name!r}", closest(name, known))

    def _check_parts(self, actors: Mapping[str, Actor]) -> None:
        found = cycle({name: actor.part_of for name, actor in actors.items()})
        if found:
            message = f"an actor cannot be part of itself: {' -> '.join(found)}"
            raise self._actors[found[0]].fault("part_of", message)

    def _check_matches(self, lexicon: Lexicon) -> None:
        references: dict[str, tuple[str, ...]] = {}
        for topic in lexicon.topics.values():
            found = (
                [n for n in walk(topic.match) if isinstance(n, Reference)] if topic.match else []
            )
            for reference in found:
                self._check_reference(lexicon, topic.id, reference)
            references[topic.id] = tuple(r.name for r in found if r.kind == ReferenceKind.TOPIC)
        found_cycle = cycle(references)
        if found_cycle:
            message = f"a topic cannot refer to itself: {' -> '.join(found_cycle)}"
            raise self._topics[found_cycle[0]].fault("match", message)

    def _check_reference(self, lexicon: Lexicon, topic: str, reference: Reference) -> None:
        known: Mapping[str, object] = {
            "actor": lexicon.actors,
            "topic": lexicon.topics,
            "role": lexicon.offices,
        }.get(reference.kind, {})
        if reference.name not in known:
            message = f"there is no {reference}"
            if reference.kind == ReferenceKind.RULE:
                message = "a topic cannot refer to a rule"
            suggestion = lexicon.suggestion(reference.kind, reference.name)
            raise self._topics[topic].fault("match", message, suggestion)


def cycle(references: Mapping[str, Iterable[str]]) -> list[str]:
    """A cycle of references, or nothing."""
    done: set[str] = set()
    for first in references:
        way = _way_back(first, references, [], done)
        if way:
            return way
    return []


def _way_back(
    name: str, references: Mapping[str, Iterable[str]], way: list[str], done: set[str]
) -> list[str]:
    if name in way:
        return [*way[way.index(name) :], name]
    if name in done or name not in references:
        return []
    for following in references[name]:
        found = _way_back(following, references, [*way, name], done)
        if found:
            return found
    done.add(name)
    return []
