"""The courier to Telegram, and what its errors mean for a message on its way."""

import asyncio
import html
import logging
import os
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, closing
from functools import partial
from typing import Any, TypeVar

import httpx
import structlog
from telegram import (
    Bot,
    ChatMemberAdministrator,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
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
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.clock import Clock
from bot.configuration.channels import Channel, Preview
from bot.delivery.destination import (
    AmbiguousError,
    DeliveryError,
    DoubtfulError,
    Edited,
    NotSentError,
    RefusedError,
    Seen,
    UnreadableError,
    WaitError,
)
from bot.delivery.reconciliation import same
from bot.delivery.telegram.rate_limit import Pacing
from bot.errors import TokenRefusedError
from bot.messages.labels import LABELS

TIMEOUT = 20.0
# A wrong token is said before anything else starts, if Telegram answers so soon.
FIRST_ANSWER = 1.5
# Stands in a channel for a moment to learn its newest id.
PLACEHOLDER = "⏳…"
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
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# A story's message begins with its headline; one that tells several has no one article.
_HEADLINE_LINK = re.compile(r'<b><a href="([^"]*)">')
# Its own ids begin there; those of private chats and small groups are shared by all of them.
_FIRST_SUPERGROUP = -1_000_000_000_000
T = TypeVar("T")

log = structlog.get_logger()
# The library warns at every 429 unless one opts in.
os.environ.setdefault("PTB_TIMEDELTA", "true")
# It writes a traceback for every 429 and 5xx, which the sender obeys and tells.
logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)


