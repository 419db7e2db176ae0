"""Polling when it is due, with a schedule that a test turns by hand."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Self

import pytest
import structlog

from bot.clock import Clock
from bot.configuration.run_options import FirstReadingProgress, RunOptions
from bot.pipeline.reading.watching import POLLS_AT_A_TIME, REPEAT_AFTER, Watching
from tests.making import NOON
from watchers import Fetched, Fetcher, Limits, Poll, Schedule, SourceState, Watcher
from watchers.access import USUAL, Access
from watchers.errors import Gone
from watchers.fetching.headers import ResponseHeaders

FEED = b"""<rss version="2.0"><channel><title>Courier</title><item><guid>1</guid>
<title>Talks in Muscat</title><link>https://courier.example/1</link></item></channel></rss>"""


LATER = NOON + timedelta(hours=1)


class ManualSchedule(Schedule):
    """Watchers are due when the test says so; what they were scheduled for is kept."""

    def __init__(self) -> None:
        super().__init__(Random(1), lambda: NOON)
        self.whens: dict[str, list[datetime]] = {}
        self.follow_ups: asyncio.Queue[str] = asyncio.Queue()

    def at(self, name: str, when: datetime) -> None:
        self.whens.setdefault(name, []).append(when)

    async def due(self) -> str:
        return await self.follow_ups.get()


class Sources(Fetcher):
    """Answers without a network; an address without an answer never answers."""

    def __init__(self, answers: Mapping[str, bytes | Exception]) -> None:
        self.limits = Limits()
        self.asked: list[str] = []
        self._answers = answers

    async def fetch(
        self,
        url: str,
        *,
        allow_private: bool = False,
        headers: Mapping[str, str] | None = None,
        access: Access = USUAL,
        obey_robots: bool = False,
        keep_partial: bool = False,
    ) -> Fetched:
        self.asked.append(url)
        if url not in self._answers:
            await asyncio.Event().wait()
        answer = self._answers[url]
        if isinstance(answer, Exception):
            raise answer
        return Fetched(200, ResponseHeaders({}), url, "", answer)


async def nothing() -> tuple[int, int]:
    """Nothing came in the last day."""
    return 0, 0


@dataclass
class Watched:
    """A watching at work on sources."""

    names: list[str]
    answers: dict[str, bytes | Exception]
    states: dict[str, SourceState] = field(default_factory=dict)
    schedule: ManualSchedule = field(init=False)
    polls: list[Poll] = field(default_factory=list)
    fault: Exception | None = None
    told: list[str] = field(default_factory=list)
    progress: list[FirstReadingProgress] = field(default_factory=list)
    new: bool = False
    now: datetime = NOON
    first_takes_long: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.schedule = ManualSchedule()
        self.sources = Sources(self.answers)

    async def tell(self, text: str) -> None:
        self.told.append(text)

    async def sleep(self, _: float) -> None:
        await self.first_takes_long.wait()

    async def ingest(self, poll: Poll) -> SourceState:
        self.polls.append(poll)
        if self.fault is not None:
            raise self.fault
        return replace(poll.state, entries=poll.state.entries + len(poll.served))

    async def __aenter__(self) -> Self:
        watchers = {name: Watcher(name, name.title(), name) for name in self.names}
        for name in () if self.new else self.names:
            self.states.setdefault(name, SourceState(name, next_poll=LATER))
        self.watching = Watching(
            watchers,
            self.states,
            self.sources,
            self.ingest,
            RunOptions(
                Path(),
                clock=Clock(lambda: self.now, self.sleep),
                random=Random(1),
                progress=self.progress.append,
            ),
            recent=nothing,
            tell=self.tell,
        )
        self.task = asyncio.create_task(self.watching.run(self.schedule))
        await self.settled()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await self.task

    async def due(self, *names: str) -> None:
        for name in names:
            self.schedule.follow_ups.put_nowait(name)
        await self.settled()

    async def settled(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)


@pytest.fixture(autouse=True)
async def logged() -> AsyncIterator[list[Mapping[str, object]]]:
    with structlog.testing.capture_logs() as entries:
        yield entries  # type: ignore[misc]


