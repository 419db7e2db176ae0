"""When a source is read again: what it published, said in headers, and did."""

from datetime import datetime, timedelta, timezone
from random import Random

import pytest

from tests.watchers.making import NOON, ago, watcher
from watchers.fetching.headers import LONGEST_WAIT, ResponseHeaders
from watchers.scheduling.intervals import interval, next_poll, next_try
from watchers.scheduling.rhythm import Rhythm
from watchers.scheduling.update_hints import UpdateHints

MINUTE = timedelta(minutes=1)
HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"
READ = watcher(every=10 * MINUTE, at_most=120 * MINUTE)


def _headers(**values: str) -> ResponseHeaders:
    return ResponseHeaders({name.replace("_", "-"): value for name, value in values.items()})


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", 0),
        ("-5", 0),
        ("", 0),
        ("soon", 0),
        ("9" * 5_000, LONGEST_WAIT.total_seconds()),
        ("١٢", 0),
        ((NOON + 5 * MINUTE).strftime(HTTP_DATE), 300),
        ((NOON - 5 * MINUTE).strftime(HTTP_DATE), 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT.total_seconds()),
        ("Mon, 12 Jun 2023 12:05:00 -0000", 300),
        ("Mon, 99 Jun 2023 12:05:00 GMT", 0),
    ],
)
def test_retry_after(value: str, seconds: float) -> None:
    assert _headers(retry_after=value).retry_after(NOON).total_seconds() == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache_control": "max-age=600"}, 600),
        ({"cache_control": 'public, MAX-AGE = "600"'}, 600),
        ({"cache_control": "max-age=600", "age": "200"}, 400),
        ({"cache_control": "max-age=600", "age": "2000"}, 0),
        ({"cache_control": "max-age=600", "age": "old"}, 600),
        ({"cache_control": "no-cache, max-age=600"}, 0),
        ({"cache_control": "no-store"}, 0),
        ({"cache_control": "max-age=999999999"}, LONGEST_WAIT.total_seconds()),
        ({"expires": (NOON + 5 * MINUTE).strftime(HTTP_DATE)}, 300),
        ({"expires": "0"}, 0),
        ({"expires": "-1"}, 0),
        ({"cache_control": "max-age=60", "expires": "Fri, 31 Dec 9999 23:59:59 GMT"}, 60),
        ({}, 0),
    ],
)
def test_how_long_an_answer_is_fresh(headers: dict[str, str], seconds: float) -> None:
    assert _headers(**headers).fresh_for(NOON).total_seconds() == seconds


@pytest.mark.parametrize(
    ("value", "kept"),
    [('"abc"', '"abc"'), ('W/"abc"', 'W/"abc"'), ("a" * 2_000, ""), ("é", ""), ("a\nb", "")],
)
def test_validators_that_cannot_be_sent_back_are_not_kept(value: str, kept: str) -> None:
    assert _headers(etag=value).etag == kept
    assert _headers(last_modified=value).last_modified == kept


def _interval_of(*dates: datetime) -> float:
    return interval(READ, Rhythm().with_usual(dates, NOON), NOON)


def test_a_busy_source_is_read_at_its_shortest_interval() -> None:
    assert _interval_of(*(ago(minutes=minutes) for minutes in range(10))) == 600


def test_a_quiet_source_is_read_at_its_longest_interval() -> None:
    assert _interval_of(*(ago(days=days) for days in range(10))) == 7200


def test_an_interval_between_the_bounds_fits_how_often_it_publishes() -> None:
    assert round(_interval_of(*(ago(hours=hours) for hours in range(10)))) == 1200


def test_a_source_that_fell_silent_is_read_less_often() -> None:
    assert round(_interval_of(*(ago(hours=6, minutes=minutes) for minutes in range(10)))) == 3600


@pytest.mark.parametrize("dates", [[], [NOON + timedelta(days=1)]])
def test_without_dates_the_interval_is_the_shortest(dates: list[datetime]) -> None:
    assert _interval_of(*dates) == 600


def test_polls_that_bring_nothing_slow_down_to_the_bound() -> None:
    rhythm, now = Rhythm(), NOON
    for _ in range(300):
        after = now + timedelta(seconds=interval(READ, rhythm, now))
        rhythm, now = rhythm.after(now, after, brought=False), after
    assert interval(READ, rhythm, now) == 7200


@pytest.mark.parametrize(
    ("asked", "seconds"), [(timedelta(), 600), (30 * MINUTE, 1800), (timedelta(days=1), 7200)]
)
def test_a_source_s_wishes_hold_within_the_bounds(asked: timedelta, seconds: float) -> None:
    assert next_poll(READ, 600, NOON, hints=UpdateHints(asked)) == NOON + timedelta(seconds=seconds)


def test_bounds_that_contradict_each_other_read_at_the_shortest() -> None:
    one = watcher(every=60 * MINUTE, at_most=10 * MINUTE)
    assert next_poll(one, 0, NOON) == NOON + 60 * MINUTE


def test_polls_are_spread_around_their_time() -> None:
    rng = Random(1)
    waits = {next_poll(READ, 600, NOON, rng=rng) - NOON for _ in range(200)}
    assert len(waits) > 100
    assert timedelta(seconds=540) <= min(waits) < 10 * MINUTE < max(waits) <= 11 * MINUTE


def test_errors_double_the_interval_up_to_a_day() -> None:
    waits = [(next_try(READ, 600, errors, NOON) - NOON) / MINUTE for errors in range(1, 12)]
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440, 1440]
    assert next_try(READ, 600, 10_000, NOON) == NOON + timedelta(days=1)
    assert next_try(READ, 0, 1, NOON) == NOON + 10 * MINUTE


def test_a_wait_that_was_asked_for_holds_up_to_a_day() -> None:
    assert next_try(READ, 600, 1, NOON, wait=timedelta(hours=5)) == NOON + timedelta(hours=5)
    assert next_try(READ, 600, 1, NOON, wait=timedelta(days=5)) == NOON + timedelta(days=1)
    spread = next_try(READ, 600, 1, NOON, wait=timedelta(hours=5), rng=Random(1))
    assert spread == NOON + timedelta(hours=5)


def test_zones_make_no_difference() -> None:
    zone = timezone(timedelta(hours=3.5))
    dates = [ago(hours=hours).astimezone(zone) for hours in range(10)]
    rhythm = Rhythm().with_usual(dates, NOON.astimezone(zone))
    assert round(interval(READ, rhythm, NOON.astimezone(zone))) == 1200
    after = rhythm.after(NOON.astimezone(zone), NOON + timedelta(hours=3), brought=True)
    assert after == rhythm.after(NOON, NOON + timedelta(hours=3), brought=True)
