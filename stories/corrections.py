"""Merges and splits of stories by hand."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from stories.records import Story


def merged(gone: Story, into: Story, stories: Mapping[str, Story]) -> Story:
    """The story `into` with the reports of another, in order of time.

    It is open for new reports as long as either was. `stories` are those that it may follow.
    """
    every = (*into.reports, *gone.reports)
    reports = tuple(sorted(every, key=lambda report: report.document.published))
    whole = replace(
        into,
        opened=max(gone.opened, into.opened),
        updated=max(gone.updated, into.updated),
        reports=reports,
        follows=None,
    )
    for earlier in (into.follows, gone.follows):
        if earlier and earlier not in {gone.id, into.id} and _comes_after(whole, earlier, stories):
            return replace(whole, follows=earlier)
    return whole


def parted(story: Story, entries: Collection[str], name: str) -> tuple[Story, Story]:
    """A story split in two: without the reports of some entries, and a new one of these."""
    left = tuple(report for report in story.reports if report.entry not in entries)
    taken = tuple(report for report in story.reports if report.entry in entries)
    own = replace(story, id=name, reports=taken, follows=None)
    return replace(story, reports=left), own


def _comes_after(story: Story, earlier: str, stories: Mapping[str, Story]) -> bool:
    """Whether a story begins after another one, as far as that one is still known."""
    known = stories.get(earlier)
    return known is None or known.lead.document.published < story.lead.document.published