async def test_each_watcher_is_scheduled_at_the_start() -> None:
    later = NOON + timedelta(hours=1)
    stored = {name: SourceState(name, next_poll=later) for name in ("courier", "gone")}
    async with Watched(["courier", "herald"], {}, stored) as watched:
        assert set(watched.schedule.whens) == {"courier", "herald"}
        assert watched.schedule.whens["courier"] == [later]


async def test_a_poll_is_handed_over_and_scheduled_again_for_when_it_says() -> None:
    async with Watched(["courier"], {"courier": FEED}) as watched:
        await watched.due("courier")
        (poll,) = watched.polls
        assert [served.entry.title for served in poll.served] == ["Talks in Muscat"]
        assert watched.schedule.whens["courier"][1:] == [poll.state.next_poll]


async def test_the_next_poll_goes_on_from_what_was_committed() -> None:
    async with Watched(["courier"], {"courier": FEED}) as watched:
        await watched.due("courier")
        await watched.due("courier")
        first, second = watched.polls
        assert (len(first.served), len(second.served)) == (1, 0)
        assert (first.state.entries, second.state.entries) == (0, 1)


async def test_a_poll_that_could_not_be_committed_is_made_again_from_the_same_state() -> None:
    async with Watched(["courier"], {"courier": FEED}, fault=OSError("disk full")) as watched:
        await watched.due("courier")
        assert watched.schedule.whens["courier"][1:] == [NOON + REPEAT_AFTER]
        watched.fault = None
        await watched.due("courier")
        assert [len(poll.served) for poll in watched.polls] == [1, 1]


async def test_what_is_wrong_with_one_source_does_not_hold_up_the_others() -> None:
    answers: dict[str, bytes | Exception] = {"bad": ValueError("never seen"), "courier": FEED}
    async with Watched(["hangs", "bad", "courier"], answers) as watched:
        await watched.due("hangs", "bad", "courier")
        assert [(p.watcher.name, p.state.errors) for p in watched.polls] == [
            ("bad", 1),
            ("courier", 0),
        ]


async def test_a_failing_source_is_told_once_and_so_is_its_return(
    logged: list[Mapping[str, object]],
) -> None:
    async with Watched(["courier"], {"courier": b""}) as watched:
        await watched.due("courier")
        await watched.due("courier")
        watched.answers["courier"] = FEED
        await watched.due("courier")
        await watched.due("courier")
    told = [entry["event"] for entry in logged if entry["log_level"] != "debug"]
    assert told == ["source failed", "source is back"]


async def test_so_many_at_a_time_and_no_more() -> None:
    names = [f"slow-{number}" for number in range(POLLS_AT_A_TIME + 50)]
    async with Watched(names, {}) as watched:
        await watched.due(*names)
        assert len(watched.sources.asked) == POLLS_AT_A_TIME


async def test_a_restart_with_thousands_overdue_spreads_them() -> None:
    names = [f"feed-{number}" for number in range(10_000)]
    states = {name: SourceState(name, next_poll=NOON - timedelta(days=1)) for name in names}
    async with Watched(names, {}, states) as watched:
        whens = sorted(when for (when,) in watched.schedule.whens.values())
    busiest = max(
        sum(1 for when in whens if start <= when < start + timedelta(seconds=1))
        for start in (NOON + timedelta(seconds=second) for second in range(200))
    )
    assert whens[-1] <= NOON + timedelta(seconds=200)
    assert busiest < 90


async def test_it_ends_when_cancelled_while_polls_are_under_way() -> None:
    async with Watched(["hangs"], {}) as watched:
        await watched.due("hangs")
        assert watched.sources.asked == ["hangs"]


async def test_a_feed_that_was_taken_down_is_told_once() -> None:
    async with Watched(["courier"], {"courier": FEED}) as watched:
        await watched.due("courier")
        assert not watched.told
        watched.answers["courier"] = Gone()
        await watched.due("courier")
        await watched.due("courier")
        stored = watched.polls[-1].state
        assert len(watched.told) == 1
        assert watched.told[0].startswith("Courier (courier): the server answers 410 Gone")
    async with Watched(["courier"], {"courier": Gone()}, {"courier": stored}) as again:
        await again.due("courier")
        assert not again.told
