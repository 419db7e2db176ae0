"""The commands that make a start, as typer sees them."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import CONFIG, DATA, USAGE_ERROR, ConfigPath, DataPath

setup = typer.Typer(rich_markup_mode=None)


@setup.command()
def init(
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="The file to write; by default config.toml."),
    ] = None,
    follow: Annotated[
        str | None,
        typer.Option("--follow", help="iran-us, prisoner-exchanges, or own.", metavar="BEAT"),
    ] = None,
    party: Annotated[
        list[str] | None,
        typer.Option(
            help='Who it is about; with words for it: "Sudan=Sudanese, Khartoum"', metavar="NAME"
        ),
    ] = None,
    matter: Annotated[
        list[str] | None,
        typer.Option(help="What about them: talks, ceasefire, ..., or words.", metavar="MATTER"),
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="Outlets of which language.", metavar="en|ar|...")
    ] = None,
    site: Annotated[
        list[str] | None, typer.Option(help="A source to read besides.", metavar="ADDRESS")
    ] = None,
    chat: Annotated[
        str | None, typer.Option(help="Where to send: @channel or a number.", metavar="CHAT")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Of the times in messages.", metavar="ZONE")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")] = False,
) -> None:
    """Make a configuration: ask what to follow, and where to send it.

    What is given as an option is not asked. A file that is there is never overwritten.
    """
    from bot.cli.setup.init import Given
    from bot.cli.setup.init import init as ask

    given = Given(
        follow, party or (), matter or (), language or (), site or (), chat, timezone, yes=yes
    )
    ask(config, given)


@setup.command()
def doctor(config: ConfigPath = CONFIG, data: DataPath = DATA) -> None:
    """Look for what is wrong, and say what to do about it.

    Network, names, clock, disk, rights, database, token, channels, versions. Nothing is sent or
    changed. Ends with 2 where something is wrong, and says what to do.
    """
    from bot.cli.setup.doctor import doctor as look

    if not look(config, data):
        raise SystemExit(USAGE_ERROR)
