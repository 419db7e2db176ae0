"""Reading sources when they are due: the first time, ever after, and how they are."""

from bot.pipeline.reading.first_reading import of_the_last_day
from bot.pipeline.reading.health import SourceHealth
from bot.pipeline.reading.metrics import write_metrics
from bot.pipeline.reading.watching import Watching

__all__ = ["SourceHealth", "Watching", "of_the_last_day", "write_metrics"]
