"""The zone of a date: an offset, an abbreviation, a name of the IANA's, or these together."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Abbreviations that mean one offset, by far the most often.
_OFFSETS = {
    "": 0, "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0,
    "bst": 1, "west": 1, "cet": 1, "met": 1, "mez": 1, "wat": 1,
    "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "sast": 2, "cat": 2,
    "eest": 3, "idt": 3, "msk": 3, "мск": 3, "trt": 3, "tsi": 3, "ast": 3, "eat": 3,
    "irst": 3.5, "irdt": 4.5, "gst": 4, "azt": 4, "samt": 4, "msd": 4, "aft": 4.5,
    "pkt": 5, "uzt": 5, "tmt": 5, "tjt": 5, "yekt": 5, "npt": 5.75, "kgt": 6, "omst": 6, "mmt": 6.5,
    "wib": 7, "ict": 7, "krat": 7, "novt": 7, "wita": 8, "hkt": 8, "sgt": 8, "myt": 8, "pht": 8,
    "awst": 8, "irkt": 8, "wit": 9, "jst": 9, "kst": 9, "yakt": 9, "acst": 9.5, "aest": 10,
    "vlat": 10, "acdt": 10.5, "aedt": 11, "magt": 11, "pett": 12, "nzst": 12, "nzdt": 13,
    "brst": -2, "ndt": -2.5, "adt": -3, "brt": -3, "art": -3, "uyt": -3, "clst": -3, "nst": -3.5,
    "edt": -4, "clt": -4, "bot": -4, "vet": -4, "est": -5, "cdt": -5, "cot": -5, "pet": -5,
    "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8, "akdt": -8, "akst": -9, "hst": -10,
}  # fmt: skip
# What changes its offset with the season.
_PLACES = {
    "at": "America/Halifax", "et": "America/New_York", "ct": "America/Chicago",
    "mt": "America/Denver", "pt": "America/Los_Angeles",
}  # fmt: skip
# Of India, Israel or Ireland.
_AMBIGUOUS = frozenset({"ist"})
# What may stand after a time and says no zone.
_NO_ZONES = frozenset("uhr h hs hrs hours horas ч".split())
_FORM = re.compile(
    r"(?P<name>[^\W\d_]*)\s?(?:(?P<sign>[+-]?)\s?(?P<hours>\d{1,2}?):?(?P<minutes>\d{2})?)?"
)
_PLACE = re.compile(r"[A-Za-z_]{2,30}(?:/[A-Za-z0-9_+-]{2,30}){1,2}", re.ASCII)


def is_abbreviation(word: str) -> bool:
    """Whether a word is the abbreviation of a zone."""
    return word.casefold() in _OFFSETS


@lru_cache(maxsize=500)
def zone_of(text: str, behind: str = "") -> tzinfo | None:
    """The zone that is written after a time; UTC where nothing is, None where it is not known.

    `behind` is an abbreviation that names an offset once more.
    """
    if behind and not _explains(behind.casefold(), text):
        return None
    text = text.strip("() ")
    if _PLACE.fullmatch(text):
        return _place(text)
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    name = found["name"].casefold()
    if found["hours"] is None:
        if name in _PLACES:
            return _place(_PLACES[name])
        hours = 0 if name in _NO_ZONES else _OFFSETS.get(name)
        return None if hours is None else _fixed(timedelta(hours=hours))
    # Without a sign, digits after a name are an offset only where no other could be meant.
    if name not in _OFFSETS or not (found["sign"] or name in {"utc", "gmt"}):
        return None
    ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return _fixed(-ahead if found["sign"] == "-" else ahead)


def _explains(name: str, offset: str) -> bool:
    # "+0300 GMT" was meant as one of the two.
    if name in {"gmt", "utc"}:
        return not offset.strip("+-0: ")
    return name in _OFFSETS or name in _AMBIGUOUS


def _place(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _fixed(ahead: timedelta) -> tzinfo | None:
    if not ahead:
        return UTC
    # No place of the world is further ahead or behind.
    return timezone(ahead) if abs(ahead) <= timedelta(hours=14) else None
