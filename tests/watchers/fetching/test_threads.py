"""Running what blocks in threads."""

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Callable

import pytest

from watchers.fetching import threads as module
from watchers.fetching.threads import Threads


async def test_a_thread_is_used_again() -> None:
    run = Threads(2)
    threads = {await run(threading.get_ident) for _ in range(20)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


async def test_so_many_run_at_a_time_as_are_allowed() -> None:
    run = Threads(3)
    running, most = 0, 0
    lock = threading.Lock()

    def one() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1

    await asyncio.gather(*(run(one) for _ in range(12)))
    assert most == 3


async def test_what_it_raises_is_raised_and_the_thread_goes_on() -> None:
    run = Threads(1)
    with pytest.raises(ZeroDivisionError):
        await run(divmod, 1, 0)
    assert await run(divmod, 7, 3) == (2, 1)


async def test_one_that_hangs_holds_up_no_other() -> None:
    run = Threads(1)
    over = threading.Event()
    hanging = asyncio.create_task(run(over.wait))
    await asyncio.sleep(0.01)
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    assert await asyncio.wait_for(run(divmod, 7, 3), 5) == (2, 1)
    over.set()


async def test_a_thread_without_work_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT", 0.01)
    run = Threads(1)
    thread = await run(threading.get_ident)
    await _until(lambda: all(one.ident != thread for one in threading.enumerate()))
    assert await run(divmod, 7, 3) == (2, 1)


async def test_nothing_of_what_was_done_is_kept() -> None:
    class Large:
        pass

    large = Large()
    gone = weakref.ref(large)
    run = Threads(1)
    assert await run(id, large)
    del large
    await _until(lambda: gc.collect() >= 0 and gone() is None)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  threads set no event
            await asyncio.sleep(0.005)
