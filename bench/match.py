"""How long rules take: `python -m bench.match`. All texts and rules are made up, the same each run.

Beside the matcher, in the same run: the bare automaton, one regular expression of all terms,
and a loop over the rules with one regular expression each.
"""

import gc
import random
import re
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

from rules import Lexicon, Matcher, Normalised, Rule

LENGTH = 4000
TERMS = 10
TEXTS = 20
ALPHABETS = {
    "Latin": ("bcdfghklmnprstvz", "aeiou"),
    "Cyrillic": ("бвгдзклмнпрстфхц", "аеиоуя"),
    "Arabic": ("بتجحدرزسشصعغفقكلمنه", "اوي"),
}
TARGETS = {"no match": 0.3, "evidence": 1.0}
MOST_FOR_TEN_THOUSAND = 1.5


@dataclass(frozen=True, slots=True)
class Doc:
    """An entry of the bench."""

    title: str
    text: str
    source: str = "bench"
    author: str = ""
    link: str = ""
    categories: tuple[str, ...] = ()
    language: str | None = None
    published: datetime = datetime(2024, 1, 1, tzinfo=UTC)


def word(draw: random.Random, script: str, least: int, most: int) -> str:
    """A word that can be spoken."""
    consonants, vowels = ALPHABETS[script]
    pieces = (
        draw.choice(consonants) + draw.choice(vowels) for _ in range(draw.randint(least, most))
    )
    return "".join(pieces)


def rules(count: int) -> tuple[list[Rule], list[list[str]]]:
    """Rules of ten terms each, half of them phrases, in three scripts, and their terms."""
    draw = random.Random(1)
    made, terms = [], []
    for number in range(count):
        script = draw.choices(tuple(ALPHABETS), (8, 1, 1))[0]
        own = [word(draw, script, 4, 6) for _ in range(TERMS // 2)]
        own += [f"{word(draw, script, 4, 5)} {word(draw, script, 2, 4)}" for _ in range(TERMS // 2)]
        quoted = [f'"{term}"' for term in own]
        when = f"({' OR '.join(quoted[:5])}) AND ({' OR '.join(quoted[5:9])}) NOT {quoted[9]}"
        made.append(Rule(f"rule-{number}", f"Rule {number}", when))
        terms.append(own)
    return made, terms


def texts(script: str, terms: Sequence[Sequence[str]] = ()) -> list[Doc]:
    """Texts of one script; with terms, each makes three rules of the first hundred true."""
    draw = random.Random(2)
    common = [word(draw, script, 1, 3) for _ in range(3000)]
    made = []
    for _ in range(TEXTS):
        words: list[str] = []
        while sum(map(len, words)) + len(words) < LENGTH:
            words.append(
                draw.choice(common) + draw.choices((",", ".", "", "'s"), (1, 1, 20, 0.2))[0]
            )
        for own in draw.sample(terms, 3) if terms else ():
            words[draw.randrange(len(words))] = own[draw.randrange(5)]
            words[draw.randrange(len(words))] = own[draw.randrange(5, 9)]
        made.append(Doc(" ".join(words[:8]).title(), " ".join(words[8:])[:LENGTH]))
    return made


def milliseconds(run: Callable[[Doc], object], docs: Sequence[Doc], repeats: int = 15) -> float:
    """The median over all texts of the best time for each."""
    best = []
    for doc in docs:
        times = []
        for _ in range(repeats):
            begin = perf_counter()
            run(doc)
            times.append(perf_counter() - begin)
        best.append(min(times))
    return statistics.median(best) * 1000


def others(
    matcher: Matcher, terms: Sequence[Sequence[str]]
) -> dict[str, tuple[Callable[[Doc], object], int]]:
    """What the matcher is measured against, and how often each is worth repeating."""
    scan = matcher.automaton.find_matches_as_indexes
    every = "|".join(re.escape(term) for own in terms for term in own)
    one = re.compile(rf"\b(?:{every})\b", re.IGNORECASE)
    each = [re.compile(rf"\b(?:{'|'.join(map(re.escape, own))})\b", re.IGNORECASE) for own in terms]
    return {
        "the bare automaton": (lambda doc: scan(doc.text, overlapping=True), 15),
        "normalising alone": (lambda doc: Normalised(doc.text), 15),
        "one regular expression": (lambda doc: one.findall(doc.text), 1),
        "a loop over the rules": (lambda doc: [rule.search(doc.text) for rule in each], 1),
    }


def main() -> int:
    """Measure, print, and say whether the targets are met."""
    print(f"Python {sys.version.split()[0]}, texts of {LENGTH} characters, one core\n")
    all_rules, all_terms = rules(10_000)
    matchers = {}
    for count in (100, 1000, 10_000):
        begin = perf_counter()
        matchers[count] = Matcher(all_rules[:count], Lexicon())
        took = perf_counter() - begin
        print(f"{count:6} rules, {count * TERMS:6} terms: made ready in {took:.2f} s")
    gc.collect()
    gc.freeze()
    near = all_terms[:100]
    latin = [own for own in near if own[0].isascii()]
    sets = {"no match": texts("Latin"), "evidence": texts("Latin", latin)}
    for script in ("Cyrillic", "Arabic"):
        sets[f"no match, {script}"] = texts(script)
        sets[f"evidence, {script}"] = texts(
            script, [o for o in near if o[0][0] in "".join(ALPHABETS[script])]
        )
    print(f"\n{'ms for a text':24}{'100 rules':>12}{'1,000':>12}{'10,000':>12}{'10,000/100':>12}")
    is_met = True
    for name, docs in sets.items():
        cost = {count: milliseconds(matcher.match, docs) for count, matcher in matchers.items()}
        matched = statistics.mean(len(matchers[1000].match(doc)) for doc in docs)
        ratio = cost[10_000] / cost[100]
        is_met &= cost[1000] <= TARGETS[name.split(",")[0]] and ratio <= MOST_FOR_TEN_THOUSAND
        row = "".join(f"{cost[count]:12.3f}" for count in matchers)
        print(f"{name:24}{row}{ratio:12.2f}   ({matched:.1f} matches)")
    own = milliseconds(matchers[1000].match, sets["evidence"])
    print(f"\nbeside 1,000 rules on texts with evidence ({own:.3f} ms)")
    for name, (run, repeats) in others(matchers[1000], all_terms[:1000]).items():
        theirs = milliseconds(run, sets["evidence"][: TEXTS if repeats > 1 else 2], repeats)
        print(f"{name:24}{theirs:12.3f} ms   {theirs / own:8.2f} times ours")
    limits = f"{TARGETS['no match']} ms, {TARGETS['evidence']} ms, {MOST_FOR_TEN_THOUSAND} times"
    print(f"\ntargets ({limits}): {'met' if is_met else 'NOT MET'}")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
