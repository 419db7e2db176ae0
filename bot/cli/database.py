"""Access of commands to what the bot has stored, and to spans of time before now."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import typer

from bot.configuration.schema import read_duration
from bot.data_folder import database_file, database_url
from bot.errors import NothingStoredError
from store import Store, open_store

T = TypeVar("T")


async def with_store(data: Path, work: Callable[[Store], Awaitable[T]]) -> T:
    """What the work makes of the database in a data folder.

    Raises:
        NothingStoredError: there is none yet.
    """
    if not database_file(data).exists():
        raise NothingStoredError(str(data))
    async with open_store(database_url(data)) as stored:
        return await work(stored)


def span(since: str) -> timedelta:
    """The value of `--since`.

    Raises:
        typer.BadParameter: it is written otherwise.
    """
    try:
        return read_duration(since)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from error


def days(begin: datetime, now: datetime) -> float:
    """The length of a span in days, at least an hour."""
    return max((now - begin) / timedelta(days=1), 1 / 24)
