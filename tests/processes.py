"""Processes of the bot that begin where all of it is imported, which takes two seconds.

One process for each test worker imports it and is forked at every start. What comes of it is a
process like any other, with a folder, an environment and files of its own, to signal and to kill.
"""

import io
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired
from tempfile import TemporaryDirectory
from unittest.mock import patch

from rich.console import Console

from bot.__main__ import main
from bot.cli import console
from bot.delivery import reconciliation
from bot.delivery.telegram import rate_limit

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.processes", "tests.forked_workers", "tests.preloaded"])


@dataclass(frozen=True, slots=True)
class Start:
    """What a process is started with; `hurried` leaves out what Telegram wants to be waited."""

    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    out: Path
    errors: Path
    stdin: str = ""
    hurried: bool = False


class Fork:
    """A running process, with what the tests use of a `subprocess.Popen`; for all threads."""

    def __init__(self, start: Start) -> None:
        self._process: BaseProcess = FORKS.Process(target=_main, args=(start,))
        self._process.start()
        # How it ended can be asked for once only.
        self._lock = threading.Lock()

    @property
    def returncode(self) -> int | None:
        with self._lock:
            return self._process.exitcode

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float) -> int:
        ends = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > ends:
                raise TimeoutExpired(self._process.name, timeout)
            time.sleep(0.005)
        return code

    def send_signal(self, number: int) -> None:
        assert self._process.pid is not None
        if self.poll() is None:
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def backchannel(
    *arguments: str, folder: Path, stdin: str = "", **environment: str
) -> CompletedProcess[str]:
    """Run a command to its end, in the way of `subprocess.run`."""
    with TemporaryDirectory() as written:
        out, errors = Path(written) / "out", Path(written) / "errors"
        process = Fork(Start(arguments, folder, environment, out, errors, stdin))
        try:
            code = process.wait(60)
        finally:
            process.kill()
        return CompletedProcess(
            arguments, code, out.read_text("utf-8"), errors.read_text("utf-8", "replace")
        )


def _main(start: Start) -> None:
    os.chdir(start.folder)
    os.environ.clear()
    os.environ.update(start.environment)
    _redirect(start.out, 1)
    _redirect(start.errors, 2)
    sys.stdin = io.TextIOWrapper(io.BytesIO(start.stdin.encode()), encoding="utf-8")
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, encoding="utf-8", closefd=False)  # noqa: SIM115
    # They were made with the environment of the tests.
    vars(console.out).update(vars(Console()))
    vars(console.err).update(vars(Console(stderr=True)))
    if start.hurried:
        patch.multiple(rate_limit, CHAT=(), GROUP=(), OVERALL=()).start()
        patch.object(reconciliation, "ASK_AGAIN_AFTER", 0.1).start()
    sys.argv = ["backchannel", *start.arguments]
    main()


def _redirect(file: Path, number: int) -> None:
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(opened, number)
    os.close(opened)
