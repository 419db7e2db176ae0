"""A self-test of the token and the channels: send a test message and delete it."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from telegram import (
    Bot,
    ChatFullInfo,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberOwner,
    ChatMemberRestricted,
    User,
)
from telegram.constants import ChatType
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot.configuration.channels import Channel
from bot.delivery.destination import AmbiguousError, DeliveryError
from bot.delivery.telegram.destination import TelegramDestination
from bot.delivery.telegram.errors import meaning_of
from bot.errors import TelegramUnreachableError, TokenRefusedError, WebhookSetError

TIMEOUT = 20.0
TEXT = "This is a test of Backchannel. It is taken away again."


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding about a channel or the bot; the text says what to do where it is not well."""

    about: str
    text: str
    well: bool


@asynccontextmanager
async def open_bot(token: str, api_url: str) -> AsyncIterator[Bot]:
    """A bot whose token Telegram accepts.

    Raises:
        TokenRefusedError: it does not.
        TelegramUnreachableError: it cannot be asked.
    """
    request = HTTPXRequest(
        read_timeout=TIMEOUT, write_timeout=TIMEOUT, connect_timeout=TIMEOUT, pool_timeout=TIMEOUT
    )
    base = f"{api_url.rstrip('/') or 'https://api.telegram.org'}/bot"
    try:
        bot = Bot(token, base_url=base, request=request, get_updates_request=request)
        await bot.initialize()
    except InvalidToken as error:
        await request.shutdown()
        # Its own text holds the token.
        raise TokenRefusedError from error.__cause__
    except TelegramError as error:
        await request.shutdown()
        raise TelegramUnreachableError(type(error).__name__) from error
    try:
        yield bot
    finally:
        await request.shutdown()


async def findings(bot: Bot, channels: Iterable[Channel]) -> AsyncIterator[Finding]:
    """Test each channel: rights first, then a test message."""
    if webhook := await _webhook(bot):
        yield webhook
    destination = TelegramDestination(bot)
    for channel in channels:
        try:
            missing = await _missing(bot, channel)
        except TelegramError:
            # What it means is said by the attempt to send.
            missing = None
        yield missing or await _tried(bot, destination, channel)


async def rights(bot: Bot, channels: Iterable[Channel]) -> AsyncIterator[Finding]:
    """Look at each channel without sending anything: it is there, and the bot may post."""
    if webhook := await _webhook(bot):
        yield webhook
    for channel in channels:
        try:
            missing = await _missing(bot, channel)
        except TelegramError as error:
            yield Finding(channel.name, str(meaning_of(error, channel)), well=False)
        else:
            yield missing or Finding(channel.name, f"the bot may post in {channel.chat}", well=True)


async def _webhook(bot: Bot) -> Finding | None:
    try:
        info = await bot.get_webhook_info()
    except TelegramError:
        return None
    if not info.url:
        return None
    error = WebhookSetError.of(info.url, bot.base_url)
    return Finding("commands", str(error), well=False)


async def _missing(bot: Bot, channel: Channel) -> Finding | None:
    """What is wrong with a channel, as far as it can be told without sending."""
    if not channel.chat:
        text = 'it has no chat: write chat = "@your_channel" (docs/telegram.md)'
        return Finding(channel.name, text, well=False)
    chat = await bot.get_chat(channel.chat)
    member = await _membership(bot, chat)
    text = _lacking(chat, member, bot.bot, channel)
    return Finding(channel.name, text, well=False) if text else None


async def _membership(bot: Bot, chat: ChatFullInfo) -> ChatMember | None:
    return None if chat.type == ChatType.PRIVATE else await bot.get_chat_member(chat.id, bot.id)


def _lacking(chat: ChatFullInfo, member: ChatMember | None, me: User, channel: Channel) -> str:
    called = chat.title or channel.chat
    if channel.topic and not chat.is_forum:
        return f"{called} has no topics, and topic = {channel.topic} is set: remove it"
    if member is None or isinstance(member, ChatMemberOwner):
        return ""
    if member.status in {ChatMember.LEFT, ChatMember.BANNED}:
        return f"@{me.username} is not in {called}: {_add(chat, me)}"
    if chat.type == ChatType.CHANNEL:
        posts = isinstance(member, ChatMemberAdministrator) and member.can_post_messages
        wrong = f"@{me.username} may not post messages in {called}: {_add(chat, me)}"
        return "" if posts else wrong
    if isinstance(member, ChatMemberRestricted) and not member.can_send_messages:
        return f"@{me.username} may not send messages in {called}: give it that right"
    return ""


def _add(chat: ChatFullInfo, me: User) -> str:
    if chat.type == ChatType.CHANNEL:
        return f"add @{me.username} to its administrators, with the right to post messages"
    return f"add @{me.username} to its members"


async def _tried(bot: Bot, destination: TelegramDestination, channel: Channel) -> Finding:
    try:
        message = await destination.send(channel, TEXT)
    except AmbiguousError as error:
        text = f"{error}: whether the test message arrived is not known; look, and try again"
        return Finding(channel.name, text, well=False)
    except DeliveryError as error:
        return Finding(channel.name, str(error), well=False)
    try:
        await bot.delete_message(channel.chat, message)
    except TelegramError as error:
        text = f"a test message arrived, and is still there: {error.message}"
        return Finding(channel.name, text, well=True)
    return Finding(channel.name, "a test message arrived, and was taken away again", well=True)
