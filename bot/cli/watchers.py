"""`add`, `import` and `export`: watchers into the configuration file, and out as OPML."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from bot.cli.console import err, out
from bot.clock import utc_now
from bot.configuration import adding
from bot.configuration.loading import load
from bot.configuration.records import Configuration
from bot.configuration.sources import opml
from bot.errors import AlreadyWatchedError
from rules import Matcher
from watchers import FEED
from watchers.discovery import Source

MAX_ENTRIES = 10


def add(address: str, config: Path, *, yes: bool, name: str, title: str) -> None:
    """Find out what an address is, show what is there, and add it to the watchers.

    Raises:
        UnreadableSourceError: it cannot be read, or there is no source.
        AlreadyWatchedError: it is a watcher already.
    """
    configuration = load(config)
    with err.status("Looking at what is there"):
        contact, access = configuration.contact, configuration.access
        found = asyncio.run(adding.sources(address, utc_now, contact, access=access))
    source = found[0] if yes or len(found) == 1 else _chosen(found)
    _need_new(source.url, configuration)
    out.print(preview(source, configuration.matcher))
    keys = adding.keys(source, configuration.names, name, title)
    if not yes:
        typer.confirm(f"Add it to {config} as {keys['name']!r}?", abort=True)
    adding.write(config, [keys])
    out.print(f"{escape(str(config))} has a new watcher: {escape(keys['name'])}.")


def import_opml(file: Path, config: Path) -> None:
    """Add the feeds of an OPML file that are not watched yet."""
    configuration = load(config)
    found = opml.read_file(file)
    tables = adding.listed(found.feeds, configuration.watchers)
    if tables:
        adding.write(config, tables)
    out.print(f"{escape(str(config))} has {len(tables)} new watchers.")
    for note in found.notes(most=len(found.left_out)):
        err.print(f"Left out: {escape(adding.printable(note))}", soft_wrap=True)


def export_opml(config: Path) -> None:
    """Write the feeds among the watchers as OPML to standard output."""
    watchers = load(config).watchers
    typer.echo(opml.written(watchers), nl=False)
    if others := sum(watcher.kind != FEED for watcher in watchers):
        err.print(f"{others} watchers of other kinds are left out: OPML lists feeds.")


def choice(found: Sequence[Source]) -> RenderableType:
    """The sources with their numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "kind", "entries", "newest", "address"):
        table.add_column(heading, overflow="fold")
    for number, source in enumerate(found, 1):
        entries = adding.entries_of(source)
        newest = f"{entries[0].published:%d %b %H:%M}" if entries and entries[0].dated else ""
        table.add_row(str(number), source.kind, str(len(entries)), newest, _plain(source.url))
    return table


def preview(source: Source, matcher: Matcher) -> RenderableType:
    """The newest entries of a source, with the rules that are true of each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("published", "entry", "rules"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "published")
    found = adding.matches(source, matcher)
    for entry, names in found[:MAX_ENTRIES]:
        date = f"{entry.published:%d %b %H:%M}" if entry.dated else ""
        title = _plain(entry.title or entry.text[: adding.MAX_TITLE])
        table.add_row(date, title, Text(", ".join(names), "bold green"))
    matched = sum(bool(names) for _, names in found)
    told = Text(f"{matched} of its {len(found)} entries would have been matched.", "bold")
    return Group(Text(f"{source.kind}: ").append(_plain(source.url)), "", table, "", told)


def _chosen(found: Sequence[Source]) -> Source:
    out.print(choice(found))
    number: int = typer.prompt("Which one?", default=1, type=int)
    if not 1 <= number <= len(found):
        raise typer.BadParameter(f"there are {len(found)}")
    return found[number - 1]


def _need_new(url: str, configuration: Configuration) -> None:
    for watcher in configuration.watchers:
        if watcher.url == url:
            raise AlreadyWatchedError(url, watcher.name)


def _plain(text: str) -> Text:
    return Text(adding.printable(text))
