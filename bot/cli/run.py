"""`run`: run the bot until stopped."""

import asyncio
import logging
import os
from dataclasses import asdict
from pathlib import Path
from typing import Self

import structlog
from rich.console import Console
from rich.markup import escape
from rich.status import Status

from bot.cli.console import err
from bot.cli.starting import RunBot, secrets_of, until_signal
from bot.clock import Clock
from bot.configuration.loading import load
from bot.configuration.records import Configuration
from bot.configuration.reloading import Reloading
from bot.configuration.run_options import FirstReadingProgress, RunOptions
from bot.errors import NoChatError
from bot.logs import Format, Level, set_up
from bot.pipeline.language_model import key_to
from bot.version import VERSION

log = structlog.get_logger()


def run(run_bot: RunBot, config: Path, data: Path, form: Format, log_level: Level) -> None:
    """Run the bot on a configuration file; messages go to Telegram where there is a token."""
    token = os.environ.get("TELEGRAM_BOT_TOKEN", "").strip()
    set_up(form, log_level, secrets=(token,))
    if not token and log_level is Level.INFO:
        # The messages are on the terminal: each needs no line that says so.
        logging.getLogger("bot.delivery.sender").setLevel(logging.WARNING)
    need = _need_chats if token else _need_key
    reloading = Reloading(config, Clock(), need, data)
    configuration = load(config, data)
    set_up(form, log_level, secrets=(token, *secrets_of(configuration)))
    reloading.follow(configuration)
    need(configuration)
    _introduce(configuration, to_telegram=bool(token))
    api_url = os.environ.get("TELEGRAM_API_URL", "").strip()
    with ProgressLine(err) as shown:
        progress = _log_progress if form is Format.JSON else shown.show
        options = RunOptions(data, token, api_url, progress=progress)
        asyncio.run(until_signal(lambda stop: run_bot(configuration, options, stop, reloading)))


class ProgressLine:
    """Shows in a terminal how far the first reading has come, and in the end what came of it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status: Status | None = None

    def __enter__(self) -> Self:
        """Show nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give the terminal back as it was."""
        if self._status is not None:
            self._status.stop()

    def show(self, progress: FirstReadingProgress) -> None:
        """Show the progress; the end of it is a line that stays."""
        if progress.done:
            self.__exit__()
            if not progress.is_without_network:
                self._console.print(f"{progress}.", highlight=False)
        elif self._console.is_terminal:
            if self._status is None:
                self._status = self._console.status("")
                self._status.start()
            self._status.update(str(progress))


def _log_progress(progress: FirstReadingProgress) -> None:
    if progress.done:
        log.info("first reading", **asdict(progress))


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
        f"{len(configuration.rules)} rules; messages go to {escape(where)}. Ctrl-C ends it.",
        soft_wrap=True,
        highlight=False,
    )
