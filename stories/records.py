"""What a story is made of."""

from dataclasses import dataclass
from datetime import datetime

from rules import Document, Match


@dataclass(frozen=True, slots=True)
class Report:
    """A matched entry, as part of a story: the entry, who published it, and why it matched.

    `entry` is the id under which the entry is stored.
    """

    entry: str
    document: Document
    outlet: str
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """The reports of one development, the first one first."""

    id: str
    opened: datetime
    updated: datetime
    reports: tuple[Report, ...]

    @property
    def lead(self) -> Report:
        """The report that opened the story."""
        return self.reports[0]

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the rules that its reports matched, each once."""
        return tuple(dict.fromkeys(m.rule for report in self.reports for m in report.matches))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a report, unchanged: `report.document.text[start:end]`."""

    report: Report
    start: int
    end: int

    def __str__(self) -> str:
        return self.report.document.text[self.start : self.end]
