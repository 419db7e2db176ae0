"""`run`: run the bot until stopped."""

import asyncio
import os
from pathlib import Path

from rich.markup import escape

from bot.cli.console import err
from bot.cli.starting import RunBot, until_signal
from bot.clock import Clock
from bot.configuration.loading import load
from bot.configuration.records import Configuration
from bot.configuration.reloading import Reloading
from bot.configuration.run_options import RunOptions
from bot.errors import NoChatError
from bot.logs import Format, Level, set_up
from bot.pipeline.language_model import key_to
from bot.version import VERSION


def run(run_bot: RunBot, config: Path, data: Path, log: Format, log_level: Level) -> None:
    """Run the bot on a configuration file; messages go to Telegram where there is a token."""
    token = os.environ.get("TELEGRAM_BOT_TOKEN", "").strip()
    set_up(log, log_level, secrets=(token,))
    need = _need_chats if token else _need_key
    reloading = Reloading(config, Clock(), need, data)
    configuration = load(config, data)
    secrets = (os.environ.get(name, "").strip() for name in configuration.variables)
    set_up(log, log_level, secrets=(token, *secrets))
    reloading.follow(configuration)
    need(configuration)
    _introduce(configuration, to_telegram=bool(token))
    options = RunOptions(data, token, os.environ.get("TELEGRAM_API_URL", "").strip())
    asyncio.run(until_signal(lambda stop: run_bot(configuration, options, stop, reloading)))


def _need_key(configuration: Configuration) -> None:
    if configuration.llm is not None:
        key_to(configuration.llm)


def _need_chats(configuration: Configuration) -> None:
    _need_key(configuration)
    for channel in configuration.channels:
        if not channel.chat:
            raise NoChatError(channel.name)


def _introduce(configuration: Configuration, *, to_telegram: bool) -> None:
    where = (
        "Telegram: " + ", ".join(f"{c.name} ({c.chat})" for c in configuration.channels)
        if to_telegram
        else "this terminal, since TELEGRAM_BOT_TOKEN is not set"
    )
    err.print(
        f"Backchannel {VERSION}: {len(configuration.watchers)} watchers, "
        f"{len(configuration.rules)} rules; messages go to {escape(where)}. Ctrl-C ends it."
    )
