"""How the command line behaves in a shell: options, completion, colours, exit codes."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import processes

ROOT = Path(__file__).parents[3]
COMMANDS = (
    "run", "init", "doctor", "check", "try", "backtest", "rules", "stories", "stories show",
    "stories merge", "stories split", "feeds", "send-test", "add", "import", "export", "demo",
)  # fmt: skip
CONFIG = """
[[channel]]
name = "news"

[[watcher]]
name = "closed"
title = "Closed"
url = "http://127.0.0.1:9/feed"
allow_private = true

[[rule]]
name = "talks"
title = "Talks"
when = "oman"
"""


def backchannel(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return processes.backchannel(*arguments, folder=ROOT, COLUMNS="100", **environment)


def test_options_without_a_command_are_those_of_run(tmp_path: Path) -> None:
    done = backchannel("--config", str(tmp_path / "none.toml"), "--log", "json")
    assert done.returncode == 2
    assert done.stderr.startswith(f"{tmp_path}/none.toml: there is no such file; ")
    assert "the command init" in done.stderr


def test_options_before_another_command_are_named_with_their_place() -> None:
    done = backchannel("-c", "own.toml", "check")
    assert done.returncode == 2
    assert "--config stands after the command: backchannel check --config ..." in done.stderr


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_short_for_every_command(command: str) -> None:
    short, long = (backchannel(*command.split(), option) for option in ("-h", "--help"))
    assert short.returncode == long.returncode == 0
    assert short.stdout == long.stdout
    assert short.stdout.startswith(f"Usage: backchannel {command}".rstrip())


def test_the_list_of_commands_is_not_cut_off() -> None:
    done = processes.backchannel("-h", folder=ROOT, COLUMNS="80")
    commands = done.stdout.partition("Commands:")[2]
    assert "check " in commands
    assert "..." not in commands


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete(shell: str) -> None:
    # As a user calls it, the shell is found by the processes above.
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    script = backchannel("--show-completion", shell, **named).stdout
    assert "_BACKCHANNEL_COMPLETE=" in script
    script = backchannel("--show-completion", shell, BACKCHANNEL_PROGRAM="./run", **named).stdout
    assert "_RUN_COMPLETE=" in script


def test_what_a_shell_completes() -> None:
    done = backchannel(
        BACKCHANNEL_PROGRAM="./run",
        _RUN_COMPLETE="complete_bash",
        COMP_WORDS="./run che",
        COMP_CWORD="1",
    )
    assert done.stdout.split() == ["check"]


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_a_terminal_gets_colours_unless_no_color_is_set(
    tmp_path: Path, no_color: str, coloured: bool
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG, "utf-8")
    shown = _in_terminal(
        ["--config", str(config), "--data", str(tmp_path / "data")],
        {"NO_COLOR": no_color, "TERM": "xterm-256color"},
        until="closed",
    )
    assert "closed" in shown
    # A colour is 30 to 37; what is bold or dim is none.
    assert ("\x1b[3" in shown) is coloured


def test_log_lines_are_json_where_that_is_asked_for(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG, "utf-8")
    arguments = ["--config", str(config), "--data", str(tmp_path / "data"), "--log", "json"]
    shown = _in_terminal(arguments, {"TERM": "xterm-256color"}, until="first reading")
    logged = [json.loads(line) for line in shown.splitlines() if "first reading" in line]
    assert [(line["event"], line["sources"], line["failed"]) for line in logged] == [
        ("first reading", 1, 1)
    ]


def _in_terminal(arguments: list[str], environment: dict[str, str], until: str) -> str:
    ours, theirs = pty.openpty()
    started = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        close_fds=True,
    )
    os.close(theirs)
    shown, ends = b"", time.monotonic() + 60
    try:
        while until.encode() not in shown and time.monotonic() < ends:
            if select.select([ours], [], [], 1)[0]:
                shown += os.read(ours, 65536)
        started.send_signal(signal.SIGINT)
        assert started.wait(30) == 0
    finally:
        started.kill()
        os.close(ours)
    return shown.decode("utf-8", "replace")
