"""`python -m bot` and the command `backchannel`: the command line, with the application behind it.

The application is imported only where a command runs it.
"""

import gc
from typing import TYPE_CHECKING

from bot import cli

if TYPE_CHECKING:
    import asyncio

    from bot.configuration.records import Configuration
    from bot.configuration.reloading import Reloading
    from bot.configuration.run_options import RunOptions


# What is imported stays: to look for garbage in it at each 700 objects takes a tenth of the start.
_NEW_OBJECTS = 50_000


async def run_bot(
    configuration: "Configuration",
    options: "RunOptions",
    stop: "asyncio.Event",
    reloading: "Reloading | None" = None,
) -> None:
    """Run the bot; see `bot.application.run`."""
    from bot import application

    await application.run(configuration, options, stop, reloading)


def main() -> None:
    """Run the command line."""
    gc.set_threshold(_NEW_OBJECTS)
    cli.main(run_bot)


if __name__ == "__main__":
    main()
