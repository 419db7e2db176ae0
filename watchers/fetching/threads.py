"""A thread pool for blocking functions."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import TypeAlias, TypeVar, TypeVarTuple

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")
_Tasks: TypeAlias = SimpleQueue[Callable[[], Callable[[], None]]]
_KEPT = 10.0


class Threads:
    """Runs functions in threads, at most so many at a time.

    The threads are daemons: one that hangs in a name server or in a hostile document holds up
    neither the others nor the end of the program, as those of an executor would. One that has
    nothing to do is kept for a while, since to start one takes as long as to read a small feed.
    """

    def __init__(self, most: int) -> None:
        """Run at most `most` at a time."""
        self._free = asyncio.Semaphore(most)
        self._idle: list[_Tasks] = []

    async def __call__(self, function: Callable[[*_Ts], _T], *arguments: *_Ts) -> _T:
        """The function's result; on cancellation the thread runs to its end unattended."""
        loop = asyncio.get_running_loop()
        result: asyncio.Future[_T] = loop.create_future()

        def run() -> Callable[[], None]:
            try:
                value = function(*arguments)
            except BaseException as error:  # noqa: BLE001  it is raised where it is awaited
                return partial(_hand_over, loop, result, error=error)
            return partial(_hand_over, loop, result, value)

        async with self._free:
            self._thread().put(run)
            return await result

    def _thread(self) -> _Tasks:
        with suppress(IndexError):
            return self._idle.pop()
        tasks: _Tasks = SimpleQueue()
        threading.Thread(target=self._work, args=(tasks,), name="worker", daemon=True).start()
        return tasks

    def _work(self, tasks: _Tasks) -> None:
        while True:
            try:
                run = tasks.get(timeout=_KEPT)
            except Empty:
                # Whoever takes it from the list has it: us, or one that has something to do.
                with suppress(ValueError):
                    self._idle.remove(tasks)
                    return
                continue
            hand_over = run()
            # Before the result is known: who waits for it may have the next thing to do.
            self._idle.append(tasks)
            hand_over()
            # What was read is not to stay here until then.
            del run, hand_over


def _hand_over(
    loop: asyncio.AbstractEventLoop,
    result: asyncio.Future[_T],
    value: _T | None = None,
    error: BaseException | None = None,
) -> None:
    def set_result_or_error() -> None:
        if result.done():
            return
        if error is not None:
            result.set_exception(error)
        else:
            result.set_result(value)  # type: ignore[arg-type]  # None where _T is

    with suppress(RuntimeError):  # the loop was closed meanwhile
        loop.call_soon_threadsafe(set_result_or_error)
