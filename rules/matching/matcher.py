"""The matcher: all rules against one document at a time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from ahocorasick_rs import AhoCorasick

from rules.errors import ParseError, closest
from rules.language.expression import And, Kind, Node, Not, Reference, Term, children, walk
from rules.language.grammar import parse
from rules.lexicon.lexicon import Lexicon, cycle
from rules.lexicon.records import Actor
from rules.matching.evaluate import Compiler, spelling
from rules.matching.explain import Explainer
from rules.matching.index import Index
from rules.matching.indexed_document import Finder, IndexedDocument, Occurrence
from rules.matching.mentions import ACTOR, TOPIC, Names, spellings
from rules.matching.search_words import Group, Wording
from rules.matching.terms import Scanner, Spelling
from rules.records import Document, Evidence, Match, Rule, Verdict


class Matcher:
    """A compiled set of rules.

    Raises:
        ExpressionError: at the first rule whose expression cannot be used.
    """

    def __init__(self, rules: Sequence[Rule], lexicon: Lexicon) -> None:
        self.rules = tuple(rules)
        self.lexicon = lexicon
        _check_names(rules)
        self.when = {rule.name: _parsed(rule, rule.when) for rule in rules}
        self.unless = {r.name: _parsed(r, r.unless) for r in rules if r.unless.strip()}
        self._check_references()
        self._compiler = Compiler(lexicon, {name: self._whole(name) for name in self.when})
        self._finders = [self._compiler.finder(node) for node in self.when.values()]
        self._exceptions = {name: self._compiler.finder(node) for name, node in self.unless.items()}
        self._names = Names(lexicon)
        self._scanner = Scanner([*spellings(lexicon), *self._own_spellings()])
        self._index = Index(lexicon, self.when)
        self._above = {
            name: tuple(ACTOR + above for above in lexicon.above(name)) for name in lexicon.actors
        }
        shown = (topic.id for topic in lexicon.topics.values() if not topic.hidden)
        topics = {name: Reference(Kind.TOPIC, name) for name in shown}
        self._shown_topics = tuple(topics)
        self._topic_index = Index(lexicon, topics)
        self._topic_finders = [self._compiler.finder(topic) for topic in topics.values()]

    @property
    def automaton(self) -> AhoCorasick:
        """The scanner of all terms, for benchmarks."""
        return self._scanner.automaton

    def parts(self, rule: str) -> tuple[str, ...]:
        """The words, names and patterns of a rule's expression, as evidence names them."""
        found = (node for node in walk(self.when[rule]) if not children(node))
        return tuple(dict.fromkeys(map(str, found)))

    def wording(self, rule: str) -> tuple[Group, ...]:
        """The search words of a rule: groups of spellings, of each of which one is required.

        The most telling of a group come first. What has no words in English, or is not to be
        there, is left out.
        """
        return Wording(self.lexicon, self.when).groups(self.when[rule])

    def match(self, document: Document, *, now: datetime | None = None) -> tuple[Match, ...]:
        """The rules that are true of a document, in their order, each with its evidence.

        `now` is what `age:` counts from; without it nothing has any age.
        """
        return self._matches(self.indexed(document, now))

    def mentions(self, document: Document) -> tuple[Evidence, ...]:
        """All actors and topics that a document mentions, hidden ones left out."""
        return self._mentions(self.indexed(document))

    def read(
        self, document: Document, *, now: datetime | None = None
    ) -> tuple[tuple[Match, ...], tuple[Evidence, ...]]:
        """The matches and the mentions of a document, from one scan."""
        indexed = self.indexed(document, now)
        return self._matches(indexed), self._mentions(indexed)

    def explain(self, document: Document, *, now: datetime | None = None) -> tuple[Verdict, ...]:
        """The verdict of every rule on a document, with reasons."""
        indexed = self.indexed(document, now)
        explainer = Explainer(self._compiler, self.lexicon, indexed)
        return tuple(
            explainer.verdict(rule, self.when[rule.name], self.unless.get(rule.name))
            for rule in self.rules
        )

    def indexed(self, document: Document, now: datetime | None = None) -> IndexedDocument:
        """The document, scanned and indexed."""
        indexed = IndexedDocument(document, now)
        indexed.found = found = self._scanner.scan(indexed.normalised)
        if found:
            indexed.actors = self._names.actors(found)
            indexed.topics = self._names.topics(found)
            if self._names.has_short(found):
                self._add_short(indexed)
        return indexed

    def _add_short(self, indexed: IndexedDocument) -> None:
        def is_near(actor: Actor) -> bool:
            near = actor.near or self.lexicon.roots(actor.id)
            return any(self._near(name)(indexed, indexed.whole) is not None for name in near)

        actors = self._names.with_short(indexed.found, is_near)
        if actors is not None:
            indexed.actors = actors
            indexed.cache.clear()

    def _near(self, name: str) -> Finder:
        kind, _, name = name.rpartition(":")
        return self._compiler.reference(Kind(kind or Kind.ACTOR), name)

    def _matches(self, indexed: IndexedDocument) -> tuple[Match, ...]:
        return tuple(self._each_match(indexed))

    def _each_match(self, indexed: IndexedDocument) -> Iterator[Match]:
        for number in self._index.candidates(self._present(indexed)):
            found = self._finders[number](indexed, indexed.whole)
            if found is None:
                continue
            name = self.rules[number].name
            exception = self._exceptions.get(name)
            if exception is None or exception(indexed, indexed.whole) is None:
                yield Match(name, indexed.evidence(found))

    def _mentions(self, indexed: IndexedDocument) -> tuple[Evidence, ...]:
        occurrences = []
        for name in indexed.actors:
            found = self._compiler.direct(name)(indexed, indexed.whole)
            occurrences += found or []
        for number in self._topic_index.candidates(self._present(indexed)):
            topic = self._shown_topics[number]
            # Its own names say it best; its expression is needed only where there are none.
            named = indexed.topics.get(topic, ())
            occurrences += [Occurrence(h.start, h.end, h.term, TOPIC + topic) for h in named] or (
                self._topic_finders[number](indexed, indexed.whole) or []
            )
        return indexed.evidence(occurrences)

    def _present(self, indexed: IndexedDocument) -> Iterator[str]:
        for key in indexed.found:
            if key.startswith("term:"):
                yield key
        for name in indexed.topics:
            yield TOPIC + name
        for name in indexed.actors:
            yield from self._above[name]

    def _own_spellings(self) -> Iterator[Spelling]:
        nodes = [*self.when.values(), *self.unless.values()]
        nodes += [topic.match for topic in self.lexicon.topics.values() if topic.match]
        for node in nodes:
            for part in walk(node):
                if isinstance(part, Term):
                    yield spelling(part)

    def _whole(self, name: str) -> Node:
        """The expression of a rule that another one refers to."""
        when, unless = self.when[name], self.unless.get(name)
        return And((when, Not(unless))) if unless else when

    def _check_references(self) -> None:
        references: dict[str, list[str]] = {}
        for rule in self.rules:
            parts = ((rule.when, self.when), (rule.unless, self.unless))
            for text, nodes in parts:
                for node in walk(nodes[rule.name]) if rule.name in nodes else ():
                    if isinstance(node, Reference):
                        self._check_reference(rule, text, node)
                        if node.kind is Kind.RULE:
                            references.setdefault(rule.name, []).append(node.name)
        self._check_cycle(references)

    def _check_reference(self, rule: Rule, text: str, node: Reference) -> None:
        known: Mapping[str, object] = {
            Kind.ACTOR: self.lexicon.actors,
            Kind.TOPIC: self.lexicon.topics,
            Kind.ROLE: self.lexicon.offices,
            Kind.RULE: self.when,
        }[node.kind]
        if node.name not in known:
            suggestion = self.lexicon.suggestion(node.kind, node.name)
            if node.kind is Kind.RULE:
                close = closest(node.name, known)
                suggestion = f"rule:{close}" if close else ""
            fault = ParseError(node.at, f"there is no {node}", suggestion)
            raise fault.of(rule.name, text)

    def _check_cycle(self, references: Mapping[str, Sequence[str]]) -> None:
        found = cycle(references)
        if found:
            rule = next(rule for rule in self.rules if rule.name == found[0])
            message = f"a rule cannot refer to itself: {' -> '.join(found)}"
            text = rule.when if f"rule:{found[1]}" in rule.when else rule.unless
            raise ParseError(max(text.find(f"rule:{found[1]}"), 0), message).of(rule.name, text)


def _check_names(rules: Sequence[Rule]) -> None:
    names: set[str] = set()
    for rule in rules:
        if rule.name in names:
            raise ParseError(0, "there is another rule of this name").of(rule.name, rule.when)
        names.add(rule.name)


def _parsed(rule: Rule, text: str) -> Node:
    try:
        return parse(text)
    except ParseError as fault:
        raise fault.of(rule.name, text) from None
