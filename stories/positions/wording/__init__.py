"""Patterns of denying and confirming in eight languages."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from stories.positions.wording.arabic import ARABIC
from stories.positions.wording.english import ENGLISH
from stories.positions.wording.form import Order, Wording
from stories.positions.wording.french import FRENCH
from stories.positions.wording.german import GERMAN
from stories.positions.wording.hebrew import HEBREW
from stories.positions.wording.persian import PERSIAN
from stories.positions.wording.russian import RUSSIAN
from stories.positions.wording.turkish import TURKISH

__all__ = ["WORDINGS", "Order", "Wording"]

WORDINGS: Final[Mapping[str, Wording]] = MappingProxyType(
    {
        "en": ENGLISH,
        "ar": ARABIC,
        "fa": PERSIAN,
        "he": HEBREW,
        "fr": FRENCH,
        "ru": RUSSIAN,
        "tr": TURKISH,
        "de": GERMAN,
    }
)
