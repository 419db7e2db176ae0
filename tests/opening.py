"""Configurations and databases as tests begin with them, each made once: it takes half a second."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.configuration.loading import load
from bot.configuration.records import Configuration
from store import Store, open_store, sqlite_url


@cache
def configured(text: str) -> Configuration:
    """What a configuration file with this text says."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "config.toml"
        file.write_text(text, "utf-8")
        return load(file)


@cache
def empty_database() -> bytes:
    """A database file as the migrations leave it."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as thread:
        file = Path(folder) / "test.db"
        # The test may have a loop that runs.
        thread.submit(lambda: asyncio.run(_migrate(file))).result()
        return file.read_bytes()


@asynccontextmanager
async def open_database(file: Path) -> AsyncIterator[Store]:
    """The store in a file, an empty one where the file is not there yet."""
    if not file.exists():  # noqa: ASYNC240
        file.write_bytes(empty_database())  # noqa: ASYNC240
    async with open_store(sqlite_url(file)) as store:
        yield store


async def _migrate(file: Path) -> None:
    async with open_store(sqlite_url(file)):
        pass
