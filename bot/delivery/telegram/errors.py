"""Errors of the Bot API, and what each means for a message that is being delivered."""

import os

import httpx
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.configuration.channels import Channel
from bot.delivery.destination import (
    AmbiguousError,
    DeliveryError,
    DoubtfulError,
    Edited,
    NotSentError,
    RefusedError,
    UnreadableError,
    WaitError,
)
from bot.errors import TokenRefusedError

_NEVER_CONNECTED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_UNREADABLE = (
    "can't parse entities",
    "message is too long",
    "message_too_long",
    "text is empty",
    "text must be non-empty",
    "must be encoded in utf-8",
    "caption is too long",
    # A picture that a chat does not take is left out; its texts are taken all the same.
    "send photos",
    "photo_invalid",
    "image_process_failed",
    "file is too big",
)
_NOT_OURS = (
    "message can't be edited",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
    "message can't be forwarded",
    "chat_forwards_restricted",
)
_NOT_FOUND = ("message to edit not found", "message to forward not found", "message_id_invalid")
_NO_RIGHTS = ("rights", "chat_write_forbidden", "chat_admin_required", "chat_restricted")
_NO_TOPIC = ("thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")

# The library warns at every 429 unless one opts in.
os.environ.setdefault("PTB_TIMEDELTA", "true")


def meaning_of(error: TelegramError, channel: Channel) -> DeliveryError:
    """What an error of the Bot API means for a message to a channel."""
    match error:
        case RetryAfter():
            return WaitError(seconds_of(error))
        case Forbidden():
            return RefusedError(
                f"{error.message}: add the bot to {channel.chat} as an administrator "
                "who may post messages"
            )
        case InvalidToken():
            return RefusedError(str(TokenRefusedError()))
        case BadRequest():
            return _bad_request(error, channel)
        case NetworkError() if isinstance(error.__cause__, _NEVER_CONNECTED):
            return NotSentError("no connection to Telegram")
        case NetworkError() if isinstance(error.__cause__, UnicodeError):
            return UnreadableError("it has characters that cannot be sent")
        case _:
            return AmbiguousError("no answer from Telegram")


def _bad_request(error: BadRequest, channel: Channel) -> DeliveryError:
    message = error.message.casefold()
    if "message is not modified" in message:
        return NotEditedError(Edited.NOT_MODIFIED)
    if any(text in message for text in _NOT_FOUND):
        return NotEditedError(Edited.NOT_FOUND)
    if any(text in message for text in _NOT_OURS):
        return NotEditedError(Edited.NOT_OURS)
    if any(text in message for text in _UNREADABLE):
        return UnreadableError(error.message)
    return _refusal(message, error.message, channel)


def _refusal(message: str, shown: str, channel: Channel) -> RefusedError:
    if "chat not found" in message:
        return RefusedError(
            f"there is no chat {channel.chat}, or the bot is not in it: check chat of the channel "
            f"{channel.name} in the configuration, and add the bot to it as an administrator"
        )
    if any(text in message for text in _NO_RIGHTS):
        return RefusedError(
            f"{shown}: give the bot the right to post messages in {channel.chat}, among its "
            "administrators"
        )
    if any(text in message for text in _NO_TOPIC):
        return RefusedError(
            f"the topic {channel.topic} of {channel.chat} is closed or gone ({shown}): open it, or "
            f"change topic of the channel {channel.name} in the configuration"
        )
    return DoubtfulError(f"Telegram refuses messages for {channel.chat}: {shown}")


class NotEditedError(DeliveryError):
    """An edit changed nothing; `edited` says why."""

    def __init__(self, edited: Edited) -> None:
        self.edited = edited
        super().__init__(edited.name)


def seconds_of(error: RetryAfter) -> float:
    """How many seconds Telegram asks to wait (HTTP 429)."""
    after = error.retry_after
    return float(after) if isinstance(after, (int, float)) else after.total_seconds()
