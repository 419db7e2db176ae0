import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store import Store, open_store, sqlite_url


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as it is after the migrations, which take half a second."""
    file = tmp_path_factory.mktemp("store") / "migrated.db"

    async def migrate() -> None:
        async with open_store(sqlite_url(file)):
            pass

    asyncio.run(migrate())
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "test.db"


@pytest.fixture
async def stored(file: Path, migrated: Path) -> AsyncIterator[Store]:
    shutil.copy(migrated, file)
    async with open_store(sqlite_url(file)) as opened:
        yield opened
