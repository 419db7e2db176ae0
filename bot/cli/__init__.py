"""The command line: what a user types, one module for each command.

`--help` and `--version` must be quick: `app` declares the commands and imports what one of them
needs when it is called.
"""

from bot.cli.app import app, main

__all__ = ["app", "main"]
