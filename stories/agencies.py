"""Attribution to news agencies: which agencies a report is taken from.

A credit stands where the text begins ("MUSCAT (Reuters) - "), where it ends ("(AFP)"), or in the
author's place. An agency that somebody only spoke to, or that is quoted, is credited with nothing.
"""

import re
from collections.abc import Mapping
from typing import Final

from stories.records import Report

_SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "afp": ("AFP", "Agence France-Presse", "أ ف ب", "أ.ف.ب", "ا ف ب", "فرانس برس", "АФП"),
    "anadolu": ("AA", "Anadolu", "Anadolu Agency", "Anadolu Ajansı", "الأناضول", "آناتولی"),
    "ansa": ("ANSA",),
    "ap": (
        "AP",
        "AP News",
        "Associated Press",
        "The Associated Press",
        "أسوشيتد برس",
        "أسوشييتد برس",
        "آسوشیتدپرس",
    ),
    "apa": ("APA",),
    "app": ("APP", "Associated Press of Pakistan"),
    "dpa": ("dpa", "DPA", "د ب أ"),
    "efe": ("EFE",),
    "fars": ("Fars News", "خبرگزاری فارس"),
    "interfax": ("Interfax", "Интерфакс"),
    "irna": ("IRNA", "ایرنا", "إرنا", "ارنا"),
    "isna": ("ISNA", "ایسنا", "إسنا"),
    "kuna": ("KUNA", "كونا"),
    "mehr": ("Mehr News", "Mehr Media Group", "خبرگزاری مهر"),
    "ona": ("ONA", "العمانية", "وكالة الأنباء العمانية"),
    "qna": ("QNA", "قنا"),
    "reuters": ("Reuters", "REUTERS", "رويترز", "رویترز", "Рейтер", "רויטרס"),
    "ria": ("RIA", "RIA Novosti", "РИА", "РИА Новости"),
    "spa": ("SPA", "واس"),
    "tasnim": ("Tasnim", "Tasnim News", "تسنیم", "تسنيم"),
    "tass": ("TASS", "ITAR-TASS", "ТАСС", "ИТАР-ТАСС", "تاس"),
    "upi": ("UPI",),
    "wam": ("WAM", "وام"),
    "xinhua": ("Xinhua", "XINHUA", "شينخوا"),
}
_AGENCIES: Final = {name: agency for agency, names in _SPELLINGS.items() for name in names}
_NAME: Final = "|".join(map(re.escape, sorted(_AGENCIES, key=len, reverse=True)))
_NAMED: Final = re.compile(rf"(?<!\w)(?:{_NAME})(?!\w)")
_AND: Final = r"(?: ?[/,;&+–-] ?| (?:and|with|und|et|avec|и|و) ?)"
_LIST: Final = rf"(?:(?:with|avec|mit) )?(?:{_NAME})(?:{_AND}(?:{_NAME}))*"
_DASH: Final = "[-–—―:]"
_EDGE: Final = 120
_AUTHOR: Final = re.compile(rf"(?:By )?{_LIST}(?: (?:Staff|staff|News Agency))?")
_FIRST: Final = (
    # MUSCAT (Reuters) -, دبي (رويترز) -
    re.compile(rf"[^()\n]{{0,60}}\({_LIST}\) ?(?:{_DASH}|\n)"),
    re.compile(rf"\({_LIST}\)"),
    # MOSCOW, June 12. /TASS/.
    re.compile(rf"[^/\n]{{0,60}}/{_LIST}/"),
    re.compile(rf"{_LIST} ?{_DASH} "),
    # What Persian outlets begin with where they took it from an agency, themselves included.
    re.compile(rf"به گزارش (?:خبرگزاری )?(?:{_NAME})(?![\w\u200c])"),
)
_LAST: Final = (
    re.compile(rf"[.!?؟…”\"»\n] ?[(\[]{_LIST}[)\]]\W{{0,3}}$"),
    re.compile(rf"[.!?؟…”\"»\n] ?(?:{_DASH}|/) ?{_LIST}\W{{0,3}}$"),
)


def credited(report: Report) -> frozenset[str]:
    """The agencies that a report credits."""
    document = report.document
    text = document.text.strip()
    found = [_AUTHOR.fullmatch(document.author[:_EDGE])]
    found += [credit.match(text[:_EDGE]) for credit in _FIRST]
    found += [credit.search(text[-_EDGE:]) for credit in _LAST]
    given = [credit[0] for credit in found if credit]
    return frozenset(_AGENCIES[name] for credit in given for name in _NAMED.findall(credit))


def owner_of(report: Report) -> str:
    """The owner of a report's outlet; agencies by one name each."""
    owner = report.owner or report.outlet
    return _AGENCIES.get(owner, owner)
