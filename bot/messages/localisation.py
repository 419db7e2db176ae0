"""Days, times and numbers as they are written in the languages of channels."""

from datetime import date, datetime, tzinfo
from typing import Final

from bot.configuration.channels import Language

RIGHT_TO_LEFT: Final = frozenset({Language.ARABIC, Language.PERSIAN})
_MONTHS: Final = {
    Language.ENGLISH: (
        "January February March April May June July August September October November December"
    ),
    Language.ARABIC: "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    Language.PERSIAN: "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    Language.RUSSIAN: (
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
    ),
    Language.FRENCH: (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
    ),
}
# The short names, where a language has them. They begin with Monday.
_WEEKDAYS: Final = {
    Language.ENGLISH: "Mon Tue Wed Thu Fri Sat Sun",
    Language.ARABIC: "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    Language.PERSIAN: "دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه",
    Language.RUSSIAN: "пн вт ср чт пт сб вс",
    Language.FRENCH: "lun mar mer jeu ven sam dim",
}
_BETWEEN_THOUSANDS: Final = {
    Language.ENGLISH: ",",
    Language.ARABIC: ",",
    Language.PERSIAN: "٬",
    Language.RUSSIAN: "\u00a0",
    Language.FRENCH: "\u00a0",
}
_PERSIAN_DIGITS: Final = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def digits(text: str, language: Language) -> str:
    """The text with its digits as the language writes them."""
    return text.translate(_PERSIAN_DIGITS) if language is Language.PERSIAN else text


def number(value: int, language: Language) -> str:
    """A number with its thousands apart."""
    return digits(f"{value:,}".replace(",", _BETWEEN_THOUSANDS[language]), language)


def weekday(day: date, language: Language) -> str:
    """The short name of a day's weekday."""
    return _WEEKDAYS[language].split(" ")[day.weekday()]


def span(begin: datetime, end: datetime, zone: tzinfo, language: Language) -> str:
    """From one moment to another: "5 June 08:00 – 12 June 08:00"."""
    return f"{_moment(begin, zone, language)} – {_moment(end, zone, language)}"


def _moment(moment: datetime, zone: tzinfo, language: Language) -> str:
    local = moment.astimezone(zone)
    month = _MONTHS[language].split(" ")[local.month - 1]
    return digits(f"{local.day} {month} {local:%H:%M}", language)
