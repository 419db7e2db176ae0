"""`stories`: a table of the stories, one with its reports, and corrections."""

import asyncio
import html
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

import store
from bot.cli import database
from bot.cli.console import out
from bot.clock import Clock, utc_now
from bot.data_folder import is_running
from bot.errors import NonsenseError, NoSuchError
from bot.messages.rendering import escape
from bot.pipeline.corrections import WHY_NOT, note, reports_named, short, story_named
from store import CorrectionKind, CorrectionOutcome, Store
from stories import Report, Stance, Story, independent

# A bot that runs looks every three seconds.
PATIENCE: Final = timedelta(seconds=15)
_LOOK_AGAIN: Final = 0.1
_STYLES: Final[Mapping[Stance, tuple[str, str]]] = {
    Stance.REPORTS: ("", ""),
    Stance.DENIES: ("denies", "red"),
    Stance.CONFIRMS: ("confirms", "green"),
}
_MARKS: Final = ((Stance.DENIES, "denied"), (Stance.CONFIRMS, "confirmed"))


def show_stories(data: Path, since: str, rule: str | None, show: int) -> None:
    """Print the stories that were updated within a time."""
    begin = utc_now() - database.span(since)
    out.print(asyncio.run(database.with_store(data, lambda s: listed(s, begin, rule, show))))


def show_story(data: Path, story: str) -> None:
    """Print a story with its reports."""
    found = asyncio.run(database.with_store(data, lambda stored: shown(stored, story)))
    out.print(found, soft_wrap=True)


def merge_stories(data: Path, story: str, into: str) -> None:
    """Put a story into another, and print what came of it."""
    work = database.with_store(data, lambda stored: merged(stored, data, Clock(), story, into))
    out.print(asyncio.run(work), highlight=False)


def split_story(data: Path, story: str, entries: Sequence[str]) -> None:
    """Take reports out of a story, and print what came of it."""
    work = database.with_store(data, lambda stored: split(stored, data, Clock(), story, entries))
    out.print(asyncio.run(work), highlight=False)


async def listed(stored: Store, since: datetime, rule: str | None, most: int) -> RenderableType:
    """The stories updated since a time, the newest first; of one rule, or of all.

    Raises:
        NoSuchError: no story matched the rule.
    """
    async with stored.read() as db:
        every = await store.recent_stories(db, since)
    rules = sorted({name for story in every for name in story.rules})
    if rule is not None and rule not in rules:
        raise NoSuchError("story of the rule", rule, rules or ["none"])
    found = [story for story in every if rule is None or rule in story.rules]
    if not found:
        return Text("No stories in this time.")
    more = len(found) - most
    rest = [Text(f"and {more} earlier ones: --show {len(found)}", "dim")] if more > 0 else []
    return Group(_table(found[:most]), *rest)


async def shown(stored: Store, name: str) -> RenderableType:
    """A story with its reports.

    Raises:
        NoSuchIdError, AmbiguousIdError: there is no such story, or more than one.
    """
    async with stored.read() as db:
        story = await story_named(db, name)
        before = await store.current_story(db, story.follows) if story.follows else None
    follows = [Text(f"follows {short(before.id)} {_title(before.lead)}", "dim")] if before else []
    return Group(
        Text(_title(story.lead), "bold"),
        Text(f"{story.id}, opened {_time(story.opened)}, updated {_time(story.updated)}", "dim"),
        Text(f"rules: {', '.join(story.rules)}", "dim"),
        *follows,
        *(_report(report) for report in story.reports),
    )


async def merged(stored: Store, data: Path, clock: Clock, gone: str, into: str) -> str:
    """Merge a story into another; returns the text to print.

    Raises:
        NoSuchIdError, AmbiguousIdError, NonsenseError: it cannot be done.
    """
    async with stored.write() as db:
        one, other = await story_named(db, gone), await story_named(db, into)
        number = await note(db, CorrectionKind.MERGE, one, [other.id], clock)
    done = f"Merged: {short(one.id)} is part of {short(other.id)} now."
    return await _awaited(stored, data, clock, number, done)


async def split(stored: Store, data: Path, clock: Clock, name: str, entries: Sequence[str]) -> str:
    """Split reports off a story; returns the text to print.

    Raises:
        NoSuchIdError, AmbiguousIdError, NonsenseError: it cannot be done.
    """
    async with stored.write() as db:
        story = await story_named(db, name)
        taken = [report.entry for report in reports_named(story, entries)]
        number = await note(db, CorrectionKind.SPLIT, story, taken, clock)
    done = f"Split: {len(taken)} of {len(story.reports)} reports are a story of their own now."
    return await _awaited(stored, data, clock, number, done)


async def _awaited(stored: Store, data: Path, clock: Clock, number: int, done: str) -> str:
    if not is_running(data):
        return "Noted: no bot runs here, so that it is done when the next one starts."
    ends = clock.now() + PATIENCE
    while clock.now() < ends:
        async with stored.read() as db:
            correction = await store.find_correction(db, number)
        outcome = correction.outcome if correction else None
        if outcome is CorrectionOutcome.DONE:
            return done
        if outcome is not None:
            raise NonsenseError(WHY_NOT[outcome])
        await clock.sleep(_LOOK_AGAIN)
    return "Noted: the bot that runs here is busy, and does it as soon as it can."


def _table(stories: Sequence[Story]) -> Table:
    result = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("story", "updated"):
        result.add_column(heading, no_wrap=True)
    for heading in ("reports", "sources"):
        result.add_column(heading, justify="right")
    result.add_column("headline")
    for story in stories:
        result.add_row(
            short(story.id),
            _time(story.updated),
            str(len(story.reports)),
            str(len(independent(story))),
            Text.assemble(*_marks(story), _title(story.lead), *_follows(story)),
        )
    return result


def _marks(story: Story) -> Iterator[tuple[str, str]]:
    taken = {report.reading.stance for report in story.reports}
    for stance, mark in _MARKS:
        if stance in taken:
            yield f"{mark} ", _STYLES[stance][1]


def _follows(story: Story) -> Iterator[tuple[str, str]]:
    if story.follows:
        yield f" follows {short(story.follows)}", "dim"


def _report(report: Report) -> Text:
    stance, style = _STYLES[report.reading.stance]
    link = report.document.link
    return Text.assemble(
        f"\n{short(report.entry)}  ",
        (f"{_bare(report.outlet)}, {_time(report.document.published)}", "bold"),
        (f"  {stance}" if stance else "", style),
        f"\n  {_title(report)}",
        (f"\n  {_bare(link)}" if link else "", Style(dim=True)),
    )


def _title(report: Report) -> str:
    document = report.document
    return _bare(document.title or document.text[:200] or document.link)


def _bare(text: str) -> str:
    """Text of a source in one line, without control characters."""
    return " ".join(html.unescape(escape(text)).split())


def _time(moment: datetime) -> str:
    return f"{moment.astimezone():%d %b %H:%M}"