class TelegramDestination:
    """Carries texts to Telegram chats through the Bot API.

    `checked` ends when Telegram has accepted the token; nothing is sent before. `lookup_chat` is
    where messages are forwarded to be looked at: the channel's own chat by default.
    """

    def __init__(
        self,
        bot: Bot,
        checked: asyncio.Future[None] | None = None,
        lookup_chat: Channel | None = None,
    ) -> None:
        self._bot = bot
        self._checked = checked
        self._lookup_chat = lookup_chat
        self._moved: dict[str, str] = {}
        self._channels: dict[str, set[str]] = defaultdict(set)
        self._litter: list[tuple[str, int]] = []

    def address(self, channel: Channel) -> str:
        """The chat and topic."""
        chat = self._chat(channel)
        self._channels[chat].add(channel.name)
        return f"telegram:{chat}" + (f"/{channel.topic}" if channel.topic else "")

    async def send(
        self,
        channel: Channel,
        text: str,
        *,
        reply_to: int | None = None,
        silent: bool = False,
        why: str = "",
        picture: bytes | None = None,
    ) -> int:
        """Send a message; see `Destination.send`."""
        await self._tidy()
        return await self._send(
            channel,
            text,
            silent=silent or channel.silent,
            reply_to=reply_to,
            why=why,
            picture=picture,
        )

    async def edit(
        self,
        channel: Channel,
        message_id: int,
        text: str,
        *,
        why: str = "",
        has_picture: bool = False,
    ) -> Edited:
        """Edit a message; see `Destination.edit`."""
        edit = self._edit_caption if has_picture else self._edit_text
        try:
            await self._delivered(edit(channel, message_id, text, _button(channel, why)), channel)
        except _NotEditedError as error:
            return error.edited
        return Edited.CHANGED

    def counts_alone(self, channel: Channel) -> bool:
        """Channels and supergroups do; see `MessageSearch.counts_alone`."""
        chat = self._chat(channel)
        return chat.startswith("@") or int(chat) < _FIRST_SUPERGROUP

    async def edits_only_its_own(self, channel: Channel) -> bool:
        """In a real channel, without the right to edit others' posts, and no other of ours there.

        In groups and private chats there are answers to commands, which nobody wrote down.
        """
        chat = self._chat(channel)
        if channel.topic or len(self._channels[chat]) > 1:
            return False
        member = await self._delivered(self._bot.get_chat_member(chat, _own_id(self._bot)), channel)
        # Telegram says of channels alone whether it may.
        return isinstance(member, ChatMemberAdministrator) and member.can_edit_messages is False

    async def look(self, channel: Channel, message_id: int, text: str) -> Seen:
        """Forward what stands at an id, compare it, and take the copy away."""
        try:
            shown = await self._shown(channel, message_id, self._lookup_chat or channel)
        except _NotEditedError as error:
            return Seen.NOTHING if error.edited is Edited.NOT_FOUND else Seen.OTHER
        except (RefusedError, UnreadableError):
            if self._lookup_chat is None:
                raise
            self._lookup_chat = None
            return await self.look(channel, message_id, text)
        if same(shown, PLACEHOLDER):
            # Its answer was lost, so nobody took it away.
            await self._take_away(channel, message_id)
            return Seen.NOTHING
        return Seen.THIS if same(shown, text) else Seen.OTHER

    async def newest(self, channel: Channel) -> int:
        """The id of a message that is taken away again."""
        message = await self._send(channel, PLACEHOLDER, silent=True)
        await self._take_away(channel, message)
        return message

    def _chat(self, channel: Channel) -> str:
        return self._moved.get(channel.chat, channel.chat)

    async def _send(
        self,
        channel: Channel,
        text: str,
        *,
        silent: bool,
        reply_to: int | None = None,
        why: str = "",
        picture: bytes | None = None,
    ) -> int:
        post: Callable[..., Coroutine[Any, Any, Message]]
        if picture is None:
            preview = _preview(text, channel.preview)
            post = partial(self._bot.send_message, text=text, link_preview_options=preview)
        else:
            post = partial(self._bot.send_photo, photo=picture, caption=text)
        # A message whose own was deleted meanwhile is sent all the same.
        above = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
        message = await self._delivered(
            post(
                self._chat(channel),
                parse_mode=ParseMode.HTML,
                message_thread_id=channel.topic,
                disable_notification=silent,
                reply_parameters=above,
                reply_markup=_button(channel, why),
            ),
            channel,
        )
        return message.message_id

    def _edit_text(
        self, channel: Channel, message_id: int, text: str, button: InlineKeyboardMarkup | None
    ) -> Coroutine[Any, Any, object]:
        return self._bot.edit_message_text(
            text,
            self._chat(channel),
            message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=_preview(text, channel.preview),
            reply_markup=button,
        )

    def _edit_caption(
        self, channel: Channel, message_id: int, text: str, button: InlineKeyboardMarkup | None
    ) -> Coroutine[Any, Any, object]:
        return self._bot.edit_message_caption(
            self._chat(channel),
            message_id,
            caption=text,
            parse_mode=ParseMode.HTML,
            reply_markup=button,
        )

    async def _shown(self, channel: Channel, message_id: int, place: Channel) -> str:
        copy: Message = await self._delivered(
            self._bot.forward_message(
                self._chat(place),
                self._chat(channel),
                message_id,
                message_thread_id=place.topic,
                disable_notification=True,
            ),
            place,
        )
        await self._take_away(place, copy.message_id)
        return copy.text or copy.caption or ""

    async def _take_away(self, channel: Channel, message_id: int) -> None:
        self._litter.append((self._chat(channel), message_id))
        await self._tidy()

    async def _tidy(self) -> None:
        litter, self._litter = self._litter, []
        for chat, message_id in litter:
            try:
                await self._bot.delete_message(chat, message_id)
            except (BadRequest, Forbidden):
                continue
            except TelegramError:
                self._litter.append((chat, message_id))

    async def _delivered(self, call: Coroutine[Any, Any, T], channel: Channel) -> T:
        with closing(call):
            if self._checked is not None:
                await asyncio.shield(self._checked)
            return await self._told(call, channel)

    async def _told(self, call: Awaitable[T], channel: Channel) -> T:
        try:
            return await call
        except ChatMigrated as error:
            raise self._followed(error, channel) from error
        except TelegramError as error:
            raise _meaning(error, channel) from error

    def _followed(self, error: ChatMigrated, channel: Channel) -> DeliveryError:
        self._moved[channel.chat] = str(error.new_chat_id)
        return NotSentError(
            f"the group {channel.chat} became a supergroup, and is followed there: set "
            f"chat = {error.new_chat_id} for the channel {channel.name} in the configuration"
        )


