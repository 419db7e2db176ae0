"""Which reports of a story stand on their own feet."""

from typing import Final

from stories.records import Report, Story
from stories.traits import Traits, traits

COPY: Final = 0.7
"""Of what two texts say in runs of words, so much is the same where one is a copy."""


def independent(story: Story) -> tuple[Report, ...]:
    """The reports that no other stands behind: the first of each owner that is no copy.

    Outlets of one owner count as one source, and so do copies of one text, such as an agency's.
    """
    owners: set[str] = set()
    texts: list[Traits] = []
    found: list[Report] = []
    for report in story.reports:
        owner = report.owner or report.outlet
        own = traits(report)
        if owner in owners or any(_is_copy(own, other) for other in texts):
            continue
        owners.add(owner)
        texts.append(own)
        found.append(report)
    return tuple(found)


def _is_copy(one: Traits, other: Traits) -> bool:
    if one.title and one.title == other.title:
        return True
    shared = len(one.shingles & other.shingles)
    return bool(shared) and shared >= COPY * min(len(one.shingles), len(other.shingles))
