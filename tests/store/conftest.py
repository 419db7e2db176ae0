from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store import Store
from tests.opening import open_database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "test.db"


@pytest.fixture
async def stored(file: Path) -> AsyncIterator[Store]:
    async with open_database(file) as made:
        yield made
