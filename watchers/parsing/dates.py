"""Parsing of dates in the forms that feeds and pages use.

A form that is not known gives no date: a wrong one makes old news of what is new, or the reverse.
"""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo

from watchers.parsing.calendars import is_solar, named_day, numbered_day, shaped
from watchers.parsing.time_zones import is_abbreviation, zone_of

_AM = "a.m|a. m|am|ص|ق.ظ|오전|上午|öö|πμ|π.μ"
_PM = "p.m|p. m|pm|م|ب.ظ|오후|下午|ös|μμ|μ.μ"
_HALVES = {
    shaped(word).casefold().replace(".", "").replace(" ", ""): hours
    for words, hours in ((_AM, 0), (_PM, 12))
    for word in words.split("|")
}
_HALF = "(?:" + "|".join(re.escape(shaped(half)) for half in f"{_AM}|{_PM}".split("|")) + r")\b\.?"
_CLOCK = (
    r"(?P<hour>\d{1,2})(?:[:.h時时시点點]\s?(?P<minute>\d{1,2})(?:[:.分분]\s?(?P<second>\d{1,2})"
    r"(?:[.,]\d+|秒|초)?)?[分분]?|(?=\s?[ap]\.?m\b)|[h時时시点點])"
    rf"(?:\s*(?P<half>{_HALF}))?"
)
_OFFSET = r"[+-]?\s?\d{1,2}(?::?\d{2})?"
_ZONE = (
    r"(?:\s*(?P<zone>z|[a-z_]{2,30}(?:/[a-z0-9_+-]{2,30}){1,2}"
    rf"|[+-]\s?\d{{1,2}}(?::?\d{{2}})?|\(?[^\W\d_]{{1,5}}(?:\s?{_OFFSET})?\)?)"
    # What stands behind a zone explains it.
    r"(?:\s*[(\[][^()\[\]]*[)\]]|(?<=\d)\s(?P<behind>[a-z]{3,5}))?)?"
)
# Between a date and its time: "T", "at", "um", a weekday, a half of the day; a zone is not read.
_BETWEEN = r"(?P<between>t|[^\d+]{0,30}?(?:[^\w+]|[전후午])|)"
_TIME = rf"(?:{_BETWEEN}{_CLOCK}{_ZONE}(?:\s*[|·•].*)?|(?:[^\w+-][^\d+|]*(?:[|·•].*)?)?)"
_BEFORE = r"(?:[^\d]{0,40}?[^\w+-])??"
_NAME = r"(?P<name>[^\W\d_][^\d,]{0,40}?)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.DOTALL)
    for form in (
        # 12 Jun 2023 10:00, with whatever weekday
        rf"{_BEFORE}{_DAY}[\s/-]*{_NAME}[.,]?[\s/-]+(?P<year>\d{{4}}|\d{{2}})\.?{_TIME}",
        # 2023-06-12T10:00, 2023年6月12日
        (
            r"(?:[^\W\d]{1,20}\.?,?\s+)?(?P<year>\d{4})(?:[./-]|\s?[年년]\s?)0?(?P<month>\d{1,2})"
            rf"(?:[./-]|\s?[月월]\s?)(?P<day>\d{{1,2}})\s?[日일]?{_TIME}"
        ),
        # June 12, 2023
        rf"{_BEFORE}{_NAME}\.?\s+{_DAY},?\s+(?P<year>\d{{4}}){_TIME}",
        # Mon Jun 12 10:00:00 IRST 2023
        rf"{_BEFORE}{_NAME}\.?\s+{_DAY},?\s+{_CLOCK}{_ZONE}\s+(?P<year>\d{{4}})",
        # 20230612T100000Z
        (
            r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"
            rf"(?:[t\s]?(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}})?{_ZONE})?"
        ),
        # 12.6.2023
        (
            rf"{_BEFORE}(?P<first>\d{{1,2}})(?P<mark>[./-])(?P<other>\d{{1,2}})(?P=mark)"
            rf"(?P<year>\d{{4}}){_TIME}"
        ),
        # 2023-június-12
        rf"(?P<year>\d{{4}})[.\s/-]+{_NAME}[\s/-]+(?P<day>\d{{1,2}})\.?{_TIME}",
        rf"(?P<year>\d{{4}})-?w(?P<week>\d{{2}})-?(?P<weekday>[1-7]){_TIME}",
        rf"(?P<year>\d{{4}})-(?P<ordinal>\d{{3}}){_TIME}",
    )
)
# As nearly all is written, also by a parser that has read the date already.
_WRITTEN_AGAIN = re.compile(
    r"(?:19|20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-](?:0\d|1[0-4]):\d\d)", re.ASCII
)
_HANGUL = re.compile("[가-힣]")
_EPOCH = re.compile(r"(1\d{9})(?:\.\d+|\d{3})?", re.ASCII)
_CAPITALS = re.compile(r"[A-Z]{3,}")
_LONGEST = 80
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(hours=1)
# Where only one country writes so, its time is meant.
_TEHRAN = "Asia/Tehran"
_SEOUL = "Asia/Seoul"


