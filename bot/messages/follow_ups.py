"""When a story takes a turn of which its readers have to be told."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from stories import Report, Stance, Story, independent

THRESHOLDS = (3, 10)


class Kind(StrEnum):
    """What a turn is."""

    DENIED = "denied"
    CONFIRMED = "confirmed"
    SOURCES = "sources"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A turn and the report that brought it; `sources` are the independent ones by then."""

    kind: Kind
    report: Report
    sources: tuple[Report, ...] = ()

    @property
    def key(self) -> str:
        """What tells this turn from the story's others."""
        return f"{self.kind}-{len(self.sources)}" if self.sources else str(self.kind)


def follow_ups(before: Story, after: Story) -> Iterator[FollowUp]:
    """The first denial, the first confirmation, and each threshold of independent sources."""
    new = after.reports[len(before.reports) :]
    for kind, stance in ((Kind.DENIED, Stance.DENIES), (Kind.CONFIRMED, Stance.CONFIRMS)):
        first = next((report for report in new if report.reading.stance is stance), None)
        if first and all(report.reading.stance is not stance for report in before.reports):
            yield FollowUp(kind, first)
    sources = independent(after)
    had = len(independent(before))
    for threshold in THRESHOLDS:
        if had < threshold <= len(sources):
            yield FollowUp(Kind.SOURCES, sources[threshold - 1], sources[:threshold])
