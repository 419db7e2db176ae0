"""Worker processes for functions that may not end: they are killed after a time limit."""

import asyncio
import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, TypeVarTuple

from watchers.errors import SourceFault, TooSlow, UnexpectedFault

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")
_START = "from watchers.fetching.worker_process import work; work()"
_LENGTH = struct.Struct(">Q")
_BUFFER = 1_000_000


class WorkerProcesses:
    """Runs module-level functions in processes, at most so many at a time.

    A thread cannot be ended, and one inside a regular expression lets no other run: neither the
    event loop nor a time limit. A process is ended by the system. It does not get our
    environment either, in which there are secrets.
    """

    def __init__(self, most: int, seconds: float) -> None:
        """Run at most `most` at a time, each for at most `seconds`."""
        self._seconds = seconds
        self._free = asyncio.Semaphore(most)
        self._idle: list[asyncio.subprocess.Process] = []

    async def __call__(self, function: Callable[[*_Ts], _T], *arguments: *_Ts) -> _T:
        """The function's result, or the exception that it raised; TooSlow where it was killed."""
        async with self._free:
            process = await self._process()
            try:
                result = await _ask(process, pickle.dumps((self._seconds, function, arguments)))
            except (asyncio.IncompleteReadError, ConnectionError):
                raise await self._ended(process) from None
            except BaseException:
                await _end(process)
                raise
            self._idle.append(process)
        value, error = pickle.loads(result)  # noqa: S301  our own process wrote it
        if error is not None:
            raise error
        return value  # type: ignore[no-any-return]

    async def close(self) -> None:
        """Kill the processes."""
        while self._idle:
            await _end(self._idle.pop())

    async def _process(self) -> asyncio.subprocess.Process:
        while self._idle:
            process = self._idle.pop()
            if process.returncode is None:
                return process
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _START,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"},
            # Ctrl-C is for us; the process ends when its input does.
            start_new_session=True,
            limit=_BUFFER,
        )

    async def _ended(self, process: asyncio.subprocess.Process) -> SourceFault:
        await process.wait()
        if process.returncode == -signal.SIGALRM:
            return TooSlow(self._seconds)
        return UnexpectedFault("its parser ended")


async def _ask(process: asyncio.subprocess.Process, question: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise ConnectionError
    process.stdin.write(_LENGTH.pack(len(question)) + question)
    await process.stdin.drain()
    (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
    return await process.stdout.readexactly(length)


async def _end(process: asyncio.subprocess.Process) -> None:
    # Process.kill() looks whether it has ended, and then asyncio no longer learns how.
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
    await process.wait()


def work() -> None:
    """The loop of a worker process: read a call, answer with its result, until the input ends."""
    source, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while head := source.read(_LENGTH.size):
        (length,) = _LENGTH.unpack(head)
        answer = _answer(source.read(length))
        answers.write(_LENGTH.pack(len(answer)) + answer)
        answers.flush()


def _answer(question: bytes) -> bytes:
    seconds, function, arguments = pickle.loads(question)  # noqa: S301  our parent wrote it
    # Unhandled, this signal ends the process wherever it is.
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        answer: tuple[Any, Exception | None] = function(*arguments), None
    except Exception as error:  # noqa: BLE001  it is raised where it is awaited
        answer = None, error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return pickle.dumps(answer)
