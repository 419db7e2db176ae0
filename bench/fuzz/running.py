"""The processes that try inputs, and what becomes of those that hang or end."""

import argparse
import multiprocessing
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from bench.fuzz.targets import made, tried

HUNG = 60.0
TOLD_EVERY = 50_000
FILES = Path(__file__).parents[2] / "tests" / "watchers"


@dataclass(frozen=True, slots=True)
class Finding:
    """An input, and what came of it."""

    target: str
    number: int
    reason: str
    data: bytes


def run(options: argparse.Namespace) -> tuple[Counter[str], list[Finding]]:
    """How many inputs of each kind were tried, and what was found."""
    context = multiprocessing.get_context("spawn")
    counts: Counter[str] = Counter()
    findings: list[Finding] = []
    started, said = time.monotonic(), 0
    workers: dict[Connection, multiprocessing.process.BaseProcess] = {}
    for number in range(options.processes):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(options, number, theirs), daemon=True)
        process.start()
        theirs.close()
        workers[ours] = process
    alive: dict[Connection, tuple[float, int]] = dict.fromkeys(workers, (time.monotonic(), 0))
    while alive:
        said = _progress(max(reached for _, reached in alive.values()), said, started, findings)
        for ready in wait([*alive], timeout=1):
            assert isinstance(ready, Connection)
            try:
                told = ready.recv()
            except EOFError:
                lost = alive.pop(ready)[1]
                if workers[ready].exitcode:
                    findings.append(_lost(lost, f"ended by {workers[ready].exitcode}"))
                continue
            match told:
                case Finding():
                    _tell(told, options.write)
                    findings.append(told)
                case Counter():
                    counts += told
                case _:
                    alive[ready] = time.monotonic(), told
        for pipe, (since, lost) in [*alive.items()]:
            if time.monotonic() - since > HUNG:
                workers[pipe].kill()
                del alive[pipe]
                findings.append(_lost(lost, "it hangs"))
    return counts, findings


def _tell(finding: Finding, folder: Path) -> None:
    file = folder / f"{finding.target.replace(' ', '-')}-{finding.number}"
    file.write_bytes(finding.target.encode() + b"\n" + finding.data)
    print(f"{finding.target} {finding.number}: {finding.reason}\nwritten to {file}\n", flush=True)


def _progress(reached: int, said: int, started: float, findings: Sequence[Finding]) -> int:
    """How many steps were told, with the one that is reached now."""
    step = reached // TOLD_EVERY
    if step > said:
        took = time.monotonic() - started
        print(f"{reached:,} in {took:,.0f} s, {len(findings)} findings", flush=True)
    return max(step, said)


def _lost(number: int, reason: str) -> Finding:
    # Which of the inputs since the last sign of life it was, trying them one by one tells.
    found = Finding("unknown", number, f"{reason} at or soon after this number", b"")
    print(f"{found.target} {found.number}: {found.reason}", flush=True)
    return found


def _work(options: argparse.Namespace, worker: int, pipe: Connection) -> None:
    seeds = _seeds(options.feeds)
    counts: Counter[str] = Counter()
    told = 0.0
    for number in range(worker, options.inputs, options.processes):
        target, data = made(options.seed, number, seeds)
        if time.monotonic() - told > 1:
            # A sign of life, with where it is.
            told = time.monotonic()
            pipe.send(number)
        counts[target] += 1
        if reason := tried(target, data):
            pipe.send(Finding(target, number, reason, data))
    pipe.send(counts)
    pipe.close()


def _seeds(folder: Path | None) -> list[bytes]:
    files = [*FILES.rglob("*.xml"), *FILES.rglob("*.json"), *FILES.rglob("*.html")]
    if folder:
        files += [file for file in folder.iterdir() if file.suffix != ".md"]
    return [body for file in sorted(files) if (body := file.read_bytes())]
