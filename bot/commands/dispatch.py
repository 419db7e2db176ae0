"""Who may ask what, and where the answer goes."""

import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from telegram import (
    Bot,
    BotCommandScopeChat,
    CallbackQuery,
    LinkPreviewOptions,
    Message,
    MessageOriginChannel,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.commands import pages, questions
from bot.commands.handlers.why_button import WhyButton
from bot.commands.menu import COMMANDS
from bot.commands.questions import Questions
from bot.commands.records import Answer, Asked, Command, CommandContext, MessageLocation, SorryError
from bot.commands.story_lookup import stands_in
from bot.delivery.telegram.errors import seconds_of
from bot.messages import why_button
from bot.messages.rendering import escape

MAX_KEPT = 100
MAX_STRANGERS = 1_000
# An answer that Telegram wants to have later than this is not worth its wait.
LONGEST_WAIT = 30.0
OURS = "That went wrong, and it is our fault: the log says how."
NO_PAGE = "This list is no longer here. Please send the command again."
HINT = "Backchannel takes commands: /help lists them."
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
_BY_NAME = {command.name: command for command in COMMANDS}

log = structlog.get_logger()


class Dispatcher:
    """Answers administrators' commands, and everybody's presses of the button Why."""

    def __init__(self, bot: Bot, context: CommandContext) -> None:
        self._bot = bot
        self._office = context
        self._users = frozenset(context.configuration.users)
        self._why = WhyButton(context)
        self._kept: OrderedDict[tuple[int, int], tuple[str, ...]] = OrderedDict()
        self._questions = Questions()
        self._strangers: OrderedDict[int, None] = OrderedDict()
        self._without_menu = set(self._users)
        administrators = context.configuration.administrators
        if administrators is not None:
            # Answers stand there too: the courier must not take one of them for its own message.
            context.address(replace(administrators, name="answers to commands"))

    async def open(self) -> None:
        """Give the administrators their menu. Those who never wrote to the bot get it later."""
        for user in self._users:
            await self._give_menu(user)

    async def __call__(self, update: Update) -> None:
        """Deal with an update; nothing that goes wrong with it is raised."""
        try:
            if update.message is not None:
                await self._read(update.message)
            elif update.callback_query is not None:
                await self._pressed(update.callback_query)
        except TelegramError as error:
            log.warning("an answer was not sent", reason=error.message)
        except Exception:
            # A fault in one answer must not end the bot, which has news to send.
            log.exception("an answer failed: internal error")

    async def _read(self, message: Message) -> None:
        sender = message.from_user
        found = _COMMAND.fullmatch(message.text or "")
        private = message.chat.type == ChatType.PRIVATE
        to_us = found is not None and (found[2] or "").casefold() in {
            "",
            self._bot.username.casefold(),
        }
        # A forwarded command was given to somebody else.
        if sender is None or not (private or to_us) or message.forward_origin is not None:
            return
        if sender.id not in self._users:
            self._refuse(sender.id)
            return
        if sender.id in self._without_menu:
            await self._give_menu(sender.id)
        command = _BY_NAME.get(found[1].casefold()) if found else None
        arguments = (found[3] or "") if found else ""
        if command is not None or private:
            asked = _asked(message, sender.id, arguments)
            await self._send(message, await self._answer(command, asked))

    def _refuse(self, user: int) -> None:
        if user not in self._strangers:
            log.info("not answered: no administrator", user=user)
        self._strangers[user] = None
        if len(self._strangers) > MAX_STRANGERS:
            self._strangers.popitem(last=False)

    async def _answer(self, command: Command | None, asked: Asked) -> Answer:
        if command is None:
            return Answer("", (HINT,))
        log.info("command", name=command.name)
        try:
            return await command.answer(self._office, asked)
        except SorryError as error:
            return Answer("", (escape(str(error)),))
        except Exception:
            log.exception("a command failed: internal error", name=command.name)
            return Answer("", (OURS,))

    async def _send(self, message: Message, answer: Answer) -> None:
        cut = pages.pages(answer)
        here = message.chat.type == ChatType.PRIVATE or self._is_administrators_chat(message)
        chat = message.chat.id if here or message.from_user is None else message.from_user.id
        reply = ReplyParameters(message.message_id, allow_sending_without_reply=True)
        thread = message.message_thread_id if here and message.is_topic_message else None

        send: dict[str, Any] = {
            "chat_id": chat,
            "parse_mode": ParseMode.HTML,
            "message_thread_id": thread,
            "reply_parameters": reply if here else None,
        }
        if answer.picture is not None:
            photo = partial(self._bot.send_photo, photo=answer.picture, caption=answer.caption)
            await self._patiently(partial(photo, **send))
        question = answer.question
        text = partial(
            self._bot.send_message,
            text=cut[0],
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=questions.keyboard(question) if question else pages.keyboard(0, len(cut)),
        )
        sent = await self._patiently(partial(text, **send))
        if len(cut) > 1:
            self._keep((chat, sent.message_id), cut)
        if question is not None:
            self._questions.ask((chat, sent.message_id), question)

    async def _patiently(self, send: Callable[[], Awaitable[Message]]) -> Message:
        try:
            return await send()
        except RetryAfter as error:
            if (seconds := seconds_of(error)) > LONGEST_WAIT:
                raise
            await self._office.clock.sleep(seconds)
            return await send()

    def _is_administrators_chat(self, message: Message) -> bool:
        """Whether it stands in the administrators' chat; other groups are not for answers."""
        administrators = self._office.configuration.administrators
        if administrators is None:
            return False
        chat = message.chat
        return stands_in(self._office.address(administrators), str(chat.id), chat.username or "")

    def _keep(self, place: tuple[int, int], cut: tuple[str, ...]) -> None:
        self._kept[place] = cut
        if len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)

    async def _pressed(self, query: CallbackQuery) -> None:
        data, user = query.data or "", query.from_user.id
        if data.startswith(why_button.PREFIX):
            text = await self._why.answer(user, data)
            if text is not None:
                await self._tell(query, text)
        elif user in self._users and data.startswith(pages.PREFIX):
            await self._turn(query, data.removeprefix(pages.PREFIX))
        elif user in self._users and data.startswith(questions.PREFIX):
            await self._decide(query, data)

    async def _turn(self, query: CallbackQuery, page: str) -> None:
        place = _place(query)
        cut = self._kept.get(place, ())
        number = int(page) if page.isdecimal() and len(page) < 4 else len(cut)
        if number >= len(cut):
            await self._tell(query, NO_PAGE)
            return
        await self._bot.answer_callback_query(query.id)
        await self._bot.edit_message_text(
            cut[number],
            *place,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=pages.keyboard(number, len(cut)),
        )

    async def _decide(self, query: CallbackQuery, data: str) -> None:
        place = _place(query)
        if refusal := self._questions.refusal(place, query.from_user.id):
            await self._tell(query, refusal)
            return
        await self._bot.answer_callback_query(query.id)
        text = await self._questions.decide(place, data, self._office.clock.now())
        await self._bot.edit_message_text(
            text,
            *place,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    async def _tell(self, query: CallbackQuery, text: str) -> None:
        await self._bot.answer_callback_query(query.id, text, show_alert=True)

    async def _give_menu(self, user: int) -> None:
        menu = [(command.name, command.purpose) for command in COMMANDS]
        try:
            await self._bot.set_my_commands(menu, BotCommandScopeChat(user))
        except BadRequest:
            log.info("no menu yet: this administrator has not written to the bot", user=user)
        except TelegramError as error:
            log.warning("the menu was not set", user=user, reason=error.message)
        else:
            self._without_menu.discard(user)


def _place(query: CallbackQuery) -> tuple[int, int]:
    return (query.message.chat.id, query.message.message_id) if query.message else (0, 0)


def _asked(message: Message, user: int, arguments: str) -> Asked:
    replied = message.reply_to_message
    quoted = (replied.text or replied.caption or "") if replied else ""
    return Asked(arguments, _about(message), quoted, user)


def _about(message: Message) -> MessageLocation | None:
    """The message that this one replies to: in the same chat, in another, or forwarded from one."""
    replied, external = message.reply_to_message, message.external_reply
    origin = external.origin if external else replied.forward_origin if replied else None
    if isinstance(origin, MessageOriginChannel):
        return MessageLocation(str(origin.chat.id), origin.chat.username or "", origin.message_id)
    if external is not None and external.chat and external.message_id:
        return MessageLocation(
            str(external.chat.id), external.chat.username or "", external.message_id
        )
    # In a topic every message that replies to none replies to the topic's beginning.
    if replied is None or replied.forum_topic_created is not None:
        return None
    chat = message.chat
    return MessageLocation(str(chat.id), chat.username or "", replied.message_id)
