"""The command line."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

import store
from bot import application
from bot.application import Surroundings
from bot.cli import backtest as backtesting
from bot.cli import feeds_table as health
from bot.cli import rules_table as rulebook
from bot.cli import stories_table as storybook
from bot.cli import try_text as trying
from bot.cli.demo import timeline as demonstration
from bot.clock import Clock, utc_now
from bot.commands.formatting import count
from bot.configuration import adding, opml
from bot.configuration.channels import Channel
from bot.configuration.loading import Configuration, load
from bot.configuration.reloading import Reloading
from bot.configuration.schema import read_duration
from bot.delivery.telegram import send_test as sendtest
from bot.errors import (
    AlreadyWatchedError,
    BackchannelError,
    NoChatError,
    NoSuchError,
    NothingStoredError,
    NoTokenError,
)
from bot.logs import Format, Level, set_up
from bot.pipeline.language_model import key_to
from bot.version import VERSION
from store import RuleRecord, Store, StoreError, open_store
from watchers import FEED
from watchers.discovery import Source
from watchers.kinds.gdelt import GdeltOptions

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
    need = _need_chats if token else _need_key
    reloading = Reloading(config, Clock(), need, data)
    configuration = load(config, data)
    reloading.follow(configuration)
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
        f"{escape(str(config))} is right: {count(len(configuration.watchers), 'watcher')} in "
        f"{count(len(languages), 'language')}, {count(len(configuration.rules), 'rule')}, "
        f"{count(len(configuration.channels), 'channel')}."
    )
    for watcher in configuration.watchers:
        if isinstance(watcher.options, GdeltOptions):
            asked = f"{watcher.name} asks GDELT: {watcher.options.query}"
            console.print(escape(asked), soft_wrap=True)
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


stories = typer.Typer(
    help="List the stories, and correct them: merge what is one, split what is two.",
    rich_markup_mode=None,
)
app.add_typer(stories, name="stories")
StoryId = Annotated[str, typer.Argument(help="The id of a story, or how it begins.")]
DataHere = Annotated[Path | None, typer.Option("--data", "-d", help="The folder of the database.")]


@stories.callback(invoke_without_command=True)
def _list_stories(
    context: typer.Context,
    data: DataPath = Path("data"),
    since: Since = "7d",
    rule: Annotated[
        str | None, typer.Option("--rule", "-r", help="Of this rule alone.", metavar="NAME")
    ] = None,
    show: Annotated[int, typer.Option("--show", min=1, help="How many to list.")] = 20,
) -> None:
    context.obj = data
    if context.invoked_subcommand is None:
        begin = utc_now() - _time(since)
        found = asyncio.run(_stored(data, lambda s: storybook.listed(s, begin, rule, show)))
        console.print(found)


@stories.command("show")
def show_story(context: typer.Context, story: StoryId, data: DataHere = None) -> None:
    """Show a story with its reports."""
    found = asyncio.run(_stored(data or context.obj, lambda stored: storybook.shown(stored, story)))
    console.print(found, soft_wrap=True)


@stories.command("merge")
def merge_stories(
    context: typer.Context, story: StoryId, into: StoryId, data: DataHere = None
) -> None:
    """Put a story into another, whose message then tells both."""
    folder = data or context.obj
    work = _stored(folder, lambda stored: storybook.merged(stored, folder, Clock(), story, into))
    console.print(asyncio.run(work), highlight=False)


@stories.command("split")
def split_story(
    context: typer.Context,
    story: StoryId,
    entries: Annotated[
        list[str], typer.Argument(help="The ids of the reports that are another story.")
    ],
    data: DataHere = None,
) -> None:
    """Take reports out of a story, to one of their own."""
    folder = data or context.obj
    work = _stored(folder, lambda stored: storybook.split(stored, folder, Clock(), story, entries))
    console.print(asyncio.run(work), highlight=False)


@app.command()
def feeds(config: ConfigPath = Path("config.toml"), data: DataPath = Path("data")) -> None:
    """Show the health of each watcher."""
    configuration = load(config)
    now = utc_now()
    states, pushed = asyncio.run(health.states(data, now))
    reached = pushed if configuration.websub else ()
    console.print(health.table(configuration.watchers, states, now, reached))


@app.command("send-test")
def send_test(
    config: ConfigPath = Path("config.toml"),
    channel: Annotated[
        str | None, typer.Option("--channel", help="Look at this channel alone.", metavar="NAME")
    ] = None,
) -> None:
    """Check the token and each channel: send a test message, and take it away again.

    Ends with 2 where something is wrong, and says what to do.
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
    chosen = [one for one in every if channel in {None, one.name}]
    if not asyncio.run(_send_tests(token, api_url, chosen)):
        raise SystemExit(USAGE_ERROR)


