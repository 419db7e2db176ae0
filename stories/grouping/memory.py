"""The index of recent stories: candidates for a report, and document frequencies."""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from stories.grouping.similarity import Profile
from stories.grouping.traits import Traits, traits
from stories.grouping.word_frequencies import COMMON
from stories.records import Report, Story

BACKGROUND: Final = 3000
"""The weight of the shipped word frequencies, in reports."""

TOTAL: Final = BACKGROUND + 1000
"""The number of documents for IDF, fixed so that each report does not change all weights."""

NEW_KEYS: Final = 20
"""The same for actors and topics."""

UNSEEN: Final = 0.0003
"""The share of reports of a word that the shipped table does not have."""

NAME_SHARE: Final = 0.4
"""The share of capitalised occurrences from which a stem is taken for a name."""

POSTINGS: Final = 1200
"""The most postings that are looked up, of the rarest terms first: it bounds the time."""

CANDIDATES: Final = 5
"""The most stories that are compared, by words and by mentions."""

FAR: Final = 0.3
"""Candidates that share less than this part of the best one's score are not compared."""

SIZE: Final = 4
"""The share of a story's reports that must have a term for it to be indexed."""


class Remembered:
    """Recent stories, indexed by terms, links and headlines."""

    def __init__(self) -> None:
        self.stories: dict[str, Story] = {}
        self.profiles: dict[str, Profile] = {}
        self._traits: dict[str, Traits] = {}
        self._stories_of: dict[str, str] = {}
        self._postings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._documents: Counter[str] = Counter()
        self._named: Counter[str] = Counter()
        self._total = 0
        self._last: tuple[Report, Traits] | None = None
        self.words = _Rarities(self._documents)

    def put(self, story: Story) -> None:
        """Add or replace a story."""
        known = self.stories.get(story.id)
        if known is None or story.reports[: len(known.reports)] != known.reports:
            self.drop(story.id)
            known = replace(story, reports=())
            self.profiles[story.id] = Profile()
        self.stories[story.id] = story
        for report in story.reports[len(known.reports) :]:
            self._add(story.id, report)

    def drop(self, story_id: str) -> None:
        """Remove a story."""
        story = self.stories.pop(story_id, None)
        if story is not None:
            del self.profiles[story_id]
            for report in story.reports:
                self._remove(story_id, report)

    def story_of(self, entry: str) -> Story | None:
        """The story that has an entry as one of its reports."""
        story_id = self._stories_of.get(entry)
        return None if story_id is None else self.stories[story_id]

    def traits(self, report: Report) -> Traits:
        """The traits of a report."""
        known = self._traits.get(report.entry)
        if known is None:
            if self._last is None or self._last[0] is not report:
                self._last = (report, traits(report))
            known = self._last[1]
        return known

    def copies(self, report: Report, own: Traits) -> Iterator[Story]:
        """The stories with a report of the same link or headline."""
        for term in _copy_terms(report, own):
            yield from (self.stories[story_id] for story_id in self._postings.get(term, ()))

    def candidates(self, own: Traits) -> list[Story]:
        """The candidates: stories that share the rarest terms with a report."""
        words = ((f"{own.language}:{stem}", self.words[stem] ** 2) for stem in own.words)
        others = [(key, self.key(key) ** 2) for key in sorted(own.keys)]
        others += [("^" + name, self.words[name] ** 2) for name in sorted(own.names)]
        found = {*self._nearest(words), *self._nearest(others)}
        return [self.stories[story_id] for story_id in sorted(found)]

    def key(self, key: str) -> float:
        """The IDF of an actor or a topic."""
        return self._rare(key)

    def number(self, number: str) -> float:
        """The IDF of a number, at most 1."""
        return min(1.0, self._rare("#" + number) / math.log(NEW_KEYS))

    def is_name(self, stem: str) -> bool:
        """Whether a stem is mostly capitalised, where the script tells."""
        return self._named[stem] > NAME_SHARE * self._documents[stem]

    def _rare(self, term: str) -> float:
        return math.log((NEW_KEYS + self._total) / (1.0 + self._documents[term]))

    def _nearest(self, terms: Iterable[tuple[str, float]]) -> list[str]:
        known = [(self._postings[t], weight) for t, weight in terms if t in self._postings]
        known.sort(key=lambda posting: len(posting[0]))
        scores: dict[str, float] = {}
        room, profiles = POSTINGS, self.profiles
        for posting, weight in known:
            room -= len(posting)
            if room < 0 and scores:
                break
            for story_id, count in posting.items():
                if count < SIZE and count < (size := profiles[story_id].size):
                    scores[story_id] = scores.get(story_id, 0.0) + weight * count / min(size, SIZE)
                else:
                    scores[story_id] = scores.get(story_id, 0.0) + weight
        best = heapq.nlargest(CANDIDATES, [(score, story_id) for story_id, score in scores.items()])
        return [story_id for score, story_id in best if score >= FAR * best[0][0]]

    def _add(self, story_id: str, report: Report) -> None:
        own = self.traits(report)
        self._traits[report.entry] = own
        self._stories_of[report.entry] = story_id
        self.profiles[story_id].add(own, report.document.published)
        for term in _terms(report, own):
            self._postings[term][story_id] += 1
        self._documents.update(_counted(own))
        self._named.update(own.names)
        self.words.changed(own.words)
        self._total += 1

    def _remove(self, story_id: str, report: Report) -> None:
        own = self._traits.pop(report.entry)
        del self._stories_of[report.entry]
        for term in _terms(report, own):
            posting = self._postings[term]
            _subtract(posting, (story_id,))
            if not posting:
                del self._postings[term]
        _subtract(self._documents, _counted(own))
        _subtract(self._named, own.names)
        self.words.changed(own.words)
        self._total -= 1


class _Rarities(dict[str, float]):
    """The IDF of each stem."""

    def __init__(self, documents: Mapping[str, int]) -> None:
        super().__init__()
        self._documents = documents

    def __missing__(self, stem: str) -> float:
        common = BACKGROUND * COMMON.get(stem, UNSEEN) + self._documents.get(stem, 0)
        found = self[stem] = max(0.0, math.log(TOTAL / common))
        return found

    def changed(self, stems: Iterable[str]) -> None:
        for stem in stems:
            self.pop(stem, None)


def _subtract(counts: Counter[str], terms: Iterable[str]) -> None:
    for term in terms:
        counts[term] -= 1
        if not counts[term]:
            del counts[term]


def _counted(own: Traits) -> Iterator[str]:
    yield from own.words
    yield from own.keys
    for number in own.numbers:
        yield "#" + number


def _terms(report: Report, own: Traits) -> Iterator[str]:
    for stem in own.words:
        yield f"{own.language}:{stem}"
    yield from own.keys
    for name in own.names:
        yield "^" + name
    yield from _copy_terms(report, own)


def _copy_terms(report: Report, own: Traits) -> Iterator[str]:
    if report.document.link:
        yield "link:" + report.document.link
    if own.title:
        yield "title:" + own.title
