"""The words of eight languages that deny, confirm, or only look as if they did."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from stories.positions.wording.arabic import arabic
from stories.positions.wording.english import english
from stories.positions.wording.form import Order, Wording
from stories.positions.wording.french import french
from stories.positions.wording.german import german
from stories.positions.wording.hebrew import hebrew
from stories.positions.wording.persian import persian
from stories.positions.wording.russian import russian
from stories.positions.wording.turkish import turkish

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
