"""The file of metrics, read back as Prometheus would."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families

import store
from bot.clock import Clock
from bot.configuration.loading import load
from bot.pipeline.reading import write_metrics
from store import Store
from tests.making import NOON
from tests.opening import open_database
from watchers import SourceState, Trouble


async def written(file: Path | None, stored: Store) -> None:
    """Let it write once, and end it in its first pause."""

    async def sleep(_: float) -> None:
        raise asyncio.CancelledError

    if file is None:
        await write_metrics(file, stored, Clock(sleep=sleep))
        return
    with pytest.raises(asyncio.CancelledError):
        await write_metrics(file, stored, Clock(sleep=sleep))


def values(file: Path) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(file.read_text("utf-8"))
    samples = (sample for family in families for sample in family.samples)
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


async def test_sources_gaps_and_troubles_are_told(tmp_path: Path) -> None:
    file = tmp_path / "backchannel.prom"
    since = NOON - timedelta(hours=2)
    async with open_database(tmp_path / "test.db") as stored:
        await written(file, stored)
        assert values(file)["backchannel_sources",] == 0
        async with stored.write() as db:
            await store.save_states(
                db,
                [
                    SourceState(
                        "courier", last_success=NOON, gaps=2, gap_since=since, gap_until=NOON
                    ),
                    SourceState("wire", errors=3, last_error="gone"),
                ],
            )
            await store.note_new(db, {"courier": 7}, NOON)
            await store.replace_troubles(db, {"wire": {Trouble.SILENT: NOON}})
        await written(file, stored)
    assert values(file) == {
        ("backchannel_sources",): 2,
        ("backchannel_sources_failing",): 1,
        ("backchannel_entries",): 7,
        ("backchannel_last_success_timestamp_seconds",): NOON.timestamp(),
        ("backchannel_source_gaps", "courier"): 2,
        ("backchannel_source_trouble", "silent", "wire"): 1,
    }


async def test_a_file_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    async with open_database(tmp_path / "test.db") as stored:
        with structlog.testing.capture_logs() as logged:
            await written(tmp_path / "none" / "backchannel.prom", stored)
        assert [entry["event"] for entry in logged] == ["metrics cannot be written"]
        await written(None, stored)


def test_its_place_is_counted_from_the_configuration(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        'include = ["beats/iran-us.toml", "outlets/de.toml"]\n'
        '[settings]\nmetrics = "out.prom"\n[[channel]]\nname = "news"\n',
        "utf-8",
    )
    assert load(config).metrics == tmp_path / "out.prom"
    config.write_text(config.read_text("utf-8").replace('"out.prom"', '""'), "utf-8")
    assert load(config).metrics is None
