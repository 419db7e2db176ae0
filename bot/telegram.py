"""The courier to Telegram, and what its errors mean for a message on its way."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

import httpx
from telegram import Bot, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.channels import (
    AmbiguousError,
    Channel,
    CourierError,
    Edited,
    NotSentError,
    RefusedError,
    UnreadableError,
    WaitError,
)
from bot.errors import TokenRefusedError

TIMEOUT = 20.0
# The library's rate limiter gives up after so many retries of its own; ours is the outbox.
_NO_RETRIES = 0
_NEVER_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_UNREADABLE = (
    "can't parse entities",
    "message is too long",
    "text is empty",
    "text must be non-empty",
)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
T = TypeVar("T")


class TelegramCourier:
    """Carries texts to Telegram chats through the Bot API."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def address(self, channel: Channel) -> str:
        """The chat and topic."""
        return f"telegram:{channel.chat}" + (f"/{channel.topic}" if channel.topic else "")

    async def send(self, channel: Channel, text: str) -> int:
        """Send a message; see `Courier.send`."""
        message: Message = await _delivered(
            self._bot.send_message(
                channel.chat,
                text,
                parse_mode=ParseMode.HTML,
                message_thread_id=channel.topic,
                disable_notification=channel.silent,
                link_preview_options=_NO_PREVIEW,
            ),
            channel,
        )
        return message.message_id

    async def edit(self, channel: Channel, message_id: int, text: str) -> Edited:
        """Edit a message; see `Courier.edit`."""
        edit = self._bot.edit_message_text(
            text,
            channel.chat,
            message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=_NO_PREVIEW,
        )
        try:
            await _delivered(edit, channel)
        except _NotEditedError as error:
            return error.edited
        return Edited.CHANGED


@asynccontextmanager
async def open_telegram(token: str, api_url: str = "") -> AsyncIterator[TelegramCourier]:
    """A courier to the Bot API at `api_url`, Telegram's own by default.

    Raises:
        TokenRefusedError: Telegram does not know the token.
    """
    request = HTTPXRequest(
        connection_pool_size=8, read_timeout=TIMEOUT, write_timeout=TIMEOUT, connect_timeout=TIMEOUT
    )
    bot = ExtBot(
        token,
        base_url=f"{api_url}/bot" if api_url else "https://api.telegram.org/bot",
        request=request,
        rate_limiter=AIORateLimiter(max_retries=_NO_RETRIES),
    )
    try:
        await _initialized(bot)
        yield TelegramCourier(bot)
    finally:
        await bot.shutdown()


async def _initialized(bot: Bot) -> None:
    pause = 1.0
    while True:
        try:
            await bot.initialize()
        except InvalidToken as error:
            # Its own text holds the token.
            raise TokenRefusedError from error.__cause__
        except RetryAfter as error:
            await asyncio.sleep(_seconds(error))
        except NetworkError:
            await asyncio.sleep(pause)
            pause = min(pause * 2, 60)
        else:
            return


async def _delivered(call: Awaitable[T], channel: Channel) -> T:
    try:
        return await call
    except TelegramError as error:
        raise _meaning(error, channel) from error


def _meaning(error: TelegramError, channel: Channel) -> CourierError:
    match error:
        case RetryAfter():
            return WaitError(_seconds(error))
        case ChatMigrated():
            return RefusedError(
                f"the group {channel.chat} became a supergroup: set chat = {error.new_chat_id} "
                f"for the channel {channel.name} in the configuration"
            )
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
        case _:
            return AmbiguousError(f"no answer from Telegram ({type(error).__name__})")


def _bad_request(error: BadRequest, channel: Channel) -> CourierError:
    message = error.message.casefold()
    if "message is not modified" in message:
        return _NotEditedError(Edited.NOT_MODIFIED)
    if "message to edit not found" in message or "message_id_invalid" in message:
        return _NotEditedError(Edited.NOT_FOUND)
    if "message can't be edited" in message:
        return _NotEditedError(Edited.NOT_OURS)
    if any(text in message for text in _UNREADABLE):
        return UnreadableError(error.message)
    if "chat not found" in message:
        return RefusedError(
            f"there is no chat {channel.chat}, or the bot is not in it: check chat of the channel "
            f"{channel.name} in the configuration, and add the bot to it as an administrator"
        )
    return RefusedError(f"Telegram refuses messages for {channel.chat}: {error.message}")


class _NotEditedError(CourierError):
    def __init__(self, edited: Edited) -> None:
        self.edited = edited
        super().__init__(edited.name)


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return float(after) if isinstance(after, (int, float)) else after.total_seconds()
