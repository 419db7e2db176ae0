"""What a run is given besides its configuration: data folder, token, clock, randomness."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

from rich.console import Console

from bot.clock import Clock, utc_now


@dataclass(frozen=True, slots=True)
class FirstReadingProgress:
    """How far the first reading of sources that were never read before has come.

    `reports` and `stories` are what the rules found in the last day; they are counted at the end,
    when it is `done`, and sources that did not answer by then are tried again.
    """

    sources: int
    read: int = 0
    failed: int = 0
    unreachable: int = 0
    reports: int = 0
    stories: int = 0
    done: bool = False

    def __str__(self) -> str:
        """The counts in a line."""
        said = f"{self.sources} sources: {self.read} read"
        if self.failed:
            said += f", {self.failed} failed"
        if waiting := self.sources - self.read - self.failed:
            said += f", {waiting} to come"
        if self.done and self.read:
            said += f"; {self.reports} reports of the beat since yesterday, {self.stories} stories"
        return said

    @property
    def is_without_network(self) -> bool:
        """Whether no source that has answered by then could be reached."""
        return self.done and 0 < self.unreachable == self.read + self.failed


def _ignore(_: FirstReadingProgress) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run is given besides its configuration."""

    data: Path
    token: str = field(default="", repr=False)
    api_url: str = ""
    pause_between_requests: float = 1.0
    console: Console = field(default_factory=Console)
    clock: Clock = field(default_factory=Clock)
    random: Random = field(default_factory=Random)
    started: datetime = field(default_factory=utc_now)
    progress: Callable[[FirstReadingProgress], None] = _ignore
