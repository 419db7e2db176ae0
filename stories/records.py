"""The records of stories: report, reading, sentence, abstract, story."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

from rules import Document, Evidence, Match


class Stance(StrEnum):
    """The stance of a report towards its claim."""

    REPORTS = "reports"
    CONFIRMS = "confirms"
    DENIES = "denies"


@dataclass(frozen=True, slots=True)
class Reading:
    """The stance that was read from a report: who takes it, and the evidence.

    The first evidence is the verb (its part is `stance:denies` or `stance:confirms`); those of the
    actors follow. A denial by nobody that the lexicon knows has no actors.
    """

    stance: Stance
    actors: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A matched entry as part of a story, with its outlet and its matches.

    `entry` is the id under which the entry is stored; `mentions` are the actors and topics that it
    speaks of, whether a rule asked for them or not: what reports in two languages can share.
    `owner` is who stands behind the outlet, where several belong together. `article` is the whole
    article behind the entry's link, where it was fetched.
    """

    entry: str
    document: Document
    outlet: str
    matches: tuple[Match, ...]
    mentions: tuple[Evidence, ...] = ()
    reading: Reading = Reading(Stance.REPORTS)
    owner: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class Abstract:
    """A language model's abstract, and the reports that it is based on (`Story.basis`)."""

    language: str
    basis: str
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """A story: the reports of one development, the first one first.

    `follows` is the id of the earlier story that this one goes on from.
    """

    id: str
    opened: datetime
    updated: datetime
    reports: tuple[Report, ...]
    follows: str | None = None
    abstracts: tuple[Abstract, ...] = ()

    @property
    def basis(self) -> str:
        """A digest of the ids of its reports: whether it changed."""
        entries = "\0".join(sorted(report.entry for report in self.reports))
        return blake2b(entries.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

    def abstract(self, language: str) -> str:
        """The abstract of its present reports in a language, or ""."""
        known = {(one.language, one.basis): one.text for one in self.abstracts}
        return known.get((language, self.basis), "") if known else ""

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
    """A sentence of a report, unchanged: `text[start:end]`.

    The text is that of the entry, or of its article.
    """

    report: Report
    start: int
    end: int
    in_article: bool = False

    @property
    def text(self) -> str:
        """The text in which `start` and `end` count characters."""
        return self.report.article if self.in_article else self.report.document.text

    def __str__(self) -> str:
        return self.text[self.start : self.end]
