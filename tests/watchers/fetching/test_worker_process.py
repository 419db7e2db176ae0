"""Functions in processes of their own."""

import asyncio
import os
import re
import time
from asyncio.subprocess import create_subprocess_exec
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from watchers.errors import NotAFeed, TooSlow, UnexpectedFault
from watchers.fetching.worker_process import WorkerProcesses
from watchers.parsing.json_feed import read

# A process takes a second to start: they share those that none of them ends.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(autouse=True)
def _as_the_bot_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asyncio.create_subprocess_exec", create_subprocess_exec)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def in_process() -> AsyncIterator[WorkerProcesses]:
    made = WorkerProcesses(2, 1.0)
    yield made
    await made.close()


async def test_results_come_back(in_process: WorkerProcesses) -> None:
    assert await in_process(len, b"x" * 5_000_000) == 5_000_000
    assert await in_process(bytes, 5_000_000) == bytes(5_000_000)


async def test_errors_come_back_with_their_words(in_process: WorkerProcesses) -> None:
    with pytest.raises(NotAFeed, match=r"^this is not a feed: JSON that is broken or cut off$"):
        await in_process(read, b"{", "")


async def test_a_process_is_used_again(in_process: WorkerProcesses) -> None:
    assert await in_process(os.getpid) == await in_process(os.getpid) != os.getpid()


async def test_what_lets_no_thread_run_is_ended(in_process: WorkerProcesses) -> None:
    started = time.monotonic()
    with pytest.raises(TooSlow):
        await in_process(re.search, "(a+)+$", "a" * 50 + "b")
    assert time.monotonic() - started < 30
    assert await in_process(len, "abc") == 3


async def test_others_go_on_meanwhile(in_process: WorkerProcesses) -> None:
    stuck = asyncio.create_task(in_process(re.search, "(a+)+$", "a" * 50 + "b"))
    assert await in_process(len, "abc") == 3
    with pytest.raises(TooSlow):
        await stuck


async def test_an_end_of_the_process_is_a_fault(in_process: WorkerProcesses) -> None:
    with pytest.raises(UnexpectedFault):
        await in_process(os._exit, 1)
    assert await in_process(len, "abc") == 3


async def test_one_that_is_cancelled_is_ended() -> None:
    in_process = WorkerProcesses(1, 60)
    pid = await in_process(os.getpid)
    task = asyncio.create_task(in_process(time.sleep, 50))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_secrets_of_the_environment_stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "secret")
    in_process = WorkerProcesses(1, 60)
    assert await in_process(os.getenv, "TELEGRAM_BOT_TOKEN") is None
    await in_process.close()


async def test_what_is_printed_disturbs_nothing(in_process: WorkerProcesses) -> None:
    await in_process(print, "loud")
    assert await in_process(len, "abc") == 3
