"""Which story a report belongs to."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from stories.records import Report, Story

WINDOW = timedelta(days=3)
MIN_WORDS_OF_A_TITLE = 5


def group(report: Report, recent: Iterable[Story], now: datetime) -> Story:
    """The story that a report opens, or the one of `recent` that it joins.

    A report joins a story only where it is the same text again: the same link, or another
    outlet's copy under the very same headline, within `WINDOW`. A false merge hides news; a
    split only repeats it.
    """
    for story in recent:
        if now - story.opened <= WINDOW and any(_copy(report, other) for other in story.reports):
            return replace(story, updated=now, reports=(*story.reports, report))
    return Story(id=report.entry, opened=now, updated=now, reports=(report,))


def _copy(one: Report, other: Report) -> bool:
    if one.document.link and one.document.link == other.document.link:
        return True
    title = one.document.title.casefold().split()
    return (
        one.outlet != other.outlet
        and len(title) >= MIN_WORDS_OF_A_TITLE
        and title == other.document.title.casefold().split()
    )
