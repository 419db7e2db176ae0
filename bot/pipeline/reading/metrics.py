"""Metrics of sources, in a file that a Prometheus node exporter picks up (textfile collector)."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

import store
from bot.clock import Clock
from store import SourceCounts, Store

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

EVERY_SECONDS = 60.0

log = structlog.get_logger()


async def write_metrics(file: Path | None, stored: Store, clock: Clock) -> None:
    """Write the metrics each minute until cancelled; nothing where no file is configured."""
    if file is None:
        return
    while True:
        async with stored.read() as db:
            counts = await store.source_counts(db)
        try:
            await asyncio.to_thread(_write, file, counts)
        except OSError as error:
            log.warning("metrics cannot be written", file=str(file), reason=error.strerror)
        await clock.sleep(EVERY_SECONDS)


def _write(file: Path, counts: SourceCounts) -> None:
    # The library takes some megabytes, which are spent only where metrics are wanted.
    from prometheus_client import CollectorRegistry, write_to_textfile  # noqa: PLC0415

    registry = CollectorRegistry()
    _fill(registry, counts)
    write_to_textfile(str(file), registry)


def _fill(registry: "CollectorRegistry", counts: SourceCounts) -> None:
    from prometheus_client import Gauge  # noqa: PLC0415

    def gauge(name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"backchannel_{name}", text, labels, registry=registry)

    gauge("sources", "Sources that were ever asked.").set(counts.sources)
    gauge("sources_failing", "Sources whose last reading failed.").set(counts.failing)
    gauge("entries", "Entries that sources have brought.").set(counts.entries)
    read = gauge("last_success_timestamp_seconds", "When any source was last read.")
    read.set(counts.last_success.timestamp() if counts.last_success else 0)
    gaps = gauge("source_gaps", "Times in which a source's entries may be missed.", "watcher")
    for watcher, number in counts.gaps.items():
        gaps.labels(watcher).set(number)
    troubles = gauge("source_trouble", "Troubles told to administrators.", "watcher", "trouble")
    for watcher, trouble in counts.troubles:
        troubles.labels(watcher, trouble).set(1)
