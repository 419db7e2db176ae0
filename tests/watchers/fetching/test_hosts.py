"""Turns at a host, with a clock of the test's own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from watchers import HostLocks


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hosts(clock: Clock) -> HostLocks:
    return HostLocks(1.0, clock, clock.sleep)


async def test_a_host_is_left_alone_for_a_pause(hosts: HostLocks, clock: Clock) -> None:
    async with hosts.hold("a"):
        clock.now += 5
    clock.now += 0.25
    async with hosts.hold("a"):
        pass
    assert clock.slept == [0.75]


async def test_another_host_need_not_wait(hosts: HostLocks, clock: Clock) -> None:
    async with hosts.hold("a"), hosts.hold("b"):
        pass
    async with hosts.hold("c"):
        pass
    assert clock.slept == []


async def test_one_caller_at_a_time_has_a_host(hosts: HostLocks) -> None:
    inside: list[int] = []

    @asynccontextmanager
    async def visit(number: int) -> AsyncIterator[None]:
        async with hosts.hold("a"):
            inside.append(number)
            assert len(inside) == 1
            yield
            inside.remove(number)

    async def stay(number: int) -> None:
        async with visit(number):
            await asyncio.sleep(0)

    await asyncio.gather(*(stay(number) for number in range(5)))


async def test_the_pause_holds_after_an_error(hosts: HostLocks, clock: Clock) -> None:
    with pytest.raises(OSError, match="x"):
        async with hosts.hold("a"):
            raise OSError("x")
    async with hosts.hold("a"):
        pass
    assert clock.slept == [1.0]


async def test_one_who_gives_up_waiting_leaves_the_turn_to_the_next(hosts: HostLocks) -> None:
    async def wait() -> bool:
        async with hosts.hold("a"):
            return True

    async with hosts.hold("a"):
        impatient, patient = asyncio.create_task(wait()), asyncio.create_task(wait())
        await asyncio.sleep(0)
        impatient.cancel()
    assert await patient
    assert impatient.cancelled() or await asyncio.gather(impatient, return_exceptions=True)


async def test_hosts_are_forgotten(hosts: HostLocks, clock: Clock) -> None:
    for number in range(1_000):
        async with hosts.hold(f"{number}"):
            clock.now += 0.1
    assert len(hosts) < 30
    clock.now += 10
    async with hosts.hold("last"):
        pass
    assert len(hosts) == 1
