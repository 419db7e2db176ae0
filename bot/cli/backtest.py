"""`backtest`: what rules would have matched in stored entries, beside what they did match."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rich.console import Group, RenderableType
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

import store
from bot.cli import database
from bot.cli.console import err, out
from bot.clock import utc_now
from bot.configuration.loading import load
from bot.errors import NoSuchError
from bot.messages.rendering import terms
from rules import Match, Matcher
from store import Store
from watchers import Entry

BATCH = 500
MAX_TERMS = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """An entry whose match by a rule changed."""

    entry: Entry
    match: Match


@dataclass(slots=True)
class Backtest:
    """The result of a backtest: entries counted, and by rule the matches, new and gone ones."""

    entries: int = 0
    matches: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    new: list[Finding] = field(default_factory=list)
    gone: list[Finding] = field(default_factory=list)

    def add(self, entry: Entry, before: Iterable[Match], now: Iterable[Match]) -> None:
        """Add one entry with its stored and its present matches."""
        self.entries += 1
        then = {match.rule: match for match in before}
        after = {match.rule: match for match in now}
        for rule in after:
            self.matches[rule] += 1
        self.new += [Finding(entry, match) for rule, match in after.items() if rule not in then]
        self.gone += [Finding(entry, match) for rule, match in then.items() if rule not in after]


def run_backtest(config: Path, data: Path, since: str, rule: str | None, show: int) -> None:
    """Run a backtest and print its result.

    Raises:
        NoSuchError: there is no such rule.
    """
    configuration = load(config)
    names = [one.name for one in configuration.rules]
    if rule is not None and rule not in names:
        raise NoSuchError("rule", rule, names)
    now = utc_now()
    begin = now - database.span(since)
    with Progress(console=err, transient=True) as progress:
        work = database.with_store(
            data, lambda stored: backtest(stored, configuration.matcher, begin, rule, progress)
        )
        result = asyncio.run(work)
    rules_shown = names if rule is None else [rule]
    out.print(shown(result, rules_shown, database.days(begin, now), show), soft_wrap=True)


async def backtest(
    stored: Store, matcher: Matcher, since: datetime, rule: str | None, progress: Progress
) -> Backtest:
    """Match the entries since a time again; with `rule`, that one alone."""
    result = Backtest()
    async with stored.read() as db:
        task = progress.add_task("entries", total=await store.count_entries(db, since))
        async for batch in store.kept_entries(db, since, BATCH):
            for entry, before in batch:
                now = matcher.match(entry, now=entry.seen)
                result.add(entry, _only(rule, before), _only(rule, now))
            progress.advance(task, len(batch))
    return result


def shown(result: Backtest, rules: Sequence[str], days: float, most: int) -> RenderableType:
    """The result as text: counts by rule, then the latest changes, at most `most` of each."""
    return Group(
        Text(f"{result.entries} stored entries of the last {days:.0f} days\n", style="bold"),
        _counts(result, rules, days),
        *_listed("new: these would match now", result.new, "green", most),
        *_listed("gone: these matched when they came in", result.gone, "red", most),
    )


def _only(rule: str | None, matches: Iterable[Match]) -> list[Match]:
    return [match for match in matches if rule in {None, match.rule}]


def _counts(result: Backtest, rules: Sequence[str], days: float) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("rule")
    for heading in ("matches", "per day", "new", "gone"):
        table.add_column(heading, justify="right")
    new, gone = _by_rule(result.new), _by_rule(result.gone)
    for rule in dict.fromkeys([*rules, *gone]):
        matches = result.matches.get(rule, 0)
        changes = _signed("+", new.get(rule)), _signed("-", gone.get(rule))
        table.add_row(rule, str(matches), f"{matches / days:.1f}", *changes)
    return table


def _by_rule(findings: Iterable[Finding]) -> Mapping[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for finding in findings:
        counts[finding.match.rule] += 1
    return counts


def _signed(sign: str, count: int | None) -> str:
    return f"{sign}{count}" if count else ""


def _listed(heading: str, findings: Sequence[Finding], style: str, most: int) -> Iterator[Text]:
    if not findings:
        return
    yield Text(f"\n{heading}", style=f"bold {style}")
    for finding in findings[-most:]:
        entry, match = finding.entry, finding.match
        words = ", ".join(f"“{word}”" for word in terms(entry, match.evidence)[:MAX_TERMS])
        yield Text.assemble(
            (f"{entry.published:%Y-%m-%d} ", "dim"),
            (match.rule, style),
            f"  {entry.title or entry.text[:80]} ",
            (f"({entry.source}; {words})", "dim"),
        )
    if len(findings) > most:
        yield Text(f"and {len(findings) - most} earlier ones: --show {len(findings)}", style="dim")
