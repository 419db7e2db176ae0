"""What holds for all tests."""

import ssl
from collections.abc import Iterator
from functools import cache
from unittest.mock import patch

import pytest
from hypothesis import settings

from tests import forked_workers

# A busy machine is no failure.
settings.register_profile("backchannel", deadline=None)
settings.load_profile("backchannel")


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
