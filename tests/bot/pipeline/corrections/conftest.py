"""The newsroom that the tests of corrections work in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.configuration.records import Configuration
from tests.bot.pipeline.corrections.newsroom import CONFIG, Chat, Newsroom, at_work
from tests.opening import configured


@pytest.fixture
def configuration() -> Configuration:
    return configured(CONFIG)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backchannel.db"


@pytest.fixture
async def newsroom(configuration: Configuration, file: Path) -> AsyncIterator[Newsroom]:
    async with at_work(configuration, file, Chat()) as opened:
        yield opened
