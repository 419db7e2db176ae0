"""Parsing of dates in the formats that feeds use."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_OFFSETS = {
    "": 0, "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0,
    "bst": 1, "west": 1, "cet": 1, "wat": 1, "cest": 2, "eet": 2, "sast": 2, "cat": 2,
    "eest": 3, "idt": 3, "msk": 3, "trt": 3, "ast": 3, "eat": 3,
    "irst": 3.5, "irdt": 4.5, "gst": 4, "azt": 4, "aft": 4.5, "pkt": 5, "uzt": 5,
    "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "adt": -3, "edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7,
    "pst": -8,
}  # fmt: skip

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv januar jän ocak oca января январь янв يناير ژانویه ינואר",
            (
                "february feb février févr fév februar şubat "
                "şub февраля февраль фев فبراير فوریه פברואר"
            ),
            "march mar mars märz mär mart марта март мар مارس מרץ",
            "april apr avril avr nisan nis апреля апрель апр أبريل ابريل آوریل אפריל",
            "may mai mayıs мая май مايو مه می מאי",
            "june jun juin juni haziran haz июня июнь июн يونيو ژوئن יוני",
            "july jul juillet juil juli temmuz tem июля июль июл يوليو ژوئیه جولای יולי",
            "august aug août aou ağustos ağu августа август авг أغسطس اغسطس اوت آگوست אוגוסט",
            "september sep sept septembre eylül eyl сентября сентябрь сен سبتمبر سپتامبر ספטמבר",
            (
                "october oct octobre oktober okt ekim eki "
                "октября октябрь окт أكتوبر اكتوبر اکتبر אוקטובר"
            ),
            "november nov novembre kasım kas ноября ноябрь ноя نوفمبر نوامبر נובמבר",
            (
                "december dec décembre déc dezember dez aralık "
                "ara декабря декабрь дек ديسمبر دسامبر דצמבר"
            ),
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip

_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,]\d+)?)?\s*(?P<half>[ap]m)?"
)
_ZONE = (
    r"\s*(?P<zone>[+-]\d{1,2}:?\d{2}|[+-]\d{1,2}|[a-z]{1,5}(?:\s*[+-](?:\d{1,2}:?\d{2}|\d{1,2}))?)?"
)
_ISO = re.compile(
    rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?:[t\s,]+{_CLOCK}{_ZONE})?",
    re.IGNORECASE,
)
_RFC822 = re.compile(
    rf"(?:[^\W\d]+\.?,?\s*)?(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-]+(?P<name>[^\W\d]+)\.?,?[\s-]+"
    rf"(?P<year>\d{{4}}|\d{{2}})(?:[,\s]+{_CLOCK}{_ZONE})?",
    re.IGNORECASE,
)
_AMERICAN = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?(?P<name>[^\W\d]+)\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+"
    rf"(?:(?P<year>\d{{4}})(?:[,\s]+(?:at\s+)?{_CLOCK}{_ZONE})?)",
    re.IGNORECASE,
)
_FORMS = (_RFC822, _ISO, _AMERICAN)
# As a parser that has read the date already writes it.
_WRITTEN_AGAIN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", re.ASCII)
_LONGEST = 80
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(hours=1)


def read_date(text: str) -> datetime | None:
    """The moment that a text denotes, in UTC; None where it is not understood."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    if _WRITTEN_AGAIN.fullmatch(text):
        with suppress(ValueError):
            return datetime.fromisoformat(text)
    for form in _FORMS:
        if found := form.match(text):
            return _moment(found.groupdict())
    return None


def plausible(moment: datetime | None, now: datetime) -> bool:
    """Whether a date is plausible for news: not in the future, not before feeds existed."""
    return moment is not None and _EARLIEST <= moment <= now + _AHEAD


def _moment(parts: dict[str, str | None]) -> datetime | None:
    name = parts.get("name")
    month = _MONTHS.get(name.lower().replace("i̇", "i")) if name else int(parts["month"] or 0)
    offset = _offset(parts.get("zone") or "")
    if not month or offset is None:
        return None
    try:
        day = datetime(_year(parts["year"] or ""), month, int(parts["day"] or 0), tzinfo=offset)
        # 24:00, and seconds that leap, are written: they roll over.
        moment = day + timedelta(
            hours=_hour(parts), minutes=int(parts["minute"] or 0), seconds=int(parts["second"] or 0)
        )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < 70 else 1900)


def _hour(parts: dict[str, str | None]) -> int:
    hour = int(parts["hour"] or 0)
    half = (parts["half"] or "").lower()
    if half and hour <= 12:
        return hour % 12 + (12 if half == "pm" else 0)
    return hour


@lru_cache(maxsize=100)
def _offset(zone: str) -> timezone | None:
    name = zone.rstrip("0123456789:+-").strip().lower()
    digits = zone[len(zone.rstrip("0123456789:+-")) :]
    if digits:
        sign = -1 if digits[0] == "-" else 1
        figures = digits[1:].replace(":", "")
        hours, minutes = (figures[:-2], figures[-2:]) if len(figures) > 2 else (figures, "0")
        ahead = sign * timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(ahead) if abs(ahead) < timedelta(hours=24) else None
    hours_ahead = _OFFSETS.get(name)
    # A name nobody knows is some zone of the world; UTC is the least wrong.
    return timezone(timedelta(hours=hours_ahead or 0))
