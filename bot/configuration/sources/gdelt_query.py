"""Queries to GDELT made of a rule's search words.

GDELT takes OR inside parentheses alone, and parentheses around nothing else; phrases stand in
quotes, single words must not. How long a query and how short a word may be it does not say: the
limits are those that others met. It looks at translations into English.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import islice, zip_longest

LONGEST = 250
# With more, few spellings of each would fit, and a report has to have one of each.
MOST_GROUPS = 4
# More than fit: the shorter make room for others that stand in them.
_LOOKED_AT = 60
# So many of a group, about.
_FITTING = 6
SHORTEST_WORD, SHORTEST_PHRASE = 3, 5
_SAYABLE = re.compile(r"[A-Za-z0-9]+(?:[ .-]+[A-Za-z0-9]+)*")
_SINGLE = re.compile(r"[A-Za-z0-9]+")
_OPERATORS = frozenset({"and", "not", "near", "repeat"})


def query_of(groups: Iterable[Sequence[str]]) -> str:
    """The query that requires one spelling of each group; "" where none is possible.

    Where not everything fits, every group gets its first spellings in turn.
    """
    wanted = _needed(_asked(group) for group in groups)
    chosen: list[list[str]] = [[] for _ in wanted]
    for turn, spellings in enumerate(zip_longest(*wanted)):
        for group, spelling in zip(chosen, spellings, strict=True):
            if spelling and (group or not turn):
                group.append(spelling)
                if len(_written(chosen)) > LONGEST:
                    group.pop()
    return _written(chosen)


def _asked(group: Iterable[str]) -> list[str]:
    """The spellings that GDELT accepts, without redundant longer ones."""
    said = dict.fromkeys(" ".join(spelling.split()) for spelling in group)
    taken = list(islice(filter(_is_taken, said), _LOOKED_AT))
    first = {one.casefold(): one for one in reversed(taken)}
    return [
        one
        for one in taken
        if first[one.casefold()] is one
        and not any(_contains(one, other) for other in first if other != one.casefold())
    ]


def _is_taken(spelling: str) -> bool:
    if _SINGLE.fullmatch(spelling):
        return len(spelling) >= SHORTEST_WORD and spelling.casefold() not in _OPERATORS
    return len(spelling) >= SHORTEST_PHRASE and _SAYABLE.fullmatch(spelling) is not None


def _contains(longer: str, shorter: str) -> bool:
    return f" {shorter.casefold()} " in f" {longer.casefold()} "


def _needed(groups: Iterable[list[str]]) -> list[list[str]]:
    """The first groups, without near duplicates."""
    kept: list[list[str]] = []
    for group in groups:
        if group and not any(_implies(one, group) or _begin_alike(one, group) for one in kept):
            kept = [one for one in kept if not _implies(group, one)]
            kept.append(group)
    return kept[:MOST_GROUPS]


def _begin_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two groups would be nearly the same once cut to the limit."""
    first, second = one[:_FITTING], other[:_FITTING]
    return 2 * len(set(first).intersection(second)) > min(len(first), len(second))


def _implies(one: Sequence[str], other: Sequence[str]) -> bool:
    return all(any(_contains(longer, shorter) for shorter in other) for longer in one)


def _written(groups: Iterable[Sequence[str]]) -> str:
    return " ".join(_group([_term(one) for one in group]) for group in groups if group)


def _group(terms: Sequence[str]) -> str:
    return f"({' OR '.join(terms)})" if len(terms) > 1 else terms[0]


def _term(spelling: str) -> str:
    return spelling if _SINGLE.fullmatch(spelling) else f'"{spelling}"'
