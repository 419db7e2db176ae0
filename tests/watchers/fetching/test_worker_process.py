"""Functions in processes of their own."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator

import pytest

from watchers.errors import NotAFeed, TooSlow, UnexpectedFault
from watchers.fetching.worker_process import Apart
from watchers.parsing.json_feed import read


@pytest.fixture
async def apart() -> AsyncIterator[Apart]:
    made = Apart(2, 1.0)
    yield made
    await made.close()


async def test_results_come_back(apart: Apart) -> None:
    assert await apart(len, b"x" * 5_000_000) == 5_000_000
    assert await apart(bytes, 5_000_000) == bytes(5_000_000)


async def test_errors_come_back_with_their_words(apart: Apart) -> None:
    with pytest.raises(NotAFeed, match=r"^this is not a feed: JSON that is broken or cut off$"):
        await apart(read, b"{", "")


async def test_a_process_is_used_again(apart: Apart) -> None:
    assert await apart(os.getpid) == await apart(os.getpid) != os.getpid()


async def test_what_lets_no_thread_run_is_ended(apart: Apart) -> None:
    started = time.monotonic()
    with pytest.raises(TooSlow):
        await apart(re.search, "(a+)+$", "a" * 50 + "b")
    assert time.monotonic() - started < 30
    assert await apart(len, "abc") == 3


async def test_others_go_on_meanwhile(apart: Apart) -> None:
    stuck = asyncio.create_task(apart(re.search, "(a+)+$", "a" * 50 + "b"))
    assert await apart(len, "abc") == 3
    with pytest.raises(TooSlow):
        await stuck


async def test_an_end_of_the_process_is_a_fault(apart: Apart) -> None:
    with pytest.raises(UnexpectedFault):
        await apart(os._exit, 1)
    assert await apart(len, "abc") == 3


async def test_one_that_is_cancelled_is_ended() -> None:
    apart = Apart(1, 60)
    pid = await apart(os.getpid)
    task = asyncio.create_task(apart(time.sleep, 50))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_secrets_of_the_environment_stay_here(
    apart: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "secret")
    assert await apart(os.getenv, "TELEGRAM_BOT_TOKEN") is None


async def test_what_is_printed_disturbs_nothing(apart: Apart) -> None:
    await apart(print, "loud")
    assert await apart(len, "abc") == 3
