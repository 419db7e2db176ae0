"""The bot as its own process, as a user starts it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fakebotapi import TOKEN
from tests.processes import Fork, Start

ROOT = Path(__file__).parents[2]
# The machine may be busy; what takes this long will never come.
DEADLINE = 120.0


def eventually(true: Callable[[], object], what: Callable[[], str]) -> None:
    """Wait until something is true; where it never is, say what there is instead."""
    ends = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < ends, what()
        time.sleep(0.01)


@dataclass
class Bot:
    """A running bot and what it has written."""

    process: subprocess.Popen[bytes] | Fork
    out: Path

    @property
    def output(self) -> str:
        return self.out.read_text("utf-8", "replace")

    def until(self, true: Callable[[], object]) -> None:
        """Wait until something is true; it must not end before."""

        def true_while_it_runs() -> object:
            assert self.process.poll() is None, self.output
            return true()

        eventually(true_while_it_runs, lambda: f"it did not come to pass:\n{self.output}")

    def until_killed(self) -> None:
        """Wait until somebody has killed it."""
        eventually(lambda: self.process.poll() is not None, lambda: f"it lives:\n{self.output}")
        assert self.process.returncode == -signal.SIGKILL, self.output

    def kill(self) -> None:
        """End it as a power cut would, at once; more than once does no harm."""
        self.process.kill()
        self.process.wait(DEADLINE)

    def end(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Ask it to end; returns how many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(DEADLINE)
        return time.monotonic() - began

    def exit_code(self) -> int:
        """Wait until it ends."""
        return self.process.wait(DEADLINE)


@dataclass(frozen=True, slots=True)
class Home:
    """A configuration, a data folder and the address of the Bot API: what a bot is started on.

    It is forked where its imports are done, unless it is to begin `as_a_user` starts it.
    """

    folder: Path
    api_url: str = ""
    token: str = TOKEN
    as_a_user: bool = False
    hurried: bool = False

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def database(self) -> Path:
        return self.data / "backchannel.db"

    def write(self, channels: Mapping[str, str], feeds: Mapping[str, str]) -> None:
        """Write a configuration of one rule per channel: its own name, and "talks" for all."""
        (self.folder / "config.toml").write_text(_configuration(channels, feeds), "utf-8")

    @contextmanager
    def bot(self, name: str = "bot") -> Iterator[Bot]:
        """A bot that runs as long as the block."""
        out = self.folder / f"{name}.log"
        process = self._started(out)
        try:
            yield Bot(process, out)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(DEADLINE)

    def _started(self, out: Path) -> subprocess.Popen[bytes] | Fork:
        arguments = ["run", "--config", "config.toml", "--data", "data"]
        environment = self._environment()
        out.touch()
        if not self.as_a_user:
            start = Start(arguments, self.folder, environment, out, out, hurried=self.hurried)
            return Fork(start)
        command = [sys.executable, "-m", "bot", *arguments]
        with out.open("wb") as log:
            return subprocess.Popen(
                command, cwd=self.folder, env=environment, stdout=log, stderr=log
            )

    def _environment(self) -> dict[str, str]:
        ours = {"PYTHONPATH": str(ROOT), "TELEGRAM_API_URL": self.api_url, "COLUMNS": "200"}
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TELEGRAM_", "BACKCHANNEL_"))
        }
        return inherited | ours | ({"TELEGRAM_BOT_TOKEN": self.token} if self.token else {})


def _configuration(channels: Mapping[str, str], feeds: Mapping[str, str]) -> str:
    parts = ["[settings]", 'edit_every = "1s"']
    parts += ["[watching]", 'every = "1s"', 'at_most = "1s"']
    for name, chat in channels.items():
        parts += _table("channel", name=name, chat=chat)
        parts += _table(
            "rule",
            name=name,
            title=f"Of {name}",
            when=f"talks AND ({name} OR all)",
            channels=[name],
        )
    for name, url in feeds.items():
        parts += _table("watcher", name=name, title=name.title(), url=url, allow_private=True)
    return "\n".join(parts)


def _table(kind: str, **values: str | bool | Sequence[str]) -> list[str]:
    lines = [f"[[{kind}]]"]
    for name, value in values.items():
        shown = str(value).lower() if isinstance(value, bool) else repr(value)
        lines.append(f"{name} = {shown}")
    return lines
