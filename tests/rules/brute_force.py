"""The rule language once more, by trying everything on lists of words: slow, and independent.

Knows words, phrases, AND, OR, NOT, NEAR, counts and the parts of an entry, on plain texts of
lower-case words where each sentence ends with an exclamation mark.
"""

from itertools import product

from rules.language.expression import And, Count, Mode, Near, Node, Not, Or, Scope, Term, Within

Place = tuple[int, int]
Sentence = list[str]
BETWEEN_FIELDS = 1000


class World:
    """A title and a text: words with numbers, and stretches of numbers."""

    def __init__(self, title: Sentence, text: list[Sentence]) -> None:
        self.words = dict(enumerate(title))
        self.title = range(len(title))
        self.sentences = [self.title]
        begin = BETWEEN_FIELDS
        for sentence in text:
            self.words |= dict(enumerate(sentence, begin))
            self.sentences.append(range(begin, begin + len(sentence)))
            begin += len(sentence)
        self.text = range(BETWEEN_FIELDS, begin)
        self.whole = range(begin)


def places(node: Node, world: World, stretch: range) -> set[Place] | None:
    """Where an expression is true inside a stretch, or None where it is not."""
    match node:
        case Term():
            return _term(node, world, stretch) or None
        case And(parts):
            found = [places(part, world, stretch) for part in parts]
            return None if None in found else _together(found)
        case Or(parts):
            found = [places(part, world, stretch) for part in parts]
            return None if all(one is None for one in found) else _together(found)
        case Not(body):
            return set() if places(body, world, stretch) is None else None
        case Near():
            return _near(node, world, stretch)
        case Count(threshold, parts):
            counted = [(places(part.body, world, stretch), part.weight) for part in parts]
            reached = sum(weight for one, weight in counted if one is not None)
            return _together([one for one, _ in counted]) if reached >= threshold else None
        case Within(Scope.SENTENCE, body):
            # A sentence that lies elsewhere is not one of this stretch.
            shared = [both for one in world.sentences if (both := _shared(one, stretch))]
            inner = [places(body, world, both) for both in shared]
            return None if all(one is None for one in inner) else _together(inner)
        case Within(scope, body):
            field = world.title if scope is Scope.TITLE else world.text
            return places(body, world, _shared(field, stretch))
        case _:
            raise NotImplementedError(node)


def _term(node: Term, world: World, stretch: range) -> set[Place]:
    wanted = node.text.split()
    return {
        (first, first + len(wanted) - 1)
        for first in world.words
        if first in stretch
        and first + len(wanted) - 1 in stretch
        and _same([world.words.get(first + n, "") for n in range(len(wanted))], wanted, node.mode)
        and any(first in one and first + len(wanted) - 1 in one for one in world.sentences)
    }


def _same(found: Sentence, wanted: Sentence, mode: Mode) -> bool:
    if found[:-1] != wanted[:-1]:
        return False
    match mode:
        case Mode.EXACT:
            return found[-1] == wanted[-1]
        case Mode.STEM:
            return found[-1].startswith(wanted[-1])
        case Mode.INFLECTED:
            return found[-1] in {wanted[-1], wanted[-1] + "s"}


def _near(node: Near, world: World, stretch: range) -> set[Place] | None:
    ones, others = (places(side, world, stretch) for side in (node.left, node.right))
    if ones is None or others is None:
        return None
    found: set[Place] = set()
    for one, other in product(ones, others):
        first, second = sorted((one, other))
        in_one_field = (first[0] < BETWEEN_FIELDS) == (second[0] < BETWEEN_FIELDS)
        if in_one_field and 0 <= second[0] - first[1] - 1 <= node.distance:
            found |= {one, other}
    return found or None


def _shared(one: range, other: range) -> range:
    return range(max(one.start, other.start), min(one.stop, other.stop))


def _together(found: list[set[Place] | None]) -> set[Place]:
    return set().union(*(one for one in found if one))
