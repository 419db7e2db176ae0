"""Online grouping: assigns each report to a story, or opens a new one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Final

from stories.grouping.memory import Remembered
from stories.grouping.similarity import Thresholds, asked, kinship, likeness
from stories.grouping.traits import Traits
from stories.records import Report, Stance, Story

WINDOW: Final = timedelta(days=3)
"""How long after it was opened a story takes reports."""

FOLLOW_WINDOW: Final = timedelta(days=14)
"""How long after its last report a story can be followed by a new one."""

THRESHOLDS: Final = Thresholds()
SAME_TEXT: Final = 0.7
"""The share of common word n-grams from which two texts are one."""

LEAST_WORDS: Final = 4
"""Reports with fewer words and mentions are grouped only by link and headline."""

_Score = tuple[float, datetime, str]

ANSWER: Final = 1.2
"""A denial answers something: it joins what it nearly joins anyway. Readers are told of it under
the story, so that nothing is hidden; what is confirmed is often news of its own."""


class Grouping:
    """Assigns reports to stories, one after the other.

    All that it knows are the stories: made again from those that were updated within
    `FOLLOW_WINDOW`, in any order, it goes on as if it had never stopped.
    """

    def __init__(
        self,
        recent: Iterable[Story] = (),
        *,
        window: timedelta = WINDOW,
        thresholds: Thresholds = THRESHOLDS,
    ) -> None:
        self._window = window
        self._thresholds = thresholds
        self._remembered = Remembered()
        self._before: dict[str, Story | None] = {}
        self._ages: list[tuple[datetime, str]] = []
        for story in recent:
            self._put(story)

    @property
    def stories(self) -> Mapping[str, Story]:
        """The stories of the last days, by id."""
        return self._remembered.stories

    def group(self, report: Report, now: datetime) -> Story:
        """The story of a report, new or existing, with the report in it.

        A report that is in a story already changes nothing.
        """
        known = self._remembered.story_of(report.entry)
        if known is not None:
            return known
        self.forget(now)
        own = self._remembered.traits(report)
        joined, followed = self._nearest(report, own, now)
        story = self._copied(report, own, now) or joined
        if story is None:
            story = Story(report.entry, now, now, (report,), followed.id if followed else None)
        else:
            story = replace(story, updated=now, reports=(*story.reports, report))
        self.put(story)
        return story

    def of_same_headline(self, report: Report) -> Iterator[tuple[Story, Report]]:
        """The reports with the same headline, of five words or more, each with its story."""
        own = self._remembered.traits(report)
        if own.title:
            for story in self._remembered.copies(report, own):
                for other in story.reports:
                    if self._remembered.traits(other).title == own.title:
                        yield story, other

    def put(self, story: Story) -> None:
        """Put a story as given, as after a merge or split by hand."""
        self._before.setdefault(story.id, self.stories.get(story.id))
        self._put(story)

    def drop(self, story_id: str) -> None:
        """Remove a story."""
        if story_id in self.stories:
            self._before.setdefault(story_id, self.stories[story_id])
            self._remembered.drop(story_id)

    def forget(self, now: datetime) -> None:
        """Remove the stories that can be neither joined nor followed any more."""
        while self._ages and now - self._ages[0][0] > FOLLOW_WINDOW:
            updated, story_id = heappop(self._ages)
            story = self.stories.get(story_id)
            if story is not None and story.updated == updated:
                self._remembered.drop(story_id)
                self._before.pop(story_id, None)

    def keep(self) -> None:
        """Confirm all changes since the last `keep`: they are stored."""
        self._before.clear()

    def undo(self) -> None:
        """Roll back all changes since the last `keep`: they could not be stored."""
        for story_id in self._before:
            self._remembered.drop(story_id)
        for story in self._before.values():
            if story is not None:
                self._put(story)
        self._before.clear()

    def _put(self, story: Story) -> None:
        self._remembered.put(story)
        heappush(self._ages, (story.updated, story.id))

    def _copied(self, report: Report, own: Traits, now: datetime) -> Story | None:
        found = [
            story
            for story in self._remembered.copies(report, own)
            if self._is_open(story, report, now)
            and any(self._is_copy(report, own, other) for other in story.reports)
        ]
        return max(found, key=_latest, default=None)

    def _is_copy(self, report: Report, own: Traits, other: Report) -> bool:
        if report.document.link and report.document.link == other.document.link:
            return True
        theirs = self._remembered.traits(other)
        if not own.title or own.title != theirs.title:
            return False
        return report.outlet != other.outlet or _same_text(own, theirs)

    def _nearest(
        self, report: Report, own: Traits, now: datetime
    ) -> tuple[Story | None, Story | None]:
        """The story that a report joins by similarity, and the one that it follows."""
        at = report.document.published
        question = asked(own, at, self._remembered)
        least = -ANSWER if report.reading.stance is Stance.DENIES else 0.0
        joins: list[_Score] = []
        follows: list[_Score] = []
        for story in self._remembered.candidates(own):
            profile = self._remembered.profiles[story.id]
            if self._may_join(story, report, own, now):
                score = likeness(question, profile, self._remembered, self._thresholds)
                if score >= least:
                    joins.append((score, story.updated, story.id))
            if story.lead.document.published <= at:
                score = kinship(own, profile, self._remembered)
                if score > 0:
                    follows.append((score, story.updated, story.id))
        return self._best(joins), self._best(follows)

    def _may_join(self, story: Story, report: Report, own: Traits, now: datetime) -> bool:
        return (
            len(own.words) + len(own.keys) >= LEAST_WORDS
            and self._is_open(story, report, now)
            and not self._is_column(report, own, story)
        )

    def _best(self, scores: Iterable[_Score]) -> Story | None:
        best = max(scores, default=None)
        return self.stories[best[2]] if best else None

    def _is_column(self, report: Report, own: Traits, story: Story) -> bool:
        """Whether the report's headline is a column's recurring title, and so no copy."""
        return bool(own.title) and any(
            other.outlet == report.outlet and self._remembered.traits(other).title == own.title
            for other in story.reports
        )

    def _is_open(self, story: Story, report: Report, now: datetime) -> bool:
        at, profile = report.document.published, self._remembered.profiles[story.id]
        distance = max(profile.begin - at, at - profile.end)
        return now - story.opened <= self._window and distance <= self._window


def _latest(story: Story) -> tuple[datetime, str]:
    return story.updated, story.id


def _same_text(one: Traits, other: Traits) -> bool:
    shared = len(one.shingles & other.shingles)
    return bool(shared) and shared >= SAME_TEXT * len(one.shingles | other.shingles)
