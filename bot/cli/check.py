"""`check`: validate the configuration."""

import os
from pathlib import Path

from rich.markup import escape

from bot.cli.console import out
from bot.commands.formatting import count
from bot.configuration.loading import load
from watchers.kinds.gdelt import GdeltOptions


def check(config: Path, *, lexicon: bool) -> None:
    """Print the counts and warnings of a valid configuration.

    Raises:
        ConfigurationError: it is not right.
    """
    configuration = load(config)
    languages = {watcher.language for watcher in configuration.watchers if watcher.language}
    out.print(
        f"{escape(str(config))} is right: {count(len(configuration.watchers), 'watcher')} in "
        f"{count(len(languages), 'language')}, {count(len(configuration.rules), 'rule')}, "
        f"{count(len(configuration.channels), 'channel')}."
    )
    for watcher in configuration.watchers:
        if isinstance(watcher.options, GdeltOptions):
            asked = f"{watcher.name} asks GDELT: {watcher.options.query}"
            out.print(escape(asked), soft_wrap=True)
    missing = [name for name in configuration.variables if not os.environ.get(name)]
    unset = (f"the environment here has no {name}, which the file names" for name in missing)
    for warning in (*configuration.warnings, *unset):
        out.print(f"[yellow]warning[/yellow] {escape(warning)}", soft_wrap=True)
    for remark in configuration.remarks if lexicon else ():
        out.print(f"[dim]shipped lexicon[/dim] {escape(remark)}", soft_wrap=True)
