"""Channels as they are configured: where stories are sent, and how they are shown there."""

from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import StrEnum

from bot.configuration.digest_schedule import DigestTime
from bot.configuration.quiet_hours import QuietHours

ADMINISTRATORS = "administrators"
"""The reserved name of the channel for notices to administrators."""


class Language(StrEnum):
    """A language that a channel's labels can be in."""

    ENGLISH = "en"
    ARABIC = "ar"
    PERSIAN = "fa"
    RUSSIAN = "ru"
    FRENCH = "fr"


class Theme(StrEnum):
    """The colours of a picture."""

    LIGHT = "light"
    DARK = "dark"


class Preview(StrEnum):
    """The link preview under a message."""

    NONE = "none"
    LINK = "link"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Channel:
    """A configured channel: a Telegram chat, or the terminal where `chat` is empty."""

    name: str
    chat: str = ""
    topic: int | None = None
    language: Language = Language.ENGLISH
    timezone: tzinfo = UTC
    silent: bool = False
    quiet_hours: QuietHours | None = None
    silent_in_quiet_hours: bool = False
    messages_an_hour: int | None = None
    digest: DigestTime | None = None
    digest_theme: Theme = Theme.LIGHT
    preview: Preview = Preview.NONE
    abstract: bool = False
    tell_sources: bool = False
