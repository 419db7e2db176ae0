"""What a run is given besides its configuration: data folder, token, clock, randomness."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

from rich.console import Console

from bot.clock import Clock, utc_now


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
