"""The consoles of the command line: standard output for results, standard error for the rest."""

from rich.console import Console

out = Console()
err = Console(stderr=True)
