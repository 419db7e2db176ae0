"""The consoles of the command line: standard output for results, standard error for the rest."""

import os
import sys
from pathlib import Path

from rich.console import Console

out = Console()
err = Console(stderr=True)


def program() -> str:
    """How the program was called: by ./run, or by its own name."""
    name = os.environ.get("BACKCHANNEL_PROGRAM", "backchannel")
    bare = Path(name).name
    # A shell completes by the name without its folder.
    completes = f"_{bare.upper()}_COMPLETE" in os.environ
    asked = any(option in sys.argv for option in ("--show-completion", "--install-completion"))
    return bare if completes or asked else name