def read_date(text: str) -> datetime | None:
    """The moment that a text denotes, in UTC; None where it is not understood."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    if _WRITTEN_AGAIN.fullmatch(text):
        with suppress(ValueError, OverflowError):
            return datetime.fromisoformat(text).astimezone(UTC)
    if seconds := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(seconds[1]), UTC)
    place = _SEOUL if _HANGUL.search(text) else ""
    text = shaped(text)
    for form in _FORMS:
        if found := form.fullmatch(text):
            parts = found.groupdict("")
            if day := _day(parts):
                return _moment(day, parts, place)
    return None


def plausible(moment: datetime | None, now: datetime) -> bool:
    """Whether a date is plausible for news: not in the future, not before feeds existed."""
    return moment is not None and _EARLIEST <= moment <= now + _AHEAD


def _day(parts: dict[str, str]) -> date | None:
    year = _year(parts["year"])
    if "name" in parts:
        return named_day(year, parts["name"].casefold(), int(parts["day"]))
    if "first" in parts:
        return _day_first(year, int(parts["first"]), int(parts["other"]), parts["mark"])
    if "month" in parts:
        return numbered_day(year, int(parts["month"]), int(parts["day"]))
    try:
        if "week" in parts:
            return date.fromisocalendar(year, int(parts["week"]), int(parts["weekday"]))
        first = date(year, 1, 1)
        found = first + timedelta(days=int(parts["ordinal"]) - 1)
    except (ValueError, OverflowError):
        return None
    return found if found.year == year else None


def _day_first(year: int, first: int, other: int, mark: str) -> date | None:
    if other > 12:
        return numbered_day(year, first, other)
    # Nobody can tell 5/6 from 6/5; with dots the day is first everywhere.
    if first <= 12 and first != other and mark != ".":
        return None
    return numbered_day(year, other, first)


def _moment(day: date, parts: dict[str, str], place: str) -> datetime | None:
    if any(map(is_abbreviation, _CAPITALS.findall(parts.get("between", "")))):
        return None
    zone = zone_of(parts.get("zone", ""), parts.get("behind", ""))
    after = _after_midnight(parts)
    if zone is None or after is None:
        return None
    if parts.get("hour") and not parts.get("zone"):
        zone = _own_zone(parts, place) or zone
    try:
        # 24:00, and seconds that leap, are written: they roll over.
        local = datetime(day.year, day.month, day.day, tzinfo=zone) + after
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _own_zone(parts: dict[str, str], place: str) -> tzinfo | None:
    return zone_of(_TEHRAN if is_solar(int(parts["year"])) else place) if parts["year"] else None


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < 70 else 1900)


def _after_midnight(parts: dict[str, str]) -> timedelta | None:
    hour, minute, second = (int(parts.get(key) or 0) for key in ("hour", "minute", "second"))
    later = _half(parts)
    if later is not None:
        if hour <= 12:
            hour = hour % 12 + later
        elif not later:
            return None
    after = timedelta(hours=hour, minutes=minute, seconds=second)
    fits = minute <= 59 and second <= 60 and (hour <= 23 or after == timedelta(days=1))
    return after if fits else None


def _half(parts: dict[str, str]) -> int | None:
    for said in (parts.get("half", ""), *parts.get("between", "").split()):
        half = said.casefold().replace(".", "").replace(" ", "").strip(",")
        if half in _HALVES:
            return _HALVES[half]
    return None
