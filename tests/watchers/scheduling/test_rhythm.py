"""When a source publishes, learned from what reading it brought."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.watchers.making import NOON, watcher
from watchers.scheduling import week
from watchers.scheduling.intervals import interval, next_poll
from watchers.scheduling.rhythm import Rhythm
from watchers.scheduling.update_hints import UpdateHints, found

MONDAY = datetime(2023, 6, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TEHRAN = timezone(timedelta(hours=3.5))
READ = watcher(every=5 * MINUTE, at_most=2 * HOUR)
HOURS = b"<skipHours><hour>12</hour><hour>13</hour><hour> 24 </hour></skipHours>"
DAYS = b"<skipDays><day>Sunday</day><day>nonsense</day></skipDays>"


def _office(at: datetime) -> bool:
    return at.weekday() < 5 and 8 <= at.hour < 18


def _read(
    rhythm: Rhythm, start: datetime, end: datetime, news: Callable[[datetime], bool]
) -> Rhythm:
    """Read until the end, by the rhythm; there is something new wherever `news` is true."""
    now = start
    while now < end:
        after = now + timedelta(seconds=interval(READ, rhythm, now))
        minutes = int((after - now) / MINUTE)
        brought = any(news(now + number * MINUTE) for number in range(1, minutes + 1))
        rhythm, now = rhythm.after(now, after, brought=brought), after
    return rhythm


@pytest.fixture(scope="module")
def learned() -> Rhythm:
    """Three weeks of a source that has something every three minutes in office hours."""
    return _read(Rhythm(), MONDAY, MONDAY + 21 * DAY, lambda at: _office(at) and at.minute % 3 == 0)


def _minutes(rhythm: Rhythm, at: datetime) -> float:
    return interval(READ, rhythm, at) / 60


def test_hours_in_which_it_publishes_are_read_often_and_the_others_seldom(learned: Rhythm) -> None:
    monday = MONDAY + 21 * DAY
    assert _minutes(learned, monday + 11 * HOUR) <= 8
    assert _minutes(learned, monday + 22 * HOUR) == 120
    assert _minutes(learned, monday + 5 * DAY + 11 * HOUR) == 120


def test_the_first_poll_of_the_day_waits_for_its_beginning(learned: Rhythm) -> None:
    monday = MONDAY + 21 * DAY
    assert 60 < _minutes(learned, monday + 7 * HOUR) < 70


def test_the_first_news_of_a_quiet_hour_has_it_read_again_soon(learned: Rhythm) -> None:
    night = MONDAY + 21 * DAY + 2 * HOUR
    surprised = learned.after(night - 2 * HOUR, night, brought=True)
    assert _minutes(surprised, night) <= 15
    assert _minutes(learned.after(night - 2 * HOUR, night, brought=False), night) == 120


def test_what_was_not_watched_for_weeks_teaches_nothing(learned: Rhythm) -> None:
    assert learned.after(MONDAY, MONDAY + 8 * DAY, brought=False) == learned
    assert learned.after(MONDAY, MONDAY - DAY, brought=False) == learned


def test_a_rhythm_survives_being_stored(learned: Rhythm) -> None:
    stored = Rhythm.read(learned.written())
    assert stored.written() == learned.written()
    assert len(learned.written()) < 400
    assert Rhythm.read(None) == Rhythm.read(b"something else") == Rhythm()


@given(st.lists(st.tuples(st.floats(0.001, 30), st.booleans()), max_size=20))
def test_whatever_happens_intervals_stay_within_their_bounds(
    readings: list[tuple[float, bool]],
) -> None:
    rhythm, now = Rhythm(), NOON
    for hours, brought in readings:
        after = now + hours * HOUR
        rhythm, now = Rhythm.read(rhythm.after(now, after, brought=brought).written()), after
        assert 300 <= interval(READ, rhythm, now) <= 7200


@pytest.mark.parametrize(
    ("period", "frequency", "ttl"),
    [
        ("daily", "1", DAY),
        (" daily ", "4", 6 * HOUR),
        ("weekly", "0", 7 * DAY),
        ("hourly", "2", 30 * MINUTE),
        ("hourly", "1", timedelta()),
        ("always", "1", timedelta()),
    ],
)
def test_how_often_a_feed_says_that_it_changes(period: str, frequency: str, ttl: timedelta) -> None:
    said = (
        f"<sy:updatePeriod>{period}</sy:updatePeriod>"
        f"<sy:updateFrequency>{frequency}</sy:updateFrequency>"
    )
    assert found(said.encode()).ttl == ttl
    assert found(f"<ttl>15</ttl>{said}".encode()).ttl == 15 * MINUTE


def test_wishes_are_of_the_feed_and_not_of_an_entry() -> None:
    entries = b"<item><title>1</title><ttl>15</ttl></item><item><ttl>16</ttl></item>"
    assert found(b"<rss><channel>" + entries + b"</channel></rss>") == UpdateHints()
    below = b"<rss><channel>" + entries + b"<ttl>17</ttl></channel></rss>"
    assert found(below).ttl == 17 * MINUTE


def _due(hints: UpdateHints, at: datetime, at_most: timedelta = DAY) -> datetime:
    return next_poll(watcher(every=10 * MINUTE, at_most=at_most), 600, at, hints=hints)


def test_hours_and_days_that_a_feed_skips_are_waited_for() -> None:
    hints = found(HOURS + DAYS)
    assert _due(hints, NOON - HOUR) == NOON - 50 * MINUTE
    assert _due(hints, NOON - 5 * MINUTE) == NOON + 2 * HOUR
    sunday = MONDAY + 6 * DAY
    # Sunday, and the first hour of Monday, which RSS may call the 24th.
    assert _due(hints, sunday + 20 * HOUR) == sunday + 25 * HOUR


def test_skipped_hours_are_those_of_greenwich() -> None:
    at = (NOON - 5 * MINUTE).astimezone(TEHRAN)
    assert _due(found(HOURS), at) == NOON + 2 * HOUR


def test_a_feed_cannot_silence_itself_for_longer_than_its_longest_interval() -> None:
    every = b"".join(b"<hour>%d</hour>" % hour for hour in range(24))
    hints = found(b"<ttl>999999</ttl><skipHours>" + every + b"</skipHours>")
    assert _due(hints, NOON, at_most=2 * HOUR) == NOON + 2 * HOUR
    assert _due(found(HOURS), NOON, at_most=HOUR) == NOON + HOUR


@given(st.integers(0, 2**168 - 1), st.integers(0, 10**7))
def test_wishes_survive_being_stored(skipped: int, seconds: int) -> None:
    hints = UpdateHints(timedelta(seconds=seconds), skipped)
    assert UpdateHints.read(hints.written()) == hints


def test_what_is_usual_in_a_time_is_what_was_observed_of_its_hours() -> None:
    rates = [math.nan] * week.HOURS
    rates[8:18] = [2.0] * 10
    rates[24 + 8] = 1.0
    rhythm = Rhythm(tuple(rates), usual=50.0, surplus=9.0)
    assert rhythm.hours == 11
    assert rhythm.usually(MONDAY, MONDAY + 8 * HOUR) == 0
    assert rhythm.usually(MONDAY + 8.5 * HOUR, MONDAY + 10.25 * HOUR) == pytest.approx(3.5)
    assert rhythm.usually(MONDAY, MONDAY + 7 * DAY) == pytest.approx(21)
    assert rhythm.usually(MONDAY, MONDAY + 350 * DAY + 9 * HOUR) == pytest.approx(1052)
