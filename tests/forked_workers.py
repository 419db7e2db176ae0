"""The worker processes of `watchers`, forked where what they import is there: it takes a second.

They are processes like those they stand for: with pipes to the test, without its environment, to
be killed. `tests/watchers/fetching/test_worker_process.py` starts them as the bot does.
"""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import Process, create_subprocess_exec
from collections.abc import Mapping
from typing import Any, cast

from tests.processes import FORKS
from watchers.fetching import worker_process


async def start(*command: str, limit: int, env: Mapping[str, str], **given: Any) -> Process:
    """What `asyncio.create_subprocess_exec` does, for a worker process."""
    if command != (sys.executable, "-c", worker_process._START):
        return await create_subprocess_exec(*command, limit=limit, env=env, **given)
    ours, theirs = socket.socketpair()
    process = FORKS.Process(target=_work, args=(theirs, dict(env)))
    process.start()
    theirs.close()
    source, answers = await asyncio.open_connection(sock=ours, limit=limit)
    return cast("Process", _Worker(process, source, answers))


class _Worker:
    """What `WorkerProcesses` uses of an `asyncio.subprocess.Process`."""

    def __init__(
        self, process: Any, stdout: asyncio.StreamReader, stdin: asyncio.StreamWriter
    ) -> None:
        self._process = process
        self._ended = asyncio.Event()
        self.pid: int = process.pid
        self.stdout, self.stdin = stdout, stdin
        asyncio.get_running_loop().add_reader(process.sentinel, self._end)

    @property
    def returncode(self) -> int | None:
        return cast("int | None", self._process.exitcode)

    async def wait(self) -> int | None:
        await self._ended.wait()
        return self.returncode

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self.stdin.close()
        self._ended.set()


def _work(pipe: socket.socket, environment: Mapping[str, str]) -> None:
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(pipe.fileno(), 0)
    os.dup2(pipe.fileno(), 1)
    pipe.close()
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    worker_process.work()
