"""The fetcher under test."""

from collections.abc import AsyncIterator

import pytest

from tests.watchers.fetching.making import AGENT, SMALL
from watchers import Fetcher, open_fetcher


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with open_fetcher(user_agent=AGENT, limits=SMALL, pause=0) as opened:
        yield opened
