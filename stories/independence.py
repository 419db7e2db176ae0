"""Independent sources: the reports of a story that are not copies and have different owners."""

from functools import lru_cache
from typing import Final

from stories.agencies import credited, owner_of
from stories.grouping.traits import Traits, traits
from stories.records import Report, Story

COPY: Final = 0.6
"""The share of common word n-grams from which one text is a copy of another."""

# A story that grows is asked about again and again: by each channel, and for its turns.
_traits: Final = lru_cache(maxsize=256)(traits)


def independent(story: Story) -> tuple[Report, ...]:
    """The independent reports: the first of each owner that is no copy.

    Outlets of one owner count as one source, and so do copies of one text, and what is taken from
    one agency in whatever words, the agency's own report among it.
    """
    behind: set[str] = set()
    texts: list[Traits] = []
    found: list[Report] = []
    for report in story.reports:
        agencies, owner, own = credited(report), owner_of(report), _traits(report)
        is_copy = any(_is_copy(own, other) for other in texts)
        if not is_copy and behind.isdisjoint({*agencies, owner}):
            found.append(report)
            texts.append(own)
            behind.add(owner)
        # A copy tells whose text it is; that its outlet has nothing of its own, it does not.
        behind |= agencies
    return tuple(found)


def _is_copy(one: Traits, other: Traits) -> bool:
    if one.title and one.title == other.title:
        return True
    shared = len(one.shingles & other.shingles)
    return bool(shared) and shared >= COPY * min(len(one.shingles), len(other.shingles))
