"""Strange inputs for all that reads what strangers wrote: `python -m bench.fuzz [--inputs N]`.

The tests' feeds, and those of a folder, are changed at random; texts are made of letters of all
scripts, marks, controls and markup. No exception may escape but those that are declared, nothing
may take longer than two seconds of the processor (an article: than it may take before it is
ended), and what is made has to be right: places in a text that lead back to it, messages that
Telegram takes, lists that are read as they were written. An input is a function of the seed and a
number.
What is found is written to a file, from which it can be repeated: `--again FILE`.
"""

import argparse
import os
import time
from pathlib import Path

from bench.fuzz.running import run
from bench.fuzz.targets import tried


def main() -> None:
    options = _options()
    if options.again:
        name, _, again = Path(options.again).read_bytes().partition(b"\n")
        print(tried(name.decode(), again) or "nothing is wrong with it")
        return
    started = time.monotonic()
    counts, findings = run(options)
    for target, count in counts.items():
        print(f"{target:12}{count:>10,}")
    took = time.monotonic() - started
    print(f"{counts.total():,} inputs of seed {options.seed} in {took:,.0f} s", end="; ")
    print(f"findings: {len(findings)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--feeds", type=Path, help="a folder of real feeds to change")
    parser.add_argument("--write", type=Path, default=Path(), help="where findings are written")
    parser.add_argument("--again", help="a file with a finding")
    return parser.parse_args()


if __name__ == "__main__":
    main()
