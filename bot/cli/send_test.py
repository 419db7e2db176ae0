"""`send-test`: whether Telegram accepts the token and a message in each channel."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape

from bot.cli.console import out
from bot.configuration.channels import Channel
from bot.configuration.loading import load
from bot.delivery.telegram import send_test as telegram
from bot.errors import NoSuchError, NoTokenError
from bot.logs import Format, Level, set_up


def send_test(config: Path, channel: str | None) -> bool:
    """Try the channels, all or one, and print what was found; returns whether all is well.

    Raises:
        NoTokenError: TELEGRAM_BOT_TOKEN is not set.
        NoSuchError: there is no such channel.
    """
    token = os.environ.get("TELEGRAM_BOT_TOKEN", "").strip()
    set_up(Format.CONSOLE, Level.WARNING, secrets=(token,))
    if not token:
        raise NoTokenError
    every = load(config).all_channels
    names = [one.name for one in every]
    if channel is not None and channel not in names:
        raise NoSuchError("channel", channel, names)
    api_url = os.environ.get("TELEGRAM_API_URL", "").strip()
    return asyncio.run(_try(token, api_url, [c for c in every if channel in {None, c.name}]))


async def _try(token: str, api_url: str, channels: Sequence[Channel]) -> bool:
    well = True
    async with telegram.open_bot(token, api_url) as bot:
        out.print(f"Telegram accepts the token: the bot is @{bot.username}.", highlight=False)
        async for finding in telegram.findings(bot, channels):
            mark = "[green]well[/green]" if finding.well else "[red]wrong[/red]"
            text = f"{mark} {escape(finding.about)}: {escape(finding.text)}"
            out.print(text, highlight=False, soft_wrap=True)
            well = well and finding.well
    return well
