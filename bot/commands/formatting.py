"""How things are put in answers."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from bot.messages.rendering import escape
from watchers import SourceState

GAPS_SHOWN = timedelta(days=7)
_UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago something was."""
    return "never" if moment is None else f"{length(now - moment)} ago"


def length(duration: timedelta) -> str:
    """A time in its largest unit, of the larger ones with the next: "3 d 4 h", "12 min"."""
    seconds = max(0, int(duration.total_seconds()))
    for (unit, size), (finer, part) in pairwise(_UNITS):
        if seconds >= size:
            rest = seconds % size // part if size > 60 else 0
            return f"{seconds // size} {unit}" + (f" {rest} {finer}" if rest else "")
    return f"{seconds} s"


def has_gap(state: SourceState, now: datetime) -> bool:
    """Whether entries of a source of the last days may have been missed."""
    return state.gap_until is not None and now - state.gap_until < GAPS_SHOWN


def line(text: str, at_most: int) -> str:
    """Text of a source in one line, escaped, cut where it is longer."""
    flat = " ".join(text.split())
    return escape(flat if len(flat) <= at_most else f"{flat[: at_most - 1].rstrip()}…")


def quoted(words: Iterable[str]) -> str:
    """Words of a source, in quotation marks."""
    return ", ".join(f"“{line(word, 60)}”" for word in words)


def count(number: int, what: str) -> str:
    """A number of things: "1 source", "3 sources"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
