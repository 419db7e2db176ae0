"""Dates in all the ways in which they are written."""

from datetime import timedelta

import pytest

from tests.watchers.making import NOON
from watchers.parsing.dates import plausible, read_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 12 Jun 2023 10:00:00 GMT", "2023-06-12T10:00:00"),
        ("Mon, 12 Jun 2023 10:00:00 +0430", "2023-06-12T05:30:00"),
        ("Mon, 12 Jun 2023 10:00:00 -07:00", "2023-06-12T17:00:00"),
        ("Mon, 12 Jun 2023 10:00:00 +3", "2023-06-12T07:00:00"),
        ("Mon, 12 Jun 2023 10:00:00 EST", "2023-06-12T15:00:00"),
        ("Mon, 12 Jun 2023 10:00:00 IRST", "2023-06-12T06:30:00"),
        ("Mon, 12 Jun 2023 10:00:00 GMT+3", "2023-06-12T07:00:00"),
        ("Mon, 12 Jun 2023 10:00:00 XYZ", "2023-06-12T10:00:00"),
        ("  Monday, 12 June 2023, 10:00  ", "2023-06-12T10:00:00"),
        ("12 Jun 23 10:00 Z", "2023-06-12T10:00:00"),
        ("12-Jun-2023 10:00:00", "2023-06-12T10:00:00"),
        ("12th June 2023", "2023-06-12T00:00:00"),
        ("Jun 12, 2023 10:00 PM", "2023-06-12T22:00:00"),
        ("June 12, 2023 at 12:05 am", "2023-06-12T00:05:00"),
        ("Mon Jun 12 10:00:00 2023", None),
        ("2023-06-12T10:00:00Z", "2023-06-12T10:00:00"),
        ("2023-06-12T10:00:00.123456789+02:00", "2023-06-12T08:00:00"),
        ("2023-06-12 10:00", "2023-06-12T10:00:00"),
        ("2023-06-12", "2023-06-12T00:00:00"),
        ("2023/6/2 1:02:03", "2023-06-02T01:02:03"),
        ("2023-06-12T24:00:00Z", "2023-06-13T00:00:00"),
        ("2023-06-12T23:59:60Z", "2023-06-13T00:00:00"),
        ("12 juin 2023 10:00", "2023-06-12T10:00:00"),
        ("12. Juni 2023", "2023-06-12T00:00:00"),
        ("12 июня 2023 10:00:00 +0300", "2023-06-12T07:00:00"),
        ("12 Haziran 2023 10:00", "2023-06-12T10:00:00"),
        ("12 يونيو 2023", "2023-06-12T00:00:00"),
        ("12 ژوئن 2023", "2023-06-12T00:00:00"),
        ("12 יוני 2023", "2023-06-12T00:00:00"),
        ("31 Feb 2023", None),
        ("2023-13-01", None),
        ("2023-06-12T10:00:00+99:99", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("0000-01-01", None),
        ("yesterday", None),
        ("", None),
        ("1" * 5_000, None),
    ],
)
def test_a_date_is_read(text: str, expected: str | None) -> None:
    found = read_date(text)
    assert (found.isoformat() if found else None) == (f"{expected}+00:00" if expected else None)


@pytest.mark.parametrize(
    ("text", "can_be"),
    [
        ("1970-01-01", False),
        ("1994-12-31", False),
        ("1995-01-01", True),
        ("2023-06-12T12:59:00Z", True),
        ("2023-06-12T13:01:00Z", False),
        ("2099-01-01", False),
    ],
)
def test_news_is_neither_of_the_future_nor_of_before_feeds(text: str, *, can_be: bool) -> None:
    assert plausible(read_date(text), NOON) is can_be
    assert not plausible(None, NOON + timedelta(days=1))
