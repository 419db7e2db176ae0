"""The connection to the Bot API: opened, paced, and its token checked."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from telegram import Bot
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.clock import Clock
from bot.configuration.channels import Channel
from bot.delivery.telegram.destination import TelegramDestination
from bot.delivery.telegram.errors import seconds_of
from bot.delivery.telegram.rate_limit import Pacing
from bot.errors import TokenRefusedError

TIMEOUT = 20.0
# A wrong token is said before anything else starts, if Telegram answers so soon.
FIRST_ANSWER = 1.5

log = structlog.get_logger()
# It writes a traceback for every 429 and 5xx, which the sender obeys and tells.
logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)


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
    """The destination at the Bot API of `api_url`, Telegram's own by default.

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
            await clock.sleep(seconds_of(error))
        except TelegramError as error:
            if pause == 1.0:
                log.warning("Telegram cannot be reached; trying again", reason=type(error).__name__)
            await clock.sleep(pause)
            pause = min(pause * 2, 60)
        else:
            return
