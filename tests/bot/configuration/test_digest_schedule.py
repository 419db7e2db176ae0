from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.configuration.digest_schedule import DigestTime, read_digest_time

MUSCAT, LONDON = ZoneInfo("Asia/Muscat"), ZoneInfo("Europe/London")
# Clocks are changed there at midnight, by half an hour, or not at all.
ZONES = [
    *("Europe/London", "America/New_York", "Africa/Cairo", "America/Santiago"),
    *("Australia/Lord_Howe", "Asia/Muscat"),
]
HOUR = timedelta(hours=1)


def test_a_day_is_over_at_its_time_in_the_channels_zone() -> None:
    daily = DigestTime(time(8))
    eight = datetime(2023, 6, 12, 4, tzinfo=UTC)
    assert daily.last(eight, MUSCAT).end == eight
    assert daily.last(eight - timedelta(seconds=1), MUSCAT).end == eight - 24 * HOUR
    assert daily.following(eight, MUSCAT) == eight + 24 * HOUR
    assert not daily.last(eight, MUSCAT).is_week


def test_a_week_is_over_on_its_day() -> None:
    weekly = DigestTime(time(8), 0)
    monday = datetime(2023, 6, 12, 4, tzinfo=UTC)
    for days in range(7):
        period = weekly.last(monday + timedelta(days=days), MUSCAT)
        assert (period.begin, period.end) == (monday - timedelta(weeks=1), monday)
    assert weekly.following(monday, MUSCAT) == monday + timedelta(weeks=1)
    assert period.is_week


def test_where_clocks_are_changed_the_time_of_the_clock_holds() -> None:
    daily = DigestTime(time(8))
    period = daily.last(datetime(2023, 3, 26, 12, tzinfo=UTC), LONDON)
    assert period.end - period.begin == 23 * HOUR
    period = daily.last(datetime(2023, 10, 29, 12, tzinfo=UTC), LONDON)
    assert period.end - period.begin == 25 * HOUR
    days = DigestTime(time(8), 0).last(datetime(2023, 3, 28, tzinfo=UTC), LONDON).days(LONDON)
    assert [day.begin.astimezone(LONDON).hour for day in days] == [8] * 7


def test_a_time_that_clocks_do_not_show_or_show_twice_comes_once() -> None:
    at = DigestTime(time(1, 30))
    assert at.following(datetime(2023, 3, 26, tzinfo=UTC), LONDON).hour == 1
    first = at.following(datetime(2023, 10, 28, 12, tzinfo=UTC), LONDON)
    assert first == datetime(2023, 10, 29, 0, 30, tzinfo=UTC)
    assert at.following(first, LONDON) == datetime(2023, 10, 30, 1, 30, tzinfo=UTC)


@given(
    st.sampled_from(ZONES),
    st.times(),
    st.sampled_from([None, *range(7)]),
    st.datetimes(datetime(2023, 1, 1), datetime(2024, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_no_moment_is_in_no_period_or_in_two(
    zone: str, at: time, weekday: int | None, now: datetime
) -> None:
    when, place = DigestTime(at.replace(second=0, microsecond=0), weekday), ZoneInfo(zone)
    period, following = when.last(now, place), when.following(now, place)
    assert period.begin < period.end <= now < following
    coming = when.last(following, place)
    assert (coming.begin, coming.end) == (period.end, following)
    days = period.days(place)
    assert len(days) == (1 if weekday is None else 7)
    assert [*(day.begin for day in days), days[-1].end] == [
        period.begin,
        *(day.end for day in days),
    ]


def test_it_is_written_as_a_day_and_a_time() -> None:
    assert read_digest_time("daily 08:00") == DigestTime(time(8))
    assert read_digest_time("weekly Mon 18:30") == DigestTime(time(18, 30), 0)
    assert read_digest_time("") is None
    for wrong in ("08:00", "weekly 08:00", "daily 8:00", "daily 24:00", "weekly monday 08:00", 8):
        with pytest.raises(ValueError, match="weekly mon 08:00"):
            read_digest_time(wrong)
