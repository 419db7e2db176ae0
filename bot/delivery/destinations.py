"""The destinations there are, and which one a run uses: a new kind is registered here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import store
from bot.configuration.run_options import RunOptions
from bot.delivery.destination import Destination
from bot.delivery.telegram.client import open_telegram
from bot.delivery.terminal import TerminalDestination
from store import Store


@asynccontextmanager
async def open_destination(options: RunOptions, stored: Store) -> AsyncIterator[Destination]:
    """Telegram where there is a token, else the terminal.

    Raises:
        TokenRefusedError: Telegram does not know the token.
    """
    if options.token:
        async with open_telegram(options.token, options.api_url) as telegram:
            yield telegram
        return
    # Message ids continue those of earlier runs, as a chat's do.
    async with stored.read() as db:
        yield TerminalDestination(options.console, await store.last_message_ids(db))
