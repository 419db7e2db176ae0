"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from bot.logs import Format, Level

ConfigPath = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="BACKCHANNEL_CONFIG", help="The configuration file."),
]
DataPath = Annotated[
    Path,
    typer.Option("--data", "-d", envvar="BACKCHANNEL_DATA", help="The folder of the database."),
]
OwnDataPath = Annotated[
    Path | None, typer.Option("--data", "-d", help="The folder of the database.")
]
LogFormat = Annotated[
    Format, typer.Option("--log", envvar="BACKCHANNEL_LOG", help="How log lines are written.")
]
LogLevel = Annotated[
    Level,
    typer.Option("--log-level", envvar="BACKCHANNEL_LOG_LEVEL", help="The least that is written."),
]
Since = Annotated[
    str, typer.Option("--since", "-s", help="How far to look back: 12h, 30d, 8w.", metavar="TIME")
]
StoryId = Annotated[str, typer.Argument(help="The id of a story, or how it begins.")]

CONFIG = Path("config.toml")
DATA = Path("data")

USAGE_ERROR = 2
"""The exit code where the user has something to mend."""
