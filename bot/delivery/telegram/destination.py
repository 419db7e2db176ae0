"""Telegram as a destination: messages sent, edited and looked for through the Bot API."""

import asyncio
import html
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import closing
from functools import partial
from typing import Any, TypeVar

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
    TelegramError,
)

from bot.configuration.channels import Channel, Preview
from bot.delivery.destination import (
    Capability,
    DeliveryError,
    Edited,
    NotSentError,
    RefusedError,
    Seen,
    UnreadableError,
)
from bot.delivery.reconciliation import same
from bot.delivery.telegram.errors import NotEditedError, meaning_of
from bot.messages.labels import LABELS

# Stands in a channel for a moment to learn its newest id.
PLACEHOLDER = "⏳…"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# A story's message begins with its headline; one that tells several has no one article.
_HEADLINE_LINK = re.compile(r'<b><a href="([^"]*)">')
# Its own ids begin there; those of private chats and small groups are shared by all of them.
_FIRST_SUPERGROUP = -1_000_000_000_000
_GENERAL = 1
T = TypeVar("T")


class TelegramDestination:
    """Sends to Telegram chats, and edits there, through the Bot API.

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

    @property
    def capabilities(self) -> frozenset[Capability]:
        """All of them."""
        return frozenset(Capability)

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
        except NotEditedError as error:
            return error.edited
        return Edited.CHANGED

    def counts_alone(self, channel: Channel) -> bool:
        """True for channels and supergroups; see `MessageSearch.counts_alone`."""
        chat = self._chat(channel)
        return chat.startswith("@") or int(chat) < _FIRST_SUPERGROUP

    async def edits_only_its_own(self, channel: Channel) -> bool:
        """True for a channel of one's own where others' posts may not be edited.

        In groups and private chats there are answers to commands, which nobody wrote down.
        """
        chat = self._chat(channel)
        if channel.topic or len(self._channels[chat]) > 1:
            return False
        member = await self._delivered(self._bot.get_chat_member(chat, _own_id(self._bot)), channel)
        # Telegram says of channels alone whether it may.
        return isinstance(member, ChatMemberAdministrator) and member.can_edit_messages is False

    async def look(self, channel: Channel, message_id: int, text: str) -> Seen:
        """Forward the message with an id, compare it, and delete the copy."""
        try:
            shown = await self._shown(channel, message_id, self._lookup_chat or channel)
        except NotEditedError as error:
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
        """The id of a placeholder that is sent and deleted."""
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
                message_thread_id=_thread(channel),
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
                message_thread_id=_thread(place),
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
            raise meaning_of(error, channel) from error

    def _followed(self, error: ChatMigrated, channel: Channel) -> DeliveryError:
        self._moved[channel.chat] = str(error.new_chat_id)
        return NotSentError(
            f"the group {channel.chat} became a supergroup, and is followed there: set "
            f"chat = {error.new_chat_id} for the channel {channel.name} in the configuration"
        )


def _thread(channel: Channel) -> int | None:
    # The links of the General topic have its number; sending it is "message thread not found".
    return None if channel.topic == _GENERAL else channel.topic


def _preview(text: str, preview: Preview) -> LinkPreviewOptions:
    """The link preview of the article that the headline links to."""
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


def _own_id(bot: Bot) -> int:
    return int(bot.token.partition(":")[0])
