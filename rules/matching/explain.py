"""Explanations: why a rule is true of a document, or which of its parts failed."""

from collections.abc import Iterator

from rules.language.expression import (
    And,
    Attribute,
    Count,
    Kind,
    Near,
    Node,
    Not,
    Or,
    Reference,
    Scope,
    Term,
    Within,
    children,
)
from rules.lexicon.lexicon import Lexicon
from rules.matching.evaluate import Compiler, words_between
from rules.matching.indexed_document import Found, IndexedDocument, Occurrence
from rules.matching.mentions import SHORT
from rules.records import Failure, Field, Rule, Verdict, field_text


class Explainer:
    """Explains the results of rules for one document."""

    def __init__(self, compiler: Compiler, lexicon: Lexicon, indexed: IndexedDocument) -> None:
        self._compiler = compiler
        self._lexicon = lexicon
        self._indexed = indexed

    def verdict(self, rule: Rule, when: Node, unless: Node | None) -> Verdict:
        """The verdict on a rule."""
        found = self._found(when)
        if found is None:
            return Verdict(rule.name, holds=False, evidence=(), failures=tuple(self.failures(when)))
        evidence = self._indexed.evidence(found)
        stopped = self._found(unless) if unless else None
        if stopped is None:
            return Verdict(rule.name, holds=True, evidence=evidence)
        reason = "the exception of the rule is true"
        failure = Failure(f"unless {unless}", reason, self._indexed.evidence(stopped))
        return Verdict(rule.name, holds=False, evidence=evidence, failures=(failure,))

    def failures(self, node: Node) -> Iterator[Failure]:
        """The parts of a false expression that make it false."""
        match node:
            case And(parts):
                for part in parts:
                    if self._found(part) is None:
                        yield from self.failures(part)
            case Or(parts):
                for part in parts:
                    yield from self.failures(part)
            case Near():
                yield from self._near(node)
            case Count():
                yield self._count(node)
            case Within():
                yield from self._within(node)
            case _:
                yield from self._single(node)

    def _single(self, node: Node) -> Iterator[Failure]:
        match node:
            case Not(body):
                evidence = self._indexed.evidence(self._found(body) or [])
                yield Failure(str(node), "it is there and should not be", evidence)
            case Reference():
                yield from self._reference(node)
            case Attribute():
                yield self._attribute(node)
            case _:
                yield Failure(str(node), "it is not in the title or the text")

    def _found(self, node: Node) -> Found:
        return self._compiler.finder(node)(self._indexed, self._indexed.whole)

    def _near(self, node: Near) -> Iterator[Failure]:
        missing = [side for side in (node.left, node.right) if self._found(side) is None]
        for side in missing:
            yield from self.failures(side)
        if not missing:
            yield self._too_far(node)

    def _too_far(self, node: Near) -> Failure:
        ones, others = self._found(node.left) or [], self._found(node.right) or []
        best: tuple[int, Occurrence, Occurrence] | None = None
        for one in ones:
            for other in others:
                between = words_between(self._indexed, one, other)
                if between is not None and (best is None or between < best[0]):
                    best = between, one, other
        if best is None:
            return Failure(
                str(node),
                "both are there, but never both in the title or both in the text",
                self._indexed.evidence([*ones, *others]),
            )
        reason = f"{best[0]} words stand between them; at most {node.distance} may"
        return Failure(str(node), reason, self._indexed.evidence(best[1:]))

    def _count(self, node: Count) -> Failure:
        found = [(part, self._found(part.body)) for part in node.parts]
        reached = sum(part.weight for part, occurrences in found if occurrences is not None)
        missing = ", ".join(str(part) for part, occurrences in found if occurrences is None)
        reason = f"{reached:g} of the needed {node.threshold:g} reached; missing: {missing}"
        occurrences = [occurrence for _, true in found for occurrence in true or ()]
        return Failure(str(node), reason, self._indexed.evidence(occurrences))

    def _within(self, node: Within) -> Iterator[Failure]:
        found = self._found(node.body)
        if found is None:
            yield from self.failures(node.body)
            return
        where = {
            Scope.TITLE: "it is true of the entry, but not of its title alone",
            Scope.TEXT: "it is true of the entry, but not of its text alone",
            Scope.SENTENCE: "all of it is there, but never in one sentence",
        }[node.scope]
        yield Failure(str(node), where, self._indexed.evidence(found))

    def _reference(self, node: Reference) -> Iterator[Failure]:
        match node.kind:
            case Kind.ACTOR:
                yield self._actor(node)
            case Kind.ROLE:
                yield self._role(node)
            case Kind.TOPIC:
                yield self._topic(node)
            case Kind.RULE:
                yield Failure(str(node), "that rule is not true")

    def _actor(self, node: Reference) -> Failure:
        short: list[Occurrence] = []
        near: list[str] = []
        for name in self._lexicon.members(node.name):
            hits = self._indexed.found.get(SHORT + name, ())
            short += [Occurrence(hit.start, hit.end, hit.term, str(node)) for hit in hits]
            if hits:
                near += self._lexicon.actors[name].near or self._lexicon.roots(name)
        if not short:
            return Failure(str(node), "none of its names is in the title or the text")
        beside = ", ".join(dict.fromkeys(near))
        reason = f"a short name is there, but it counts only beside one of: {beside}"
        return Failure(str(node), reason, self._indexed.evidence(short))

    def _role(self, node: Reference) -> Failure:
        day = self._indexed.document.published.date()
        holders = self._lexicon.holders(node.name, day)
        if not holders:
            return Failure(str(node), f"nobody is known to have held it on {day}")
        who = ", ".join(self._lexicon.actors[holder].name for holder in holders)
        return Failure(str(node), f"held by {who} on {day}, who is not named")

    def _topic(self, node: Reference) -> Failure:
        match = self._lexicon.topics[node.name].match
        if match is None:
            return Failure(str(node), "none of its names is in the title or the text")
        near = [part for part in self._parts(match) if self._found(part) is not None]
        occurrences = [occurrence for part in near for occurrence in self._found(part) or ()]
        reason = "none of its names is there, and its expression is not true"
        if near:
            reason = f"of it there is only {', '.join(dict.fromkeys(map(str, near)))}"
        return Failure(str(node), reason, self._indexed.evidence(occurrences))

    def _parts(self, node: Node) -> Iterator[Node]:
        inner = () if isinstance(node, Not) else children(node)
        if isinstance(node, Term | Reference):
            yield node
        for part in inner:
            yield from self._parts(part)

    def _attribute(self, node: Attribute) -> Failure:
        value = field_text(self._indexed.document, Field(node.key))
        return Failure(str(node), f"it is {value!r} here" if value else "the entry has none")
