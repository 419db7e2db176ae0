"""`rules`: how often each rule matches, its last match, and parts that never matched."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from rich.table import Table
from rich.text import Text

import store
from bot.cli import database
from bot.cli.console import out
from bot.clock import utc_now
from bot.configuration.loading import load
from bot.configuration.records import Configuration
from store import RuleRecord, Store


def show_rules(config: Path, data: Path, since: str) -> None:
    """Print the table of the rules."""
    configuration = load(config)
    now = utc_now()
    begin = now - database.span(since)

    async def records(stored: Store) -> dict[str, RuleRecord]:
        async with stored.read() as db:
            return await store.rule_records(db, begin)

    found = asyncio.run(database.with_store(data, records))
    out.print(table(configuration, found, now, database.days(begin, now)))


def table(
    configuration: Configuration, records: Mapping[str, RuleRecord], now: datetime, days: float
) -> Table:
    """A row for each rule."""
    result = Table(box=None, pad_edge=False, header_style="bold")
    result.add_column("rule", no_wrap=True)
    result.add_column("per day", justify="right")
    result.add_column("last match", no_wrap=True)
    result.add_column("channels")
    result.add_column("never matched")
    for rule in configuration.rules:
        record = records.get(rule.name, RuleRecord())
        never = [p for p in configuration.matcher.parts(rule.name) if p not in record.parts]
        result.add_row(
            Text(rule.name, style="bold" if rule.priority else ""),
            f"{record.matches / days:.1f}",
            _ago(record.last, now),
            ", ".join(rule.channels),
            Text(", ".join(never), style="yellow"),
        )
    return result


def _ago(last: datetime | None, now: datetime) -> str:
    if last is None:
        return "never"
    ago = now - last
    if ago < timedelta(hours=1):
        return f"{ago.seconds // 60} min ago"
    return f"{ago.seconds // 3600} h ago" if ago < timedelta(days=1) else f"{ago.days} d ago"
