"""How commands start the bot: the application is passed in, since it stands above them."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.configuration.records import Configuration
from bot.configuration.reloading import Reloading
from bot.configuration.run_options import RunOptions


class RunBot(Protocol):
    """Runs the bot, as `bot.application.run` does."""

    def __call__(
        self,
        configuration: Configuration,
        options: RunOptions,
        stop: asyncio.Event,
        reloading: Reloading | None = None,
    ) -> Awaitable[None]: ...


def secrets_of(configuration: Configuration) -> tuple[str, ...]:
    """What must not stand in a log: the values of the variables that a configuration names."""
    return tuple(os.environ.get(name, "").strip() for name in configuration.variables)


async def until_signal(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Do the work; SIGTERM and SIGINT set the event that it is given."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await work(stop)