def _preview(text: str, preview: Preview) -> LinkPreviewOptions:
    """What is shown of the article that a story's headline leads to."""
    found = _HEADLINE_LINK.match(text)
    if found is None or preview is Preview.NONE:
        return _NO_PREVIEW
    url = html.unescape(found[1])
    if preview is Preview.LINK:
        return LinkPreviewOptions(url=url)
    return LinkPreviewOptions(url=url, prefer_large_media=True, show_above_text=True)


def _button(channel: Channel, why: str) -> InlineKeyboardMarkup | None:
    if not why:
        return None
    label = LABELS[channel.language].why_button
    return InlineKeyboardMarkup.from_button(InlineKeyboardButton(label, callback_data=why))


@asynccontextmanager
async def open_telegram(
    token: str,
    api_url: str = "",
    *,
    lookup_chat: Channel | None = None,
    patience: float = TIMEOUT,
    limited: bool = True,
    clock: Clock | None = None,
) -> AsyncIterator[TelegramDestination]:
    """A courier to the Bot API at `api_url`, Telegram's own by default.

    Telegram need not be reachable yet. `patience` is how many seconds an answer may take; with
    `limited` the limits that Telegram publishes are kept to.

    Raises:
        TokenRefusedError: Telegram does not know the token. Where Telegram says so late, it is
            raised by what is sent first.
    """
    if not re.fullmatch(r"\d+:[\w-]+", token, re.ASCII):
        raise TokenRefusedError
    request = HTTPXRequest(
        connection_pool_size=8,
        read_timeout=patience,
        write_timeout=patience,
        connect_timeout=patience,
    )
    bot = ExtBot(
        token,
        base_url=f"{api_url.rstrip('/') or 'https://api.telegram.org'}/bot",
        request=request,
        get_updates_request=request,
        rate_limiter=Pacing() if limited else None,
    )
    checked = asyncio.ensure_future(_token_accepted(bot, clock or Clock()))
    try:
        await asyncio.wait({checked}, timeout=FIRST_ANSWER)
        if checked.done():
            checked.result()
        yield TelegramDestination(bot, checked, lookup_chat)
    finally:
        checked.cancel()
        await asyncio.gather(checked, return_exceptions=True)
        await bot.shutdown()


async def _token_accepted(bot: Bot, clock: Clock) -> None:
    pause = 1.0
    while True:
        try:
            await bot.initialize()
        except InvalidToken as error:
            # Its own text holds the token.
            raise TokenRefusedError from error.__cause__
        except RetryAfter as error:
            await clock.sleep(_seconds(error))
        except TelegramError as error:
            if pause == 1.0:
                log.warning("Telegram cannot be reached; trying again", reason=type(error).__name__)
            await clock.sleep(pause)
            pause = min(pause * 2, 60)
        else:
            return


def _own_id(bot: Bot) -> int:
    return int(bot.token.partition(":")[0])


def _meaning(error: TelegramError, channel: Channel) -> DeliveryError:
    match error:
        case RetryAfter():
            return WaitError(_seconds(error))
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
        return _NotEditedError(Edited.NOT_MODIFIED)
    if any(text in message for text in _NOT_FOUND):
        return _NotEditedError(Edited.NOT_FOUND)
    if any(text in message for text in _NOT_OURS):
        return _NotEditedError(Edited.NOT_OURS)
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


class _NotEditedError(DeliveryError):
    def __init__(self, edited: Edited) -> None:
        self.edited = edited
        super().__init__(edited.name)


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return float(after) if isinstance(after, (int, float)) else after.total_seconds()
