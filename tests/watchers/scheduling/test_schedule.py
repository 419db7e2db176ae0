"""Who is due when, with APScheduler's real clock."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from tests.watchers.making import NOON, ago, watcher
from watchers import Schedule, SourceState

SOON = timedelta(milliseconds=20)
LATER = timedelta(days=1)


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def schedule() -> AsyncIterator[Schedule]:
    made = Schedule(Random(1), _now)
    yield made
    made.close()
    await asyncio.sleep(0)


async def _due(schedule: Schedule, patience: float = 20) -> str | None:
    try:
        async with asyncio.timeout(patience):
            return await schedule.due()
    except TimeoutError:
        return None


async def test_names_come_in_the_order_in_which_they_are_due(schedule: Schedule) -> None:
    start = _now()
    for delay, name in ((3, "c"), (1, "a"), (2, "b")):
        schedule.at(name, start + delay * SOON)
    assert [await _due(schedule) for _ in range(3)] == ["a", "b", "c"]


async def test_at_replaces(schedule: Schedule) -> None:
    schedule.at("a", _now() + LATER)
    schedule.at("a", _now() + SOON)
    assert await _due(schedule) == "a"
    schedule.at("a", _now() + SOON)
    schedule.at("a", _now() + LATER)
    assert await _due(schedule, 0.2) is None


async def test_a_name_that_was_handed_out_is_not_due_again(schedule: Schedule) -> None:
    schedule.at("a", _now())
    assert await _due(schedule) == "a"
    assert await _due(schedule, 0.2) is None


@pytest.mark.parametrize("times", [1, 2])
async def test_a_name_that_was_dropped_is_not_due(schedule: Schedule, times: int) -> None:
    for _ in range(times):
        schedule.at("a", _now() + SOON)
    schedule.drop("a")
    schedule.drop("never heard of")
    assert await _due(schedule, 0.2) is None


Started = Callable[..., datetime]


@pytest.fixture
def started() -> Started:
    """When a watcher that is started now is due."""

    class Noted(Schedule):
        def at(self, name: str, when: datetime) -> None:
            whens[name] = when

    whens: dict[str, datetime] = {}
    noted = Noted(Random(1), lambda: NOON)

    def start(next_poll: datetime | None) -> datetime:
        noted.start(watcher(every=timedelta(hours=1)), SourceState("x", next_poll=next_poll))
        return whens["courier"]

    return start


def test_what_was_missed_comes_within_seconds(started: Started) -> None:
    whens = [started(ago(hours=hours)) for hours in range(100)]
    assert all(NOON <= when <= NOON + timedelta(seconds=5) for when in whens)
    assert len(set(whens)) == 100


def test_what_never_was_comes_within_seconds(started: Started) -> None:
    whens = [started(None) for _ in range(100)]
    assert all(NOON <= when <= NOON + timedelta(seconds=5) for when in whens)


def test_what_was_stored_is_kept(started: Started) -> None:
    assert started(NOON + timedelta(hours=3)) == NOON + timedelta(hours=3)


async def test_a_started_watcher_is_due(schedule: Schedule) -> None:
    schedule.start(watcher(every=SOON), SourceState("courier"))
    assert await _due(schedule) == "courier"


async def test_it_can_be_iterated_and_cancelled(schedule: Schedule) -> None:
    seen: list[str] = []
    enough = asyncio.Event()

    async def run() -> None:
        async for name in schedule:
            seen.append(name)
            if len(seen) == 3:
                enough.set()
            schedule.at(name, _now() + SOON)

    schedule.at("a", _now())
    task = asyncio.create_task(run())
    async with asyncio.timeout(20):
        await enough.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert set(seen) == {"a"}


async def test_closing_while_names_are_handed_out_says_nothing(
    schedule: Schedule, caplog: pytest.LogCaptureFixture
) -> None:
    schedule.at("first", _now() - LATER)
    assert await _due(schedule) == "first"
    for number in range(100):
        schedule.at(f"w{number}", _now() - LATER)
    schedule.close()
    await asyncio.sleep(0.05)
    assert [r.getMessage() for r in caplog.records if r.levelname == "ERROR"] == []
