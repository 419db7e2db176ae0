"""The words of eight languages that deny, confirm, or only look as if they did."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from stories.wording.arabic import arabic
from stories.wording.english import english
from stories.wording.form import Order, Wording
from stories.wording.french import french
from stories.wording.german import german
from stories.wording.hebrew import hebrew
from stories.wording.persian import persian
from stories.wording.russian import russian
from stories.wording.turkish import turkish

__all__ = ["WORDINGS", "Order", "Wording"]

WORDINGS: Final[Mapping[str, Wording]] = MappingProxyType(
    {
        "en": english(),
        "ar": arabic(),
        "fa": persian(),
        "he": hebrew(),
        "fr": french(),
        "ru": russian(),
        "tr": turkish(),
        "de": german(),
    }
)
