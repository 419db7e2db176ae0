"""What holds for all tests."""

import gc
import ssl
from collections.abc import Iterator
from functools import cache
from unittest.mock import patch

import pytest
from hypothesis import settings

from bot.__main__ import _NEW_OBJECTS
from tests import forked_workers, shipped

# A busy machine is no failure.
settings.register_profile("backchannel", deadline=None)
settings.load_profile("backchannel")


def pytest_collection_finish() -> None:
    """Look for garbage only in what tests make, and as often as the bot does.

    Each time that all 3,600 tests and all modules were looked through took 0.3 s.
    """
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


@pytest.fixture(scope="session", autouse=True)
def _certificates_once() -> Iterator[None]:
    """Read the system's certificates once: it takes longer than most tests, for every client."""
    with patch("ssl.create_default_context", cache(ssl.create_default_context)):
        yield


@pytest.fixture(scope="session", autouse=True)
def _workers_forked() -> Iterator[None]:
    """Fork the processes that parse: most tests of a poll start one."""
    with patch("asyncio.create_subprocess_exec", forked_workers.start):
        yield


@pytest.fixture(scope="session", autouse=True)
def _lexicon_once() -> Iterator[None]:
    with shipped.read_once():
        yield
