"""The commands as typer sees them; each imports what it needs when it is called."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.markup import escape

from bot.cli.console import err, out, program
from bot.cli.options import (
    CONFIG,
    DATA,
    USAGE_ERROR,
    ConfigPath,
    DataPath,
    LogFormat,
    LogLevel,
    OwnDataPath,
    Since,
    StoryId,
)
from bot.cli.setup.app import setup
from bot.errors import BackchannelError
from bot.logs import Format, Level
from bot.version import VERSION

if TYPE_CHECKING:
    from bot.cli.starting import RunBot

FAILED = 1
_STORIES_DATA = "bot.cli.data"

app = typer.Typer(
    name="backchannel",
    help="Watches news sources and posts what matters to Telegram. Without a command: run.",
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
stories = typer.Typer(
    help="List the stories, merge what is one, split what is two.",
    rich_markup_mode=None,
)


def main(run_bot: "RunBot") -> None:
    """Run the command line; what the user has to mend is said without a traceback."""
    try:
        app(prog_name=program(), obj=run_bot)
    except Exception as error:  # noqa: BLE001  the user is told, or it is raised again
        _fail(_for_the_user(error))


def _show_version(wanted: bool) -> None:  # noqa: FBT001  it is called by typer
    if wanted:
        out.print(f"Backchannel {VERSION}", highlight=False)
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _default(
    context: typer.Context,
    config: ConfigPath = CONFIG,
    data: DataPath = DATA,
    log: LogFormat = Format.CONSOLE,
    log_level: LogLevel = Level.INFO,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        run(context, config, data, log, log_level)
        return
    for option in context.command.params:
        source = context.get_parameter_source(option.name or "")
        if source is not None and source.name == "COMMANDLINE":
            context.fail(
                f"{option.opts[0]} stands after the command: "
                f"{context.info_name} {context.invoked_subcommand} {option.opts[0]} ..."
            )


@app.command()
def run(
    context: typer.Context,
    config: ConfigPath = CONFIG,
    data: DataPath = DATA,
    log: LogFormat = Format.CONSOLE,
    log_level: LogLevel = Level.INFO,
) -> None:
    """Watch the sources and send what matters, until stopped.

    With TELEGRAM_BOT_TOKEN in the environment messages go to Telegram, else to this terminal.
    """
    from bot.cli.run import run as start

    start(context.obj, config, data, log, log_level)


app.add_typer(setup)


@app.command()
def check(
    config: ConfigPath = CONFIG,
    lexicon: Annotated[
        bool, typer.Option("--lexicon", help="Show the remarks on the shipped lexicon too.")
    ] = False,
) -> None:
    """Read the configuration and say what is wrong with it."""
    from bot.cli.check import check as show

    show(config, lexicon=lexicon)


@app.command("try")
def try_(
    what: Annotated[
        str, typer.Argument(help="A text, a file, an address, or - for standard input.")
    ],
    config: ConfigPath = CONFIG,
) -> None:
    """Show what the rules make of a text."""
    from bot.cli.try_text import try_text

    try_text(what, config)


@app.command()
def backtest(
    config: ConfigPath = CONFIG,
    data: DataPath = DATA,
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
    from bot.cli.backtest import run_backtest

    run_backtest(config, data, since, rule, show)


@app.command()
def rules(config: ConfigPath = CONFIG, data: DataPath = DATA, since: Since = "30d") -> None:
    """Show how often each rule matches, and what of it never does."""
    from bot.cli.rules import show_rules

    show_rules(config, data, since)


app.add_typer(stories, name="stories")


@stories.callback(invoke_without_command=True)
def _list_stories(
    context: typer.Context,
    data: DataPath = DATA,
    since: Since = "7d",
    rule: Annotated[
        str | None, typer.Option("--rule", "-r", help="Of this rule alone.", metavar="NAME")
    ] = None,
    show: Annotated[int, typer.Option("--show", min=1, help="How many to list.")] = 20,
) -> None:
    context.meta[_STORIES_DATA] = data
    if context.invoked_subcommand is None:
        from bot.cli.stories import show_stories

        show_stories(data, since, rule, show)


@stories.command("show")
def show_story(context: typer.Context, story: StoryId, data: OwnDataPath = None) -> None:
    """Show a story with its reports."""
    from bot.cli.stories import show_story as show

    show(data or context.meta[_STORIES_DATA], story)


@stories.command("merge")
def merge_stories(
    context: typer.Context, story: StoryId, into: StoryId, data: OwnDataPath = None
) -> None:
    """Put a story into another, whose message then tells both."""
    from bot.cli.stories import merge_stories as merge

    merge(data or context.meta[_STORIES_DATA], story, into)


@stories.command("split")
def split_story(
    context: typer.Context,
    story: StoryId,
    entries: Annotated[
        list[str], typer.Argument(help="The ids of the reports that are another story.")
    ],
    data: OwnDataPath = None,
) -> None:
    """Take reports out of a story, to one of their own."""
    from bot.cli.stories import split_story as split

    split(data or context.meta[_STORIES_DATA], story, entries)


@app.command()
def feeds(
    config: ConfigPath = CONFIG,
    data: DataPath = DATA,
    test: Annotated[
        bool, typer.Option("--test", help="Ask each source once, and say what it answers.")
    ] = False,
) -> None:
    """Show the health of each watcher; with --test, ask them now.

    With --test it ends with 1 where a source cannot be read. Nothing is stored of it.
    """
    if test:
        from bot.cli.testing_feeds import ask_each

        raise SystemExit(0 if ask_each(config, data) else FAILED)
    from bot.cli.feeds import show_feeds

    show_feeds(config, data)


@app.command("send-test")
def send_test(
    config: ConfigPath = CONFIG,
    channel: Annotated[
        str | None, typer.Option("--channel", help="Look at this channel alone.", metavar="NAME")
    ] = None,
) -> None:
    """Check the token and the channels with a test message.

    The message is taken away again. Ends with 2 where something is wrong, and says what to do.
    """
    from bot.cli.send_test import send_test as send

    if not send(config, channel):
        raise SystemExit(USAGE_ERROR)


@app.command()
def add(
    address: Annotated[
        str, typer.Argument(help='The address of a site, feed or sitemap, or a channel\'s "@name".')
    ],
    config: ConfigPath = CONFIG,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Add the best one, unasked.")] = False,
    name: Annotated[str, typer.Option("--name", help="Your name for it.")] = "",
    title: Annotated[str, typer.Option("--title", help="What subscribers see.")] = "",
) -> None:
    """Find out what an address is, and add it to the watchers."""
    from bot.cli.watchers import add as add_source

    add_source(address, config, yes=yes, name=name, title=title)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A list of feeds in OPML.")],
    config: ConfigPath = CONFIG,
) -> None:
    """Add the feeds of an OPML file to the watchers."""
    from bot.cli.watchers import import_opml

    import_opml(file, config)


@app.command()
def export(config: ConfigPath = CONFIG) -> None:
    """Write the feeds among the watchers as OPML to standard output."""
    from bot.cli.watchers import export_opml

    export_opml(config)


@app.command()
def demo(context: typer.Context) -> None:
    """Show made-up stories coming in: no network, no token."""
    from bot.cli.demo.timeline import show_demo

    show_demo(context.obj)


def _for_the_user(error: Exception) -> Exception:
    """The error, or the first one of a group, that the user can mend; raises any other."""
    from store import StoreError

    known = (BackchannelError, StoreError)
    if isinstance(error, known):
        return error
    group = error.subgroup(known) if isinstance(error, ExceptionGroup) else None
    if group is None:
        raise error
    first: Exception = group
    while isinstance(first, ExceptionGroup):
        first = first.exceptions[0]
    return first


def _fail(error: Exception) -> NoReturn:
    err.print(escape(str(error)), style="red", soft_wrap=True)
    raise SystemExit(USAGE_ERROR)
