"""Follow-ups: changes of a story that are sent as a reply under its message. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from stories import Report, Stance, Story, independent

THRESHOLDS = (3, 10)


class Kind(StrEnum):
    """The kind of a follow-up."""

    DENIED = "denied"
    CONFIRMED = "confirmed"
    SOURCES = "sources"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up, its report, and the independent sources by then."""

    kind: Kind
    report: Report
    sources: tuple[Report, ...] = ()

    @property
    def key(self) -> str:
        """The key that distinguishes it from the story's other follow-ups."""
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
