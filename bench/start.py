"""How long starting takes: `python -m bench.start [--rounds 9]`.

From the start of the process to its end for `--help` and `import bot.cli`; to the first heartbeat,
which is when watchers are read that are due, for `run` on a database that is there. Beside them an
interpreter that does nothing.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.engine.heartbeat import FILE

ROOT = Path(__file__).parents[1]
TARGETS = {"--help": 0.5, "import bot.cli": 0.5, "run, to the first polls": 1.5}
PATIENCE = 60.0
CONFIG = """\
[[channel]]
name = "talks"
chat = "@talks"

[[rule]]
name = "talks"
title = "Talks"
when = "talks"
channels = ["talks"]

[[watcher]]
name = "courier"
title = "Courier"
url = "https://courier.invalid/feed"
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        _to_first_polls(Path(folder))  # migrates the database
        measured: dict[str, Callable[[], float]] = {
            "an empty interpreter": lambda: _whole("-c", ""),
            "--help": lambda: _whole("-m", "bot", "--help"),
            "import bot.cli": lambda: _whole("-c", "import bot.cli"),
            "run, to the first polls": lambda: _to_first_polls(Path(folder)),
        }
        times: dict[str, list[float]] = {name: [] for name in measured}
        for _ in range(rounds):
            for name, measure in measured.items():
                times[name].append(measure())
    print(f"{'seconds':<26}{'min':>8}{'median':>8}{'max':>8}{'target':>8}")
    for name, taken in times.items():
        median = statistics.median(taken)
        target = TARGETS.get(name)
        told = "" if target is None else f"{target:>8}  {'met' if median <= target else 'missed'}"
        print(f"{name:<26}{min(taken):>8.2f}{median:>8.2f}{max(taken):>8.2f}{told}")


def _whole(*arguments: str) -> float:
    started = time.monotonic()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
    return time.monotonic() - started


def _to_first_polls(folder: Path) -> float:
    config, data = folder / "config.toml", folder / "data"
    config.write_text(CONFIG)
    (data / FILE).unlink(missing_ok=True)
    environment = {k: v for k, v in os.environ.items() if k != "TELEGRAM_BOT_TOKEN"}
    command = [sys.executable, "-m", "bot", "run", "--config", str(config), "--data", str(data)]
    started = time.monotonic()
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while not (data / FILE).exists():
            if process.poll() is not None or time.monotonic() - started > PATIENCE:
                raise SystemExit("the bot did not start")
            time.sleep(0.002)
        taken = time.monotonic() - started
        process.terminate()
    return taken


if __name__ == "__main__":
    main()
