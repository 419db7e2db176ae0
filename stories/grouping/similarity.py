"""The similarity of a report and a story."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from stories.grouping.traits import Traits

# What counts for and against one story. The first weights were those of a logistic regression over
# ECB+; they were then moved by hand, one at a time, as long as `python -m bench.stories` gained in
# both of its ways to draw halves. Around these values it changes little.
WORDS: Final = 6.0
NEAREST: Final = 4.0
SHARED: Final = 3.0
ENOUGH: Final = 30.0
OTHER_NAMES: Final = 1.5
NEW_NAMES: Final = 2.5
SAME_NUMBERS: Final = 2.5
OTHER_NUMBERS: Final = 0.8
OTHER_ORDINALS: Final = 1.5
SAME_DAY: Final = 0.8
OTHER_DAY: Final = 1.2
_SMOOTH: Final = 4.5

# What ECB+ has not: times, turns, cities, actors and topics, other languages. From the stream in
# tests/stories/developments, where precision is 1 far around these values.
LATER_TURN: Final = 4.0
OTHER_CITY: Final = 1.0
DAY_APART: Final = 0.5
SAME_MENTIONS: Final = 5.0
USUAL_MENTIONS: Final = 0.7
ENOUGH_MENTIONS: Final = 4.0
BRIDGE_MENTIONS: Final = 9.0
SPECIFIC: Final = 1.0
BRIDGE_NAMES: Final = 4.5
ENOUGH_NAMES: Final = 6.0
BRIDGE_SAME_CITY: Final = 0.7
BRIDGE_OTHER_NUMBERS: Final = 1.5
BRIDGE_DAY_APART: Final = 1.0
FOLLOW_MENTIONS: Final = 0.5
FOLLOW_MASS: Final = 4.0
FOLLOW_NUMBER: Final = 0.5
TELLING_NUMBER: Final = 0.4

LEAST_SHARED: Final = 3
"""The least shared actors, topics, names, numbers and cities across languages."""

NEAREST_TRIED: Final = 2
"""The nearest report is sought among those that share the rarest words."""

CORE: Final = 0.5
"""The share of a story's reports from which a word belongs to its topic."""

NEW_TURN: Final = timedelta(hours=12)
"""Hours after the start of a story from which a new turn makes a new story."""

PROFILE: Final = 16
"""The most reports of one language that are kept for comparison."""

_DAY: Final = timedelta(days=1)
_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds: within one language, and across languages.

    ECB+ alone would take 2.0 for `join`. On a year of real feeds, where most reports have no
    other of their story, what scores below 2.5 is mostly another story of the same subject.
    """

    join: float = 2.5
    bridge: float = 5.0


class Rarity(Protocol):
    """The weights of words and mentions (IDF)."""

    @property
    def words(self) -> Mapping[str, float]: ...

    def key(self, key: str) -> float: ...
    def number(self, number: str) -> float: ...
    def is_name(self, stem: str) -> bool: ...


@dataclass(slots=True)
class Part:
    """A story's reports in one language."""

    reports: list[Traits] = field(default_factory=list)
    words: dict[str, float] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)

    def add(self, traits: Traits) -> None:
        """Add a report."""
        if len(self.reports) == PROFILE:
            return
        self.reports.append(traits)
        norm = math.sqrt(sum(x * x for x in traits.words.values())) or 1.0
        for stem, weight in traits.words.items():
            self.words[stem] = self.words.get(stem, 0.0) + weight / norm
            self.counts[stem] += 1
        self.names.update(traits.names)


@dataclass(slots=True)
class Profile:
    """A story's traits, ready to be compared."""

    parts: dict[str, Part] = field(default_factory=dict)
    keys: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    numbers: Counter[str] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)
    turns: Counter[str] = field(default_factory=Counter)
    cities: Counter[str] = field(default_factory=Counter)
    begin: datetime = _LAST
    end: datetime = _FIRST
    size: int = 0

    def add(self, traits: Traits, at: datetime) -> None:
        """Add a report."""
        self.parts.setdefault(traits.language, Part()).add(traits)
        self.keys.update(traits.keys)
        self.names.update(traits.names)
        self.numbers.update(traits.numbers)
        self.days.update(traits.days)
        self.turns.update(traits.turns)
        self.cities.update(traits.cities)
        self.begin, self.end = min(self.begin, at), max(self.end, at)
        self.size += 1


