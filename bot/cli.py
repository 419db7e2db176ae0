"""The command line."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

import store
from bot import application, backtesting, demonstration, health, rulebook, trying
from bot.application import Surroundings
from bot.clock import Clock, utc_now
from bot.config import Configuration, load
from bot.errors import BackchannelError, NoChatError, NoSuchError, NothingStoredError
from bot.logs import Format, Level, set_up
from bot.reloading import Reloading
from bot.schema import read_duration
from bot.version import VERSION
from store import RuleRecord, Store, StoreError, open_store

USAGE_ERROR = 2
T = TypeVar("T")

console = Console()
errors = Console(stderr=True)

app = typer.Typer(
    name="backchannel",
    help="Watches news sources and posts what matters to Telegram. Without a command: run.",
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ConfigPath = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="BACKCHANNEL_CONFIG", help="The configuration file."),
]
DataPath = Annotated[
    Path,
    typer.Option("--data", "-d", envvar="BACKCHANNEL_DATA", help="The folder of the database."),
]
LogFormat = Annotated[
    Format, typer.Option("--log", envvar="BACKCHANNEL_LOG", help="How log lines are written.")
]
LogLevel = Annotated[
    Level,
    typer.Option("--log-level", envvar="BACKCHANNEL_LOG_LEVEL", help="The least that is written."),
]


def _show_version(wanted: bool) -> None:  # noqa: FBT001  it is called by typer
    if wanted:
        console.print(f"Backchannel {VERSION}", highlight=False)
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _default(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        context.invoke(run)


@app.command()
def run(
    config: ConfigPath = Path("config.toml"),
    data: DataPath = Path("data"),
    log: LogFormat = Format.CONSOLE,
    log_level: LogLevel = Level.INFO,
) -> None:
    """Watch the sources and send what matters, until stopped.

    With TELEGRAM_BOT_TOKEN in the environment messages go to Telegram, else to this terminal.
    """
    token = os.environ.get("TELEGRAM_BOT_TOKEN", "").strip()
    set_up(log, log_level, secrets=(token,))
    need = _need_chats if token else _need_nothing
    reloading = Reloading(config, Clock(), need)
    configuration = load(config)
    need(configuration)
    _introduce(configuration, to_telegram=bool(token))
    given = Surroundings(data, token, os.environ.get("TELEGRAM_API_URL", "").strip())
    asyncio.run(_until_signal(lambda stop: application.run(configuration, given, stop, reloading)))


@app.command()
def check(
    config: ConfigPath = Path("config.toml"),
    lexicon: Annotated[
        bool, typer.Option("--lexicon", help="Show the remarks on the shipped lexicon too.")
    ] = False,
) -> None:
    """Read the configuration and say what is wrong with it."""
    configuration = load(config)
    languages = {watcher.language for watcher in configuration.watchers if watcher.language}
    console.print(
        f"{escape(str(config))} is right: {len(configuration.watchers)} watchers in "
        f"{len(languages)} languages, {len(configuration.rules)} rules, "
        f"{len(configuration.channels)} channels."
    )
    for warning in configuration.warnings:
        console.print(f"[yellow]warning[/yellow] {escape(warning)}", soft_wrap=True)
    for remark in configuration.remarks if lexicon else ():
        console.print(f"[dim]shipped lexicon[/dim] {escape(remark)}", soft_wrap=True)


@app.command("try")
def try_(
    what: Annotated[
        str, typer.Argument(help="A text, a file, an address, or - for standard input.")
    ],
    config: ConfigPath = Path("config.toml"),
) -> None:
    """Show what the rules make of a text."""
    configuration = load(config)
    for document in asyncio.run(trying.documents(what, utc_now(), configuration.contact)):
        console.print(trying.shown(document, configuration.matcher))


Since = Annotated[
    str, typer.Option("--since", "-s", help="How far to look back: 12h, 30d, 8w.", metavar="TIME")
]


@app.command()
def backtest(
    config: ConfigPath = Path("config.toml"),
    data: DataPath = Path("data"),
    since: Since = "30d",
    rule: Annotated[
        str | None, typer.Option("--rule", "-r", help="Look at this rule alone.", metavar="NAME")
    ] = None,
    show: Annotated[int, typer.Option("--show", min=0, help="How many changes to list.")] = 20,
) -> None:
    """Show what the rules would have matched in what is stored.

    Compares with what was matched when it came in: with --config, a changed configuration can be
    tried before it is live.
    """
    configuration = load(config)
    names = [one.name for one in configuration.rules]
    if rule is not None and rule not in names:
        raise NoSuchError("rule", rule, names)
    now = utc_now()
    begin = now - _time(since)
    with Progress(console=errors, transient=True) as progress:
        work = _stored(
            data, lambda s: backtesting.backtest(s, configuration.matcher, begin, rule, progress)
        )
        result = asyncio.run(work)
    rules_shown = names if rule is None else [rule]
    days = _days(begin, now)
    console.print(backtesting.shown(result, rules_shown, days, show), soft_wrap=True)


@app.command()
def rules(
    config: ConfigPath = Path("config.toml"), data: DataPath = Path("data"), since: Since = "30d"
) -> None:
    """Show how often each rule matches, when it last did, and what of it never matched."""
    configuration = load(config)
    now = utc_now()
    begin = now - _time(since)

    async def records(stored: Store) -> dict[str, RuleRecord]:
        async with stored.read() as db:
            return await store.rule_records(db, begin)

    found = asyncio.run(_stored(data, records))
    console.print(rulebook.table(configuration, found, now, _days(begin, now)))


@app.command()
def feeds(config: ConfigPath = Path("config.toml"), data: DataPath = Path("data")) -> None:
    """Show the health of each watcher."""
    configuration = load(config)
    states = asyncio.run(health.states(data))
    console.print(health.table(configuration.watchers, states, utc_now()))


@app.command()
def demo() -> None:
    """Show stories coming in, from a made-up timeline: needs neither network nor token."""
    set_up(Format.CONSOLE, Level.WARNING)
    asyncio.run(_until_signal(lambda stop: demonstration.run(console, stop)))


def main() -> None:
    """Run the command line; what the user has to mend is said without a traceback."""
    try:
        app(prog_name="backchannel")
    except (BackchannelError, StoreError) as error:
        _fail(error)
    except BaseExceptionGroup as group:
        known = group.subgroup((BackchannelError, StoreError))
        if known is None:
            raise
        _fail(_first(known))


async def _until_signal(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await work(stop)


async def _stored(data: Path, work: Callable[[Store], Awaitable[T]]) -> T:
    if not application.database_file(data).exists():
        raise NothingStoredError(str(data))
    async with open_store(application.database_url(data)) as stored:
        return await work(stored)


def _time(text: str) -> timedelta:
    try:
        return read_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from error


def _days(begin: datetime, now: datetime) -> float:
    return max((now - begin) / timedelta(days=1), 1 / 24)


def _need_nothing(_: Configuration) -> None:
    pass


def _need_chats(configuration: Configuration) -> None:
    for channel in configuration.channels:
        if not channel.chat:
            raise NoChatError(channel.name)


def _introduce(configuration: Configuration, *, to_telegram: bool) -> None:
    where = (
        "Telegram: " + ", ".join(f"{c.name} ({c.chat})" for c in configuration.channels)
        if to_telegram
        else "this terminal, since TELEGRAM_BOT_TOKEN is not set"
    )
    errors.print(
        f"Backchannel {VERSION}: {len(configuration.watchers)} watchers, "
        f"{len(configuration.rules)} rules; messages go to {escape(where)}. Ctrl-C ends it."
    )


def _fail(error: BaseException) -> NoReturn:
    errors.print(escape(str(error)), style="red", soft_wrap=True)
    raise SystemExit(USAGE_ERROR)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