@app.command()
def add(
    address: Annotated[
        str, typer.Argument(help='The address of a site, feed or sitemap, or a channel\'s "@name".')
    ],
    config: ConfigPath = Path("config.toml"),
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Add the best one, unasked.")] = False,
    name: Annotated[str, typer.Option("--name", help="Your name for it.")] = "",
    title: Annotated[str, typer.Option("--title", help="What subscribers see.")] = "",
) -> None:
    """Find out what an address is, show what is there, and add it to the watchers."""
    configuration = load(config)
    with errors.status("Looking at what is there"):
        found = asyncio.run(adding.sources(address, utc_now, configuration.contact))
    source = found[0] if yes or len(found) == 1 else _chosen(found)
    _need_new(source.url, configuration)
    console.print(adding.preview(source, configuration.matcher))
    keys = adding.keys(source, (w.name for w in configuration.watchers), name, title)
    if not yes:
        typer.confirm(f"Add it to {config} as {keys['name']!r}?", abort=True)
    adding.write(config, [keys])
    console.print(f"{escape(str(config))} has a new watcher: {escape(keys['name'])}.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A list of feeds in OPML.")],
    config: ConfigPath = Path("config.toml"),
) -> None:
    """Add the feeds of an OPML file to the watchers; those that are there already are left out."""
    configuration = load(config)
    tables = adding.listed(opml.read_file(file), configuration.watchers)
    if tables:
        adding.write(config, tables)
    console.print(f"{escape(str(config))} has {len(tables)} new watchers.")


@app.command()
def export(config: ConfigPath = Path("config.toml")) -> None:
    """Write the feeds among the watchers as OPML to standard output."""
    watchers = load(config).watchers
    typer.echo(opml.written(watchers), nl=False)
    if others := sum(watcher.kind != FEED for watcher in watchers):
        errors.print(f"{others} watchers of other kinds are left out: OPML lists feeds.")


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


def _chosen(found: Sequence[Source]) -> Source:
    console.print(adding.choice(found))
    number: int = typer.prompt("Which one?", default=1, type=int)
    if not 1 <= number <= len(found):
        raise typer.BadParameter(f"there are {len(found)}")
    return found[number - 1]


def _need_new(url: str, configuration: Configuration) -> None:
    for watcher in configuration.watchers:
        if watcher.url == url:
            raise AlreadyWatchedError(url, watcher.name)


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


async def _send_tests(token: str, api_url: str, channels: Sequence[Channel]) -> bool:
    well = True
    async with sendtest.open_bot(token, api_url) as bot:
        console.print(f"Telegram accepts the token: the bot is @{bot.username}.", highlight=False)
        async for finding in sendtest.findings(bot, channels):
            mark = "[green]well[/green]" if finding.well else "[red]wrong[/red]"
            text = f"{mark} {escape(finding.about)}: {escape(finding.text)}"
            console.print(text, highlight=False, soft_wrap=True)
            well = well and finding.well
    return well


def _time(text: str) -> timedelta:
    try:
        return read_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from error


def _days(begin: datetime, now: datetime) -> float:
    return max((now - begin) / timedelta(days=1), 1 / 24)


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
