"""Adding watchers to the configuration file; the rest of the file is left unchanged."""

import shutil
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import tomlkit

from bot.configuration.loading import load
from bot.configuration.records import Configuration
from bot.configuration.sources.opml import Outline
from bot.configuration.sources.watcher_names import name_for
from bot.configuration.toml_positions import Positions
from bot.errors import ConfigurationError, NotWritableError, UnreadableSourceError
from bot.version import user_agent
from rules import Matcher
from watchers import FEED, Entry, SourceFault, Watcher, open_fetcher
from watchers.access import USUAL, Access
from watchers.discovery import Discovery, Source

MAX_TITLE = 80
PAUSE = 0.5
# Persian is misspelt without the first of them.
_JOINERS = "\u200c\u200d"

Keys = Mapping[str, Any]


async def sources(
    text: str,
    now: Callable[[], datetime],
    contact: str = "",
    *,
    access: Access = USUAL,
    allow_private: bool = True,
) -> Sequence[Source]:
    """The sources at an address, or those that the page there links to.

    Raises:
        UnreadableSourceError: it cannot be read, or there are none.
    """
    try:
        async with open_fetcher(user_agent=user_agent(contact), pause=PAUSE) as fetcher:
            looking = Discovery(fetcher, now, access=access, allow_private=allow_private)
            found = await looking.sources(text)
    except SourceFault as fault:
        raise UnreadableSourceError(text, str(fault)) from fault
    if not found:
        reason = (
            "there is no feed, news sitemap or channel here, and the page names none; "
            'with CSS selectors it may be read as a page: docs/watchers.md, kind = "page"'
        )
        raise UnreadableSourceError(text, reason)
    return found


def matches(source: Source, matcher: Matcher) -> list[tuple[Entry, list[str]]]:
    """The entries of a source, the newest first, with the rules that are true of each."""
    return [(e, [match.rule for match in matcher.match(e, now=e.seen)]) for e in entries_of(source)]


def keys(source: Source, taken: Iterable[str], name: str = "", title: str = "") -> Keys:
    """The keys of a watcher for a source."""
    called = printable(title or source.title)[:MAX_TITLE].strip()
    made: dict[str, Any] = {
        "name": name or name_for(called, source.url, set(taken)),
        "title": called or name_for("", source.url, ()),
        "url": source.url,
    }
    if source.kind != FEED:
        made["kind"] = source.kind
    if source.private:
        made["allow_private"] = True
    return made


def listed(outlines: Iterable[Outline], watchers: Iterable[Watcher]) -> list[Keys]:
    """The keys of watchers for the feeds of a list that are not watched yet."""
    known = {watcher.url: watcher.name for watcher in watchers}
    taken = set(known.values())
    tables: list[Keys] = []
    for outline in outlines:
        if outline.url not in known:
            title = printable(outline.title)[:MAX_TITLE].strip()
            name = name_for(title, outline.url, taken)
            made = {"name": name, "title": title or name, "url": outline.url}
            tables.append({**made, "language": outline.language} if outline.language else made)
            taken.add(name)
    return tables


def write(path: Path, tables: Sequence[Keys]) -> Configuration:
    """Add watchers to a configuration file atomically; returns the new configuration.

    Raises:
        ConfigurationError: it would not be right any more.
        NotWritableError: it cannot be written.
    """
    target = path.resolve()
    beside = target.with_name(f".{target.name}.new")
    try:
        text = target.read_text("utf-8")
        beside.write_text(with_watchers(text, tables), "utf-8")
        try:
            configuration = _loaded(beside, path)
            shutil.copymode(target, beside)
            _put(beside, target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise NotWritableError(str(path), error.strerror or str(error)) from error
    return configuration


def with_watchers(text: str, tables: Sequence[Keys]) -> str:
    """The text of a configuration file with watchers added after its last one."""
    before = tomllib.loads(text)
    expected = {**before, "watcher": [*before.get("watcher", ()), *map(dict, tables)]}
    blocks = "".join(f"\n{_block(table)}" for table in tables)
    lines = text.splitlines(keepends=True)
    for at in dict.fromkeys((_after_watchers(text, len(before.get("watcher", ()))), len(lines))):
        head = "".join(lines[:at])
        gap = "" if head.endswith("\n") or not head else "\n"
        tail = "".join(lines[at:])
        rest = tail if not tail or tail.startswith(("\n", "\r\n")) else f"\n{tail}"
        made = f"{head}{gap}{blocks}{rest}"
        try:
            # What this reads of TOML is not all of it; what it wrote is compared.
            if tomllib.loads(made) == expected:
                return made
        except tomllib.TOMLDecodeError:
            continue
    raise NotWritableError("the configuration", "its watchers are not written as [[watcher]]")


def printable(text: str) -> str:
    """The text without control and invisible characters."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable() or c in _JOINERS)


def entries_of(source: Source) -> list[Entry]:
    """The entries of a source, the newest first."""
    entries = [served.entry for served in source.poll.served]
    return sorted(entries, key=lambda entry: entry.published, reverse=True)


def _block(table: Keys) -> str:
    document = tomlkit.document()
    watchers = tomlkit.aot()
    watchers.append(tomlkit.item(dict(table)))
    document.append("watcher", watchers)
    return tomlkit.dumps(document)


def _after_watchers(text: str, count: int) -> int:
    """The number of lines up to the end of the last `[[watcher]]` table."""
    lines = text.splitlines()
    start = Positions(text).line(("watcher", count - 1)) if count else 0
    if not start:
        return len(lines)
    end = next(
        (
            number
            for number, line in enumerate(lines[start:], start)
            if line.lstrip().startswith("[") and not line.lstrip().startswith("[watcher.")
        ),
        len(lines),
    )
    while end > start and lines[end - 1].lstrip()[:1] in {"", "#"}:
        end -= 1
    return end


def _loaded(beside: Path, path: Path) -> Configuration:
    try:
        return load(beside)
    except ConfigurationError as error:
        faults = [replace(f, file=str(path)) if f.file == str(beside) else f for f in error.faults]
        raise ConfigurationError(faults) from error


def _put(new: Path, target: Path) -> None:
    try:
        new.replace(target)
    except OSError:
        # A file that is mounted by itself cannot be replaced, only written.
        target.write_bytes(new.read_bytes())
