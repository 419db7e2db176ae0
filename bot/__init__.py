"""The application: configuration, command line, sending, and the wiring of it all."""

from bot.application import Surroundings, run
from bot.configuration.loading import Configuration, load

__all__ = ["Configuration", "Surroundings", "load", "run"]
