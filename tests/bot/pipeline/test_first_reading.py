"""Sources that were never read are read at once; a network that is down is told in one line."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import pytest
import structlog

from bot.configuration.run_options import FirstReadingProgress
from bot.pipeline.reading.first_reading import AT_A_TIME, by_turns
from tests.bot.pipeline.test_watching import FEED, Watched
from tests.making import NOON
from watchers import SourceFault, SourceState, Watcher
from watchers.errors import BadStatus, CannotConnect, UnknownHost

AGO = NOON - timedelta(hours=1)


@pytest.fixture(autouse=True)
async def logged() -> AsyncIterator[list[Mapping[str, object]]]:
    with structlog.testing.capture_logs() as entries:
        yield entries  # type: ignore[misc]


def told(logged: list[Mapping[str, object]]) -> list[str]:
    return [str(entry["event"]) for entry in logged if entry["log_level"] != "debug"]


def answers(names: list[str], **others: bytes | Exception) -> dict[str, bytes | Exception]:
    return {**dict.fromkeys(names, FEED), **others}


async def test_what_was_never_read_is_read_at_once_and_shown() -> None:
    names = ["courier", "herald", "gone"]
    known = {"known": SourceState("known", next_poll=NOON + timedelta(hours=1))}
    sources = answers(names, gone=BadStatus(404))
    async with Watched([*names, "known"], sources, known, new=True) as watched:
        assert sorted(watched.sources.asked) == sorted(names)
        assert len(watched.polls) == 3
        # Each is due again when its poll says so.
        assert all(watched.schedule.whens[name][-1] > NOON for name in names)
        assert watched.progress[0] == FirstReadingProgress(3, read=1)
        assert str(watched.progress[-1]) == (
            "3 sources: 2 read, 1 failed; 0 reports of the beat since yesterday, 0 stories"
        )


async def test_fifty_are_read_at_a_time() -> None:
    names = [f"slow-{number}" for number in range(AT_A_TIME + 20)]
    async with Watched(names, {}, new=True) as watched:
        assert len(watched.sources.asked) == AT_A_TIME


async def test_all_are_taken_together_and_who_is_slow_is_not_waited_for() -> None:
    async with Watched(["courier", "hangs"], answers(["courier"]), new=True) as watched:
        assert not watched.polls
        watched.first_takes_long.set()
        await watched.settled()
        assert [poll.watcher.name for poll in watched.polls] == ["courier"]
        assert str(watched.progress[-1]).startswith("2 sources: 1 read, 1 to come; ")


async def test_those_that_fail_at_first_are_one_line(logged: list[Mapping[str, object]]) -> None:
    names = ["courier", "gone", "lost"]
    sources = answers(names, gone=BadStatus(404), lost=UnknownHost())
    async with Watched(names, sources, new=True):
        pass
    assert told(logged) == ["sources failed"]
    assert logged[-1]["watchers"] == "gone, lost"


async def test_without_a_network_one_line_says_so(logged: list[Mapping[str, object]]) -> None:
    names = [f"feed-{number}" for number in range(20)]
    faults: dict[str, bytes | Exception] = dict.fromkeys(names, UnknownHost())
    async with Watched(names, faults, new=True) as watched:
        assert watched.progress[-1].is_without_network
        for name in names:
            await watched.due(name)
        assert told(logged) == [
            "no source can be reached: is there a network? they are tried again"
        ]
        watched.answers["feed-0"] = FEED
        before = {name: len(whens) for name, whens in watched.schedule.whens.items()}
        await watched.due("feed-0")
        assert told(logged)[1:] == ["sources can be reached again", "source is back"]
        # What was given up meanwhile is not waited for, an hour perhaps.
        again = [watched.schedule.whens[name][before[name] :] for name in names[1:]]
        assert all(NOON <= when <= NOON + timedelta(seconds=5) for (when,) in again)


async def test_where_names_take_long_to_fail_it_is_one_line_too(
    logged: list[Mapping[str, object]],
) -> None:
    # Four have failed when the time is up, and the others fail one by one.
    names = [f"feed-{number}" for number in range(20)]
    faults: dict[str, bytes | Exception] = dict.fromkeys(names[:4], UnknownHost())
    async with Watched(names, faults, new=True) as watched:
        watched.first_takes_long.set()
        await watched.settled()
        assert watched.progress[-1].is_without_network
        watched.answers.update(dict.fromkeys(names, UnknownHost()))
        watched.now = NOON + timedelta(minutes=1)
        await watched.due(*names)
    assert told(logged) == ["no source can be reached: is there a network? they are tried again"]


async def test_a_network_that_goes_away_is_one_line(logged: list[Mapping[str, object]]) -> None:
    names = [f"feed-{number}" for number in range(20)]
    async with Watched(names, answers(names)) as watched:
        await watched.due(*names)
        watched.answers.update(dict.fromkeys(names, CannotConnect("refused")))
        await watched.due(names[0])
        watched.now = NOON + timedelta(minutes=1)
        await watched.due(*names[1:], *names)
    assert told(logged) == ["no source can be reached: is there a network? they are tried again"]


@pytest.mark.parametrize("fault", [UnknownHost(), CannotConnect("refused")])
async def test_one_that_cannot_be_reached_is_told_once_another_answers(
    logged: list[Mapping[str, object]], fault: SourceFault
) -> None:
    names = ["courier", "lost", "herald", "late"]
    async with Watched(names, answers(names, lost=fault, late=b"")) as watched:
        await watched.due("lost")
        assert told(logged) == []
        await watched.due("courier", "lost", "courier")
        assert told(logged) == ["source failed"]
        await watched.due("late")
        assert told(logged) == ["source failed", "source failed"]


async def test_with_a_source_or_two_each_is_told(logged: list[Mapping[str, object]]) -> None:
    async with Watched(["lost"], {"lost": UnknownHost()}) as watched:
        await watched.due("lost", "lost")
    assert told(logged) == ["source failed"]


async def test_it_ends_when_cancelled_while_first_polls_are_held() -> None:
    async with Watched(["courier", "hangs"], answers(["courier"]), new=True) as watched:
        assert not watched.polls
    await asyncio.sleep(0)


def test_sources_of_one_host_take_turns_with_others() -> None:
    urls = {"a1": "https://a.example/1", "a2": "https://a.example/2", "b": "https://b.example"}
    turns = by_turns(Watcher(name, name, url) for name, url in urls.items())
    assert [watcher.name for watcher in turns] == ["a1", "b", "a2"]
