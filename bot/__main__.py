"""`python -m bot` and the command `backchannel`: the command line, with the application behind it.

The application is imported only where a command runs it.
"""

from typing import TYPE_CHECKING

from bot import cli

if TYPE_CHECKING:
    import asyncio

    from bot.configuration.records import Configuration
    from bot.configuration.reloading import Reloading
    from bot.configuration.run_options import RunOptions


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
    cli.main(run_bot)


if __name__ == "__main__":
    main()
