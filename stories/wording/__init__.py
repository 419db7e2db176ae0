"""Patterns of denying and confirming in eight languages."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from stories.wording.arabic import ARABIC
from stories.wording.english import ENGLISH
from stories.wording.form import Order, Wording
from stories.wording.french import FRENCH
from stories.wording.german import GERMAN
from stories.wording.hebrew import HEBREW
from stories.wording.persian import PERSIAN
from stories.wording.russian import RUSSIAN
from stories.wording.turkish import TURKISH

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
