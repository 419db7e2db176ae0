"""The command line, through the front door."""

import re
import subprocess
import sys
from pathlib import Path

from tests import processes

ROOT = Path(__file__).parents[3]


def backchannel(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return processes.backchannel(*arguments, folder=ROOT, stdin=stdin, COLUMNS="100")


def test_check_of_the_shipped_configuration() -> None:
    # As a user calls it; the others begin where all is imported.
    done = subprocess.run(
        [sys.executable, "-m", "bot", "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"COLUMNS": "100", "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    assert "config.toml is right" in done.stdout


def test_check_shows_what_is_asked_of_gdelt_for_a_rule(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    table = '\n[[watcher]]\nname = "world"\ntitle = "GDELT"\nkind = "gdelt"\nrule = "talks"\n'
    config.write_text((ROOT / "config.toml").read_text("utf-8") + table, "utf-8")
    done = backchannel("check", "--config", str(config))
    assert done.returncode == 0, done.stderr
    assert re.search(r"^world asks GDELT: \(.* OR .*\) \(.* OR .*\)$", done.stdout, re.MULTILINE)


def test_a_mistake_ends_with_code_2_and_no_traceback(tmp_path: Path) -> None:
    broken = tmp_path / "config.toml"
    broken.write_text((ROOT / "config.toml").read_text("utf-8").replace("\nevery", "\nevry", 1))
    for command in ("check", "run", "feeds"):
        done = backchannel(command, "--config", str(broken))
        assert done.returncode == 2
        assert "did you mean 'every'" in done.stderr
        assert "Traceback" not in done.stderr


def test_try_reads_standard_input() -> None:
    done = backchannel("try", "-", stdin="Iran and US agree on prisoner swap")
    assert done.returncode == 0, done.stderr
    assert "topic:prisoner-exchange" in done.stdout


def test_an_unknown_command_is_named_with_the_one_that_was_meant() -> None:
    done = backchannel("chek")
    assert done.returncode == 2
    assert "Did you mean 'check'" in done.stderr
    assert "backchannel" in done.stderr


def test_options_that_cannot_be(tmp_path: Path) -> None:
    assert "'foo' is not one of" in backchannel("run", "--log-level", "foo").stderr
    file = tmp_path / "file"
    file.touch()
    done = backchannel("run", "--data", str(file))
    assert done.returncode == 2
    assert "The data folder cannot be written" in done.stderr
