"""Dates, numbers and lists as the languages of channels write them, from CLDR (Babel)."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from functools import cache
from typing import Final

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from bot.configuration.channels import Language

_NUMBERING: Final = {Language.PERSIAN: "arabext"}
_PERSIAN_DIGITS: Final = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def is_right_to_left(language: Language) -> bool:
    """Whether the language is written from right to left."""
    return _locale(language).text_direction == "rtl"


def digits(text: str, language: Language) -> str:
    """The text with its digits as the language writes them."""
    return text.translate(_PERSIAN_DIGITS) if language is Language.PERSIAN else text


def number(value: int, language: Language) -> str:
    """A number with its thousands apart."""
    numbering = _NUMBERING.get(language, "latn")
    return format_decimal(value, locale=_locale(language), numbering_system=numbering)


def enumeration(items: Sequence[str], language: Language) -> str:
    """Items in a row, as the language parts those in the middle of a list."""
    separator: str = _locale(language).list_patterns["standard"]["middle"].format("", "")
    return separator.join(items)


def weekday(day: date, language: Language) -> str:
    """The short name of a day's weekday."""
    return format_date(day, "EEE", locale=_locale(language))


def moment(at: datetime, zone: tzinfo, language: Language) -> str:
    """A moment with its year and time zone: "05 Jun 2023 08:00 UTC"."""
    local = at.astimezone(zone)
    written = format_datetime(local, "dd MMM y HH:mm", locale=_locale(language))
    return f"{digits(written, language)} {local:%Z}"


def span(begin: datetime, end: datetime, zone: tzinfo, language: Language) -> str:
    """From one moment to another: "5 June 08:00 – 12 June 08:00"."""
    return f"{_day_and_time(begin, zone, language)} – {_day_and_time(end, zone, language)}"


def _day_and_time(at: datetime, zone: tzinfo, language: Language) -> str:
    local = at.astimezone(zone)
    return digits(format_datetime(local, "d MMMM HH:mm", locale=_locale(language)), language)


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse(language)
