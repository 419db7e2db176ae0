"""Checks across tables: repeated and unknown names, contradicting keys."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from bot.configuration import building
from bot.configuration.schema import ChannelTable, FileTable, RuleTable, WatcherTable
from bot.configuration.sources import kind_options
from bot.configuration.toml_positions import Key
from bot.errors import did_you_mean
from watchers.kinds.gdelt import GdeltOptions


class Mistake(NamedTuple):
    """A mistake: the key that it is in, and what is wrong with it."""

    key: Key
    message: str


def mistakes(file: FileTable) -> Iterator[Mistake]:
    """The mistakes of a file whose tables are valid one by one."""
    yield from _repeated(file)
    yield from _unknown_channels(file)
    yield from _unknown_rules(file)
    yield from _intervals(file)
    yield from _abstracts(file)
    yield from _secrets_for_nobody(file)


def _repeated(file: FileTable) -> Iterator[Mistake]:
    groups: dict[str, Sequence[ChannelTable | WatcherTable | RuleTable]] = {
        "channel": file.channel,
        "watcher": file.watcher,
        "rule": file.rule,
    }
    for kind, members in groups.items():
        seen: Counter[str] = Counter()
        for position, member in enumerate(members):
            seen[member.name] += 1
            if seen[member.name] > 1:
                yield Mistake(
                    (kind, position, "name"),
                    f"there is another {kind} named {member.name!r} above: each needs its own",
                )


def _unknown_channels(file: FileTable) -> Iterator[Mistake]:
    names = [channel.name for channel in file.channel]
    for position, rule in enumerate(file.rule):
        for name in rule.channels or ():
            if name not in names:
                yield Mistake(
                    ("rule", position, "channels"),
                    f"there is no channel {name!r}{did_you_mean(name, names)}",
                )


def _unknown_rules(file: FileTable) -> Iterator[Mistake]:
    names = [rule.name for rule in file.rule if rule.enabled]
    for position, table in enumerate(file.watcher):
        options = kind_options.options(table.kind, table.own_keys)
        if isinstance(options, GdeltOptions) and options.rule not in ("", *names):
            yield Mistake(
                ("watcher", position, "rule"),
                f"there is no rule {options.rule!r}{did_you_mean(options.rule, names)}",
            )


def _abstracts(file: FileTable) -> Iterator[Mistake]:
    for position, table in enumerate(file.channel):
        if table.abstract and not file.llm.model:
            yield Mistake(
                ("channel", position, "abstract"), "[llm] has to say which model writes them"
            )


def _secrets_for_nobody(file: FileTable) -> Iterator[Mistake]:
    for position, table in enumerate(file.watcher):
        for key in ("headers", "cookies", "auth"):
            if getattr(table, key) and not building.watcher(table, file.watching).access.home:
                yield Mistake(
                    ("watcher", position, key),
                    "is sent to the server of url alone, and there is none: the feeds of a list "
                    "get it only as watchers of their own",
                )


def _intervals(file: FileTable) -> Iterator[Mistake]:
    for position, table in enumerate(file.watcher):
        made = building.watcher(table, file.watching)
        if made.every > made.at_most:
            yield Mistake(
                ("watcher", position, "every"),
                f"every ({_time(made.every)}) is longer than at_most ({_time(made.at_most)})",
            )


def _time(duration: timedelta) -> str:
    seconds = int(duration.total_seconds())
    for unit, size in (("w", 604800), ("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
