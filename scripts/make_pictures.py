"""Makes docs/pictures/terminal.svg of the demo: `.venv/bin/python scripts/make_pictures.py`."""

import asyncio
import io
import re
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.terminal_theme import DIMMED_MONOKAI

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.application import run as run_bot  # noqa: E402
from bot.cli.demo import timeline  # noqa: E402
from bot.logs import Format, Level, set_up  # noqa: E402

PICTURE = ROOT / "docs" / "pictures" / "terminal.svg"
WIDTH = 82
STORY, REPLY = "demo #1 (edited)", "(reply to #1)"
# Nothing of a third party is in the picture: it takes a font of the reader's machine.
_OTHERS = re.compile(r"@font-face \{.*?\}\s*|<!--.*?-->\s*", re.DOTALL)


class Collecting(Console):
    """Collects messages instead of showing them."""

    def __init__(self) -> None:
        super().__init__(file=io.StringIO(), width=WIDTH)
        self.messages: dict[str, Panel] = {}

    def print(self, *objects: Any, **_: Any) -> None:
        """Keep the last message of each title."""
        for panel in objects:
            if isinstance(panel, Panel):
                self.messages[str(panel.title)] = panel


def main() -> None:
    """Run the demo and write the picture."""
    set_up(Format.CONSOLE, Level.WARNING)
    console = Collecting()
    asyncio.run(timeline.run(run_bot, console, asyncio.Event()))
    shown = Console(record=True, file=io.StringIO(), width=WIDTH, force_terminal=True)
    # The story that is denied and confirmed, and the last reply that told its readers so.
    replies = [title for title in console.messages if title.endswith(REPLY)]
    for title in (STORY, replies[-1]):
        shown.print(console.messages[title])
    svg = shown.export_svg(title="./run demo", theme=DIMMED_MONOKAI, unique_id="terminal")
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(_OTHERS.sub("", svg), "utf-8")


if __name__ == "__main__":
    main()
