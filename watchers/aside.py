"""Running what blocks, or may never end, beside the event loop."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar, TypeVarTuple

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")


class Aside:
    """Runs functions in threads, a bounded number at a time.

    The threads are daemons: one that hangs in a name server or in a hostile document holds up
    neither the others nor the end of the program, as those of an executor would.
    """

    def __init__(self, most: int) -> None:
        """Run as many as `most` at the same time."""
        self._free = asyncio.Semaphore(most)

    async def __call__(self, function: Callable[[*_Ts], _T], *arguments: *_Ts) -> _T:
        """The function's result; when the waiting is cancelled, the thread is let run out."""
        loop = asyncio.get_running_loop()
        result: asyncio.Future[_T] = loop.create_future()

        def run() -> None:
            try:
                value = function(*arguments)
            except BaseException as error:  # noqa: BLE001  it is raised where it is awaited
                _hand_over(loop, result, error=error)
            else:
                _hand_over(loop, result, value)

        async with self._free:
            threading.Thread(target=run, name="aside", daemon=True).start()
            return await result


def _hand_over(
    loop: asyncio.AbstractEventLoop,
    result: asyncio.Future[_T],
    value: _T | None = None,
    error: BaseException | None = None,
) -> None:
    def settle() -> None:
        if result.done():
            return
        if error is not None:
            result.set_exception(error)
        else:
            result.set_result(value)  # type: ignore[arg-type]  # None where _T is

    with suppress(RuntimeError):  # the loop was closed meanwhile
        loop.call_soon_threadsafe(settle)