@dataclass(frozen=True, slots=True)
class Asked:
    """A report to be compared with many stories, with what is the same for all precomputed.

    `vector` is the unit vector of its words, each weighted once more by its rarity, so that its
    product with the plain weights of another text is the dot product of the two.
    """

    traits: Traits
    at: datetime
    vector: Mapping[str, float]
    named: tuple[str, ...]


def asked(traits: Traits, at: datetime, rarity: Rarity) -> Asked:
    """A report, ready to be compared."""
    rare = rarity.words
    weighted = {stem: weight * rare[stem] for stem, weight in traits.words.items()}
    norm = _norm(weighted.values()) or 1.0
    vector = {stem: value * rare[stem] / norm for stem, value in weighted.items()}
    named = tuple(w for w in traits.words if w in traits.names or rarity.is_name(w))
    return Asked(traits, at, vector, named)


def likeness(report: Asked, profile: Profile, rarity: Rarity, thresholds: Thresholds) -> float:
    """The margin above the threshold by which a report belongs to a story; joins from 0.

    Words decide where they can be compared; between languages, what both mention is a bridge.
    """
    traits = report.traits
    marks = _marks(traits, profile, rarity) - _other_turn(traits, report.at, profile)
    days = _days_apart(report.at, profile)
    part = profile.parts.get(traits.language)
    if part is None:
        marks -= BRIDGE_DAY_APART * days + _incompatible(traits, profile)
        return _bridge(traits, profile, rarity) + marks - thresholds.bridge
    words = _in_words(report, part, rarity) + _same_mentions(traits, profile, rarity)
    marks -= DAY_APART * days + _other_names(report, part, rarity)
    return words + marks - thresholds.join


def kinship(traits: Traits, profile: Profile, rarity: Rarity) -> float:
    """The margin by which a report follows a story that it does not belong to.

    Sharing actors and topics makes two stories alike and no more. One goes on from the other where
    there is a thread besides: a number, the next round, or a turn after another turn.
    """
    shared = mentions(traits.keys, profile, rarity)
    mass = math.fsum(rarity.key(key) for key in traits.keys if key in profile.keys)
    if shared < FOLLOW_MENTIONS or mass < FOLLOW_MASS:
        return 0.0
    if any(n in profile.numbers and rarity.number(n) >= TELLING_NUMBER for n in traits.numbers):
        return shared + FOLLOW_NUMBER
    return shared if _is_next(traits, profile) else 0.0


def _is_next(traits: Traits, profile: Profile) -> bool:
    if traits.turns and profile.turns and traits.turns.isdisjoint(profile.turns):
        return True
    before = _ordinals(profile.numbers)
    return any(number - 1 in before for number in _ordinals(traits.numbers))


def _ordinals(numbers: Iterable[str]) -> set[int]:
    found = (number.removesuffix("th") for number in numbers if number.endswith("th"))
    return {int(number) for number in found if number.isdecimal()}


def _incompatible(traits: Traits, profile: Profile) -> float:
    both = traits.numbers and profile.numbers
    return BRIDGE_OTHER_NUMBERS if both and traits.numbers.isdisjoint(profile.numbers) else 0.0


def _same_mentions(traits: Traits, profile: Profile, rarity: Rarity) -> float:
    if not traits.keys or not profile.keys:
        return 0.0
    mass = math.fsum(map(rarity.key, traits.keys))
    surplus = mentions(traits.keys, profile, rarity) - USUAL_MENTIONS
    return SAME_MENTIONS * surplus * mass / (mass + ENOUGH_MENTIONS)


def _in_words(report: Asked, part: Part, rarity: Rarity) -> float:
    rare, vector = rarity.words, report.vector
    dots = sorted((-_dot(vector, other.words), at) for at, other in enumerate(part.reports))
    nearest, at = max(
        (-dot / _length(part.reports[at].words, rare), -at) for dot, at in dots[:NEAREST_TRIED]
    )
    other = part.reports[-at].words
    shared = sum(rare[stem] for stem in vector if stem in other)
    whole = _dot(vector, part.words) / _length(part.words, rare)
    enough = min(shared, ENOUGH) / ENOUGH - 0.5
    return WORDS * whole + NEAREST * nearest + SHARED * enough


