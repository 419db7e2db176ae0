"""`doctor`: what is well, what is not, and what to do; nothing is sent or changed."""

import asyncio
import os
import platform
import shutil
import sqlite3
import statistics
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

from rich.markup import escape

import store
from bot.cli.console import err, out, program
from bot.cli.starting import secrets_of
from bot.clock import utc_now
from bot.commands.formatting import count
from bot.configuration.loading import load
from bot.configuration.records import Configuration
from bot.data_folder import database_file, is_running
from bot.delivery.telegram import send_test as telegram
from bot.errors import BackchannelError, ConfigurationError
from bot.logs import Format, Level, set_up
from bot.version import VERSION, user_agent
from store import StoreError
from watchers import Fetched, Fetcher, SourceFault, Watcher, open_fetcher

MOST_ASKED = 5
ASKED_WITHIN = 20.0
RESOLVED_WITHIN = 5.0
LEAST_SPACE = 200_000_000
MOST_SKEW = timedelta(minutes=1)
LIBRARIES = (
    "aiohttp",
    "aiosqlite",
    "APScheduler",
    "feedparser",
    "httpx",
    "lxml",
    "python-telegram-bot",
    "SQLAlchemy",
)


# Only whether they are set is told: their values are secrets, or hold some.
SETTINGS = (
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_API_URL",
    "BACKCHANNEL_CONFIG",
    "BACKCHANNEL_DATA",
    "BACKCHANNEL_LOG",
    "BACKCHANNEL_LLM_KEY",
    "HTTP_PROXY",
    "HTTPS_PROXY",
)


