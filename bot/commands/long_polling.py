"""Receiving what people write and press: long polling, for one process on a token."""

import asyncio
from collections.abc import Sequence

import structlog
from telegram import Bot, Update
from telegram.constants import UpdateType
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.clock import Clock
from bot.commands.dispatch import Dispatcher
from bot.commands.records import CommandContext
from bot.delivery.telegram.errors import seconds_of
from bot.errors import AnotherBotError, TokenRefusedError, WebhookSetError

POLL = 30
# Until it is over, the bot counts as one that is only starting.
FIRST_POLL = 5
TIMEOUT = 20.0
# Connections of our own: whoever presses a button a hundred times takes none from the senders.
CONNECTIONS = 6
ANSWERS_AT_A_TIME = 4
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
# Telegram ends the poll of the bot that was there first. That one asks again at once, which ends
# the first poll of the newcomer, who stops. It gives way only to one that stays.
CONFLICTS = 5
CONFLICT_PAUSE = 0.5
WANTED = (UpdateType.MESSAGE, UpdateType.CALLBACK_QUERY)

log = structlog.get_logger()


async def converse(token: str, api_url: str, context: CommandContext) -> None:
    """Answer what people ask, until cancelled.

    Raises:
        AnotherBotError: another process receives the messages of the same token.
        WebhookSetError: Telegram sends the messages elsewhere.
        TokenRefusedError: Telegram does not know the token.
    """
    request = HTTPXRequest(
        connection_pool_size=CONNECTIONS,
        read_timeout=TIMEOUT,
        write_timeout=TIMEOUT,
        connect_timeout=TIMEOUT,
        pool_timeout=TIMEOUT,
    )
    bot = Bot(
        token,
        base_url=f"{api_url.rstrip('/') or 'https://api.telegram.org'}/bot",
        request=request,
        get_updates_request=request,
    )
    try:
        await _Conversation(bot, Dispatcher(bot, context), context.clock).run()
    finally:
        await request.shutdown()


class _Conversation:
    """One process's share in what is said to the bot."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher, clock: Clock) -> None:
        self._bot = bot
        self._desk = dispatcher
        self._clock = clock
        self._offset: int | None = None
        self._failures = 0
        self._conflicts = 0
        self._established = False
        self._free = asyncio.Semaphore(ANSWERS_AT_A_TIME)

    async def run(self) -> None:
        """Receive and answer until cancelled."""
        await self._begin()
        while True:
            try:
                updates = await self._bot.get_updates(
                    self._offset,
                    timeout=POLL if self._established else FIRST_POLL,
                    allowed_updates=WANTED,
                )
            except Conflict as error:
                await self._conflict(error)
            except Exception as error:  # noqa: BLE001  whatever it is, it may pass
                await self._wait(error)
            else:
                self._received()
                await self._answer(updates)

    async def _begin(self) -> None:
        """Learn the bot's own name, and give the administrators their menu."""
        while True:
            try:
                await self._bot.initialize()
            except InvalidToken as error:
                # Its own text holds the token.
                raise TokenRefusedError from error.__cause__
            except TelegramError as error:
                await self._wait(error)
            else:
                break
        await self._desk.open()

    def _received(self) -> None:
        if self._failures > 1:
            log.info("messages to the bot are received again")
        self._failures = self._conflicts = 0
        self._established = True

    async def _answer(self, updates: Sequence[Update]) -> None:
        """Answer messages in their order, and presses of buttons beside them."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._in_order([u for u in updates if u.message is not None]))
            for update in updates:
                if update.message is None:
                    tasks.create_task(self._soon(update))
        if updates:
            self._offset = updates[-1].update_id + 1

    async def _in_order(self, updates: Sequence[Update]) -> None:
        for update in updates:
            await self._desk(update)

    async def _soon(self, update: Update) -> None:
        async with self._free:
            await self._desk(update)

    async def _conflict(self, error: Conflict) -> None:
        if "webhook" in error.message.casefold():
            raise await self._webhook()
        self._conflicts += 1
        if not self._established or self._conflicts >= CONFLICTS:
            raise AnotherBotError
        log.warning("another process asks for this bot's messages; waiting for it to end")
        await self._clock.sleep(CONFLICT_PAUSE)

    async def _webhook(self) -> WebhookSetError:
        try:
            url = (await self._bot.get_webhook_info()).url
        except TelegramError:
            url = ""
        return WebhookSetError.of(url, self._bot.base_url)

    async def _wait(self, error: Exception) -> None:
        if isinstance(error, RetryAfter):
            await self._clock.sleep(seconds_of(error))
            return
        self._failures += 1
        if self._failures == 2:
            # The first is most often an idle connection that somebody on the way has closed.
            log.warning("messages to the bot are not received; trying", error=type(error).__name__)
        await self._clock.sleep(min(FIRST_PAUSE * 2.0 ** (self._failures - 1), LONGEST_PAUSE))
