"""Sources that write local time as GMT: what is learned of it, and that their entries are told."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.watchers.conftest import Server
from tests.watchers.making import NOON, ago, item, rss, watcher
from watchers import Fetcher, Limits, SourceState, fresh, open_fetcher, poll
from watchers.records import Entry

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Paper:
    """A feed whose clock is `ahead` of what it says, read whenever something is published."""

    def __init__(self, server: Server, fetcher: Fetcher, ahead: timedelta) -> None:
        self._server = server
        self._fetcher = fetcher
        self.ahead = ahead
        self.now = NOON
        self.state = SourceState("courier")
        self._items: list[str] = []
        self._known: set[bytes] = set()
        self._watcher = watcher(server.url())

    def publishes(self, *moments: datetime, ahead: timedelta | None = None) -> None:
        for moment in moments:
            date = format_datetime(moment + (self.ahead if ahead is None else ahead))
            self._items.insert(0, item(len(self._items), date=date.replace("+0000", "GMT")))

    async def is_read(self, at: datetime | None = None) -> tuple[Entry, ...]:
        """The entries that are told of a reading."""
        self.now = at or self.now
        self._server.gives(rss(*self._items))
        polled = await poll(self._watcher, self.state, self._fetcher, lambda: self.now)
        assert polled.state.last_error == ""
        found = fresh(polled, self._known)
        self._known |= {key for served in polled.served for key in served.keys}
        self.state = polled.state
        return found


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with open_fetcher(user_agent="tests/1", limits=Limits(), pause=0) as opened:
        yield opened


AHEAD = [2 * HOUR, 3 * HOUR, 3.5 * HOUR, 5.5 * HOUR, 8 * HOUR]


@pytest.mark.parametrize("ahead", AHEAD)
async def test_a_first_reading_tells_them_with_the_right_times(
    server: Server, fetcher: Fetcher, ahead: timedelta
) -> None:
    paper = Paper(server, fetcher, ahead)
    moments = [ago(hours=20), ago(hours=5), ago(hours=1), ago(minutes=20), ago(minutes=4)]
    paper.publishes(*moments)
    told = await paper.is_read()
    assert [entry.published for entry in told] == moments
    assert all(entry.dated for entry in told)


async def test_an_entry_alone_is_told_too(server: Server, fetcher: Fetcher) -> None:
    paper = Paper(server, fetcher, 3 * HOUR)
    paper.publishes(ago(minutes=10))
    (told,) = await paper.is_read()
    assert told.published == ago(minutes=10)


async def test_what_was_learned_is_known_later(server: Server, fetcher: Fetcher) -> None:
    """The newest was forty minutes old when it was first read: half an hour less was seen."""
    paper = Paper(server, fetcher, 3 * HOUR)
    paper.publishes(ago(hours=7), ago(hours=2), ago(minutes=40))
    told = await paper.is_read()
    assert told[-1].published == ago(minutes=10)
    for minutes in (10, 200, 400):
        at = NOON + minutes * MINUTE
        paper.publishes(at - 2 * MINUTE)
        (entry,) = await paper.is_read(at)
        assert (entry.published, entry.dated) == (at - 2 * MINUTE, True)
    # One that is late, long after.
    paper.publishes(NOON + 460 * MINUTE)
    (entry,) = await paper.is_read(NOON + 500 * MINUTE)
    assert entry.published == NOON + 460 * MINUTE


@pytest.mark.parametrize("after", [timedelta(), 2 * HOUR, 4 * HOUR])
async def test_a_clock_that_is_changed_is_learned_anew(
    server: Server, fetcher: Fetcher, after: timedelta
) -> None:
    """Mended, or set to another time of the year: nothing is dropped meanwhile."""
    paper = Paper(server, fetcher, 3 * HOUR)
    paper.publishes(ago(hours=2), ago(minutes=30), ago(minutes=3))
    assert len(await paper.is_read()) == 3
    paper.ahead = after
    for number in range(1, 7):
        at = NOON + number * 5 * HOUR
        paper.publishes(at - 4 * MINUTE)
        await paper.is_read(at)
        at += 5 * MINUTE
        paper.publishes(at - 3 * MINUTE)
        (told,) = await paper.is_read(at)
        if number > 2:
            assert told.published == at - 3 * MINUTE


async def test_clocks_that_differ_a_little_are_right(server: Server, fetcher: Fetcher) -> None:
    paper = Paper(server, fetcher, 8 * MINUTE)
    paper.publishes(ago(hours=3), ago(minutes=2))
    told = await paper.is_read()
    assert [entry.published for entry in told] == [ago(hours=2, minutes=52), NOON]
    assert paper.state.time_offset == ""


async def test_one_date_ahead_changes_no_others(server: Server, fetcher: Fetcher) -> None:
    """An announcement that stands on top with the time of its event."""
    paper = Paper(server, fetcher, timedelta())
    paper.publishes(ago(hours=4), ago(minutes=30))
    paper.publishes(NOON, ahead=2 * HOUR)
    told = await paper.is_read()
    assert [entry.published for entry in told] == [ago(hours=4), ago(minutes=30), NOON]
    paper.publishes(NOON + 9 * MINUTE)
    (later,) = await paper.is_read(NOON + 10 * MINUTE)
    assert later.published == NOON + 9 * MINUTE


async def test_a_calendar_tells_nothing_of_a_clock(server: Server, fetcher: Fetcher) -> None:
    paper = Paper(server, fetcher, timedelta())
    paper.publishes(ago(hours=2), NOON + 3 * HOUR, NOON + 7 * HOUR, NOON + 26 * HOUR)
    told = await paper.is_read()
    assert [entry.published for entry in told] == [ago(hours=2)]
    assert paper.state.time_offset == ""


async def test_a_date_without_a_time_tells_nothing_of_a_clock(
    server: Server, fetcher: Fetcher
) -> None:
    paper = Paper(server, fetcher, timedelta())
    paper.publishes(ago(hours=1), datetime(2023, 6, 13, tzinfo=NOON.tzinfo))
    await paper.is_read()
    assert paper.state.time_offset == ""


async def test_what_is_right_stays_as_it_is(server: Server, fetcher: Fetcher) -> None:
    paper = Paper(server, fetcher, timedelta())
    paper.publishes(ago(hours=4), ago(minutes=90), NOON)
    told = await paper.is_read()
    assert [entry.published for entry in told] == [ago(hours=4), ago(minutes=90), NOON]
    assert paper.state.time_offset == ""


async def test_the_first_day_of_a_calendar_does_no_harm(server: Server, fetcher: Fetcher) -> None:
    """As programs write a date that was never set."""
    paper = Paper(server, fetcher, 3 * HOUR)
    paper.publishes(ago(minutes=30), ago(minutes=3))
    await paper.is_read()
    unset = item(99).replace("Mon, 12 Jun 2023 11:00:00 GMT", "0001-01-01T00:00:00Z")
    assert "0001" in unset
    paper._items.insert(0, unset)
    (told,) = await paper.is_read(NOON + MINUTE)
    assert (told.dated, told.published) == (False, NOON + MINUTE)