def _dot(own: Mapping[str, float], other: Mapping[str, float]) -> float:
    return math.fsum([own[w] * other[w] for w in own.keys() & other.keys()])


def _length(words: Mapping[str, float], rare: Mapping[str, float]) -> float:
    return math.hypot(*[x * rare[w] for w, x in words.items()]) or 1.0


def _norm(values: Iterable[float]) -> float:
    return math.sqrt(math.fsum(x * x for x in values))


def _other_names(report: Asked, part: Part, rarity: Rarity) -> float:
    """Penalty for different people in the same sentences, as in two arrests of one kind."""
    rare, own, size = rarity.words, report.named, len(part.reports)
    new = sum(rare[w] for w in own if w not in part.counts)
    shared = sum(rare[w] * part.counts[w] / size for w in own if w in part.counts)
    core = math.fsum(
        rare[w] * count / size
        for w, count in part.names.items()
        if count >= CORE * size and w not in report.traits.words
    )
    conflict = min(new, core)
    against = OTHER_NAMES * conflict / (shared + conflict + _SMOOTH)
    return against + NEW_NAMES * new / (shared + new + _SMOOTH)


def _marks(traits: Traits, profile: Profile, rarity: Rarity) -> float:
    score = _numbers(traits, profile, rarity)
    if traits.days and profile.days:
        share = max(profile.days[day] for day in traits.days) / profile.days.total()
        score += SAME_DAY * share if share else -OTHER_DAY
    if traits.cities and profile.cities and traits.cities.isdisjoint(profile.cities):
        score -= OTHER_CITY
    return score


def _other_turn(traits: Traits, at: datetime, profile: Profile) -> float:
    """Penalty for a different turn (begin, end) half a day later."""
    if not traits.turns or not traits.turns.isdisjoint(profile.turns):
        return 0.0
    if profile.turns:
        return math.inf
    return LATER_TURN if abs(at - profile.begin) >= NEW_TURN else 0.0


def _numbers(traits: Traits, profile: Profile, rarity: Rarity) -> float:
    if not traits.numbers or not profile.numbers:
        return 0.0
    score = 0.0
    shared = math.fsum(
        min(1.0, 1.5 * profile.numbers[n] / profile.size) * rarity.number(n) for n in traits.numbers
    )
    score += SAME_NUMBERS * min(shared, 2.0) / 2 if shared else -OTHER_NUMBERS
    own = {n for n in traits.numbers if n.endswith("th")}
    others = {n for n in profile.numbers if n.endswith("th")}
    if own and others and own.isdisjoint(others):
        score -= OTHER_ORDINALS
    return score


def mentions(keys: frozenset[str], profile: Profile, rarity: Rarity) -> float:
    """The cosine of the mentions of a report and a story."""
    if not keys or not profile.keys:
        return 0.0
    own = {key: rarity.key(key) for key in keys}
    dot = math.fsum(x * x * profile.keys[key] / profile.size for key, x in own.items())
    if not dot:
        return 0.0
    theirs = _norm(rarity.key(key) * n / profile.size for key, n in profile.keys.items())
    return dot / _norm(own.values()) / theirs


def _bridge(traits: Traits, profile: Profile, rarity: Rarity) -> float:
    if _things_shared(traits, profile) < LEAST_SHARED:
        return -math.inf
    names = math.fsum(rarity.words[n] for n in traits.names if n in profile.names)
    mass = math.fsum(rarity.key(key) for key in traits.keys if key in profile.keys)
    score = BRIDGE_MENTIONS * mentions(traits.keys, profile, rarity) * mass / (mass + SPECIFIC)
    score += BRIDGE_NAMES * names / (names + ENOUGH_NAMES)
    if not traits.cities.isdisjoint(profile.cities):
        score += BRIDGE_SAME_CITY
    return score


def _things_shared(traits: Traits, profile: Profile) -> int:
    counts = sum(key in profile.keys for key in traits.keys)
    counts += min(2, sum(name in profile.names for name in traits.names))
    counts += not traits.numbers.isdisjoint(profile.numbers)
    return counts + (not traits.cities.isdisjoint(profile.cities))


def _days_apart(at: datetime, profile: Profile) -> float:
    return max(profile.begin - at, at - profile.end, timedelta()) / _DAY
