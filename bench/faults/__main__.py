"""A stream of messages through the real sender, with all that can go wrong on the way.

    python -m bench.faults [--runs 500] [--seed N] [--messages 200] [--jobs N] [--only RUN]
        [--no-aside] [--late]

Each run: three channels, a new database, a process that fills the outbox and sends from it over
HTTP to the strict fake Bot API, and random SIGKILLs, lost answers, 429s and 5xx. Counts what a
subscriber would see in the end. Time is scaled: a second of waiting takes ten milliseconds.

`--no-aside`: there is no administrators' chat to look at messages in. `--late`: Telegram takes
some messages only after the bot has given up and looked for them, which nobody can settle.
"""

import argparse
import os
import time
from collections import Counter
from collections.abc import Sequence

from bench.faults.run import Results, Settings, all_runs


def main() -> None:
    options = _options()
    numbers = range(options.runs) if options.only is None else [options.only]
    settings = Settings(options.messages, not options.no_aside, options.late)
    began = time.monotonic()
    total: Results = Counter()
    bad: list[int] = []
    for done, (number, result) in enumerate(
        all_runs(settings, numbers, options.seed, options.jobs), 1
    ):
        total += result
        if _faulty(result):
            bad.append(number)
            print(f"run {number}: {_faulty(result)}", flush=True)
        if done % 25 == 0 or done == len(numbers):
            print(f"{done} runs, {time.monotonic() - began:.0f} s: {_summary(total)}", flush=True)
    _report(total, bad, len(numbers), time.monotonic() - began, options.seed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", type=int, help="this run alone, by its number")
    parser.add_argument("--no-aside", action="store_true")
    parser.add_argument("--late", action="store_true")
    return parser.parse_args()


def _faulty(result: Results) -> str:
    names = ("lost", "repeated", "out of order", "stale", "left behind", "violations", "unfinished")
    return ", ".join(f"{result[name]} {name}" for name in names if result[name])


def _summary(total: Results) -> str:
    names = ("sent", "lost", "repeated", "out of order", "kills")
    return ", ".join(f"{total[name]:,} {name}" for name in names)


def _report(total: Results, bad: Sequence[int], runs: int, seconds: float, seed: int) -> None:
    print(f"\n{runs} runs in {seconds:.0f} s, seed {seed}")
    shown = ("sent", "edited", "lost", "repeated", "out of order", "stale", "left behind")
    for name in (*shown, "violations", "unfinished", "kills"):
        print(f"  {name:<14}{total[name]:>9,}")
    print("faults")
    for name, count in sorted(total.items()):
        if name.startswith("fault: "):
            print(f"  {name.removeprefix('fault: '):<32}{count:>9,}")
    if bad:
        print(f"runs to look at (--seed {seed} --only RUN): {', '.join(map(str, bad))}")


if __name__ == "__main__":
    main()