class State(Enum):
    """How something is."""

    WELL = "[green]well[/green] "
    NOTE = "[yellow]note[/yellow] "
    WRONG = "[red]wrong[/red]"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing; where it is not well, the text says what to do."""

    state: State
    about: str
    text: str


def doctor(config: Path, data: Path) -> bool:
    """Look at everything, print what was found, and return whether nothing is wrong."""
    token = os.environ.get("TELEGRAM_BOT_TOKEN", "").strip()
    set_up(Format.CONSOLE, Level.ERROR, secrets=(token,))
    well = True

    def show(finding: Finding) -> None:
        nonlocal well
        well = well and finding.state is not State.WRONG
        text = f"{finding.state.value} {finding.about}: {escape(finding.text)}"
        out.print(text, highlight=False, soft_wrap=True)

    for finding in (*versions(), *folder(data), *database(data)):
        show(finding)
    configuration, found = configured(config)
    show(found)
    if configuration is not None:
        set_up(Format.CONSOLE, Level.ERROR, secrets=(token, *secrets_of(configuration)))
        asyncio.run(_ask(configuration, token, show))
    said = "Nothing is wrong." if well else "What is wrong says what to do."
    out.print(f"\n{said} For a report copy all of this: it has no secrets.", highlight=False)
    return well


async def _ask(configuration: Configuration, token: str, show: Callable[[Finding], None]) -> None:
    with err.status("Asking some sources"):
        async for finding in network(configuration):
            show(finding)
    with err.status("Asking Telegram"):
        async for finding in channels(configuration, token):
            show(finding)


def versions() -> Iterator[Finding]:
    """The versions of this, of Python, of the system and of libraries."""
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    python = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    yield Finding(State.WELL, "versions", f"Backchannel {VERSION}, {python}, {system}")
    yield Finding(State.WELL, "libraries", ", ".join(_libraries()))
    given = [name for name in SETTINGS if os.environ.get(name)]
    yield Finding(State.WELL, "environment", f"set: {', '.join(given) or 'nothing of ours'}")


def folder(data: Path) -> Iterator[Finding]:
    """The data folder: its rights, its space, and whether a bot runs on it."""
    existing = next(path for path in (data.absolute(), *data.absolute().parents) if path.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        text = f"{existing} cannot be written by this user: change its owner, or name another"
        yield Finding(State.WRONG, "data folder", f"{text} with --data")
        return
    running = ", a bot runs on it" if is_running(data) else ""
    there = "" if data.exists() else ", made at the first start"
    yield Finding(State.WELL, "data folder", f"{data}{there}{running}")
    free = shutil.disk_usage(existing).free
    text = f"{free / 1e9:,.1f} GB free"
    if free < LEAST_SPACE:
        yield Finding(State.WRONG, "disk", f"{text}: make room, or shorten keep in [settings]")
    else:
        yield Finding(State.WELL, "disk", text)


def database(data: Path) -> Iterator[Finding]:
    """The database: whether it is whole, and of which version."""
    file = database_file(data)
    if not file.exists():
        yield Finding(State.WELL, "database", "none yet: it is made at the first start")
        return
    try:
        found = store.inspect_file(file)
    except (OSError, StoreError) as error:
        yield Finding(State.WRONG, "database", f"{file} cannot be read: {error}")
        return
    if found.damage:
        text = f"{file} is damaged ({found.damage}): put a copy back, or move it away to begin anew"
        yield Finding(State.WRONG, "database", text)
        return
    size = f"{found.size / 1e6:,.1f} MB"
    if found.revision > found.newest:
        text = f"made by a newer Backchannel ({found.revision}): use that version"
        yield Finding(State.WRONG, "database", text)
    elif found.revision < found.newest:
        text = f"{size}, of an older version: it is brought up to date at the next start"
        yield Finding(State.NOTE, "database", text)
    else:
        yield Finding(State.WELL, "database", f"{size}, revision {found.revision}")


def configured(config: Path) -> tuple[Configuration | None, Finding]:
    """The configuration, and what is wrong with it."""
    try:
        configuration = load(config)
    except ConfigurationError as error:
        faults = count(len(error.faults), "mistake")
        text = f"{faults}, the first: {error.faults[0]} ({program()} check shows all)"
        return None, Finding(State.WRONG, "configuration", text)
    text = (
        f"{config}: {count(len(configuration.watchers), 'watcher')}, "
        f"{count(len(configuration.rules), 'rule')}, "
        f"{count(len(configuration.channels), 'channel')}"
    )
    return configuration, Finding(State.WELL, "configuration", text)


async def network(configuration: Configuration) -> AsyncIterator[Finding]:
    """Whether names are known, some sources answer, and the clock is as theirs."""
    chosen = list(_some(configuration.watchers))
    yield await _dns([urlsplit(watcher.url).hostname or "" for watcher in chosen])
    agent = user_agent(configuration.contact)
    async with open_fetcher(user_agent=agent) as fetcher:
        answers = await asyncio.gather(*(_fetched(fetcher, watcher) for watcher in chosen))
    now = utc_now()
    faults: dict[str, list[str]] = {}
    for watcher, answer in zip(chosen, answers, strict=True):
        if isinstance(answer, str):
            faults.setdefault(answer, []).append(watcher.name)
    reached = [answer for answer in answers if isinstance(answer, Fetched)]
    asked = f"{len(reached)} of {count(len(chosen), 'source')} asked {_answer(len(reached))}"
    told = "; ".join(f"{', '.join(names)}: {fault}" for fault, names in faults.items())
    if not reached:
        text = f"{asked} ({told}): is there a network, a firewall, a proxy that is needed?"
        yield Finding(State.WRONG, "network", text)
    elif faults:
        yield Finding(State.NOTE, "network", f"{asked} ({told})")
    else:
        yield Finding(State.WELL, "network", asked)
    yield _clock([answer.headers.date for answer in reached], now)


async def _dns(hosts: Sequence[str]) -> Finding:
    found = await asyncio.gather(*(_is_known(host) for host in hosts))
    text = f"{sum(found)} of {count(len(hosts), 'host name')} known"
    if any(found):
        return Finding(State.WELL, "DNS", text)
    return Finding(State.WRONG, "DNS", f"{text}: look at the name servers of this machine")


async def _is_known(host: str) -> bool:
    try:
        async with asyncio.timeout(RESOLVED_WITHIN):
            await asyncio.get_running_loop().getaddrinfo(host, 443)
    except (OSError, TimeoutError, UnicodeError):
        return False
    return True


def _clock(dates: Iterable[datetime | None], now: datetime) -> Finding:
    told = [date for date in dates if date is not None]
    if not told:
        return Finding(State.NOTE, "clock", f"{now:%Y-%m-%d %H:%M} UTC; no server told its own")
    skew = timedelta(seconds=statistics.median((now - date).total_seconds() for date in told))
    if abs(skew) <= MOST_SKEW:
        return Finding(State.WELL, "clock", f"{now:%Y-%m-%d %H:%M} UTC, as the servers' clocks")
    way = "ahead of" if skew > timedelta() else "behind"
    seconds = abs(skew.total_seconds())
    text = f"{seconds:,.0f} s {way} the servers' clocks: set it (timedatectl set-ntp true)"
    return Finding(State.WRONG, "clock", text)


async def channels(configuration: Configuration, token: str) -> AsyncIterator[Finding]:
    """Whether Telegram takes the token, and the bot may post in each channel."""
    if not token:
        text = "TELEGRAM_BOT_TOKEN is not set: messages go to the terminal (docs/telegram.md)"
        yield Finding(State.NOTE, "token", text)
        return
    api_url = os.environ.get("TELEGRAM_API_URL", "").strip()
    try:
        async with telegram.open_bot(token, api_url) as bot:
            yield Finding(State.WELL, "token", f"Telegram accepts it: the bot is @{bot.username}")
            async for found in telegram.rights(bot, configuration.all_channels):
                state = State.WELL if found.well else State.WRONG
                yield Finding(state, f"channel {found.about}", found.text)
    except BackchannelError as error:
        yield Finding(State.WRONG, "token", str(error))


def _some(watchers: Iterable[Watcher]) -> Iterator[Watcher]:
    """A few watchers, each of another host."""
    by_host = {urlsplit(watcher.url).hostname: watcher for watcher in watchers}
    step = max(len(by_host) // MOST_ASKED, 1)
    yield from list(by_host.values())[::step][:MOST_ASKED]


async def _fetched(fetcher: Fetcher, watcher: Watcher) -> Fetched | str:
    try:
        async with asyncio.timeout(ASKED_WITHIN):
            return await fetcher.fetch(
                watcher.url, allow_private=watcher.allow_private, access=watcher.access
            )
    except SourceFault as fault:
        return str(fault)
    except TimeoutError:
        return f"took longer than {ASKED_WITHIN:g} s"


def _answer(number: int) -> str:
    return "answers" if number == 1 else "answer"


def _libraries() -> Iterator[str]:
    for name in LIBRARIES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} missing"
