"""What an engine is given to run, and what every engine can do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias, TypeVar

from bot.delivery.senders import Senders

T = TypeVar("T")


class Step(StrEnum):
    """The steps and jobs that an engine runs; `SEND` is one sender for each channel."""

    READ = "read"
    GROUP = "group"
    SEND = "send"
    ARTICLES = "articles"
    ABSTRACTS = "abstracts"
    CORRECTIONS = "corrections"
    DIGESTS = "digests"
    FEED_LISTS = "feed lists"
    HUBS = "hubs"
    HUB_CALLBACK = "hub callback"
    COMMANDS = "commands"
    SOURCE_HEALTH = "source health"
    METRICS = "metrics"
    HOUSEKEEPING = "housekeeping"
    HEARTBEAT = "heartbeat"


# A coroutine function for each, which runs until it is cancelled.
Steps: TypeAlias = dict[Step, Callable[[], Awaitable[None]]]


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be run for one configuration.

    No step knows which engine runs it: they share nothing but the database and the events they
    were wired with.
    """

    senders: Senders
    steps: Steps


class Engine(Protocol):
    """Runs work."""

    async def run(self, work: Work, until: Awaitable[T]) -> T:
        """Run all of it until `until` is done, and return the result of that.

        Raises:
            ExceptionGroup: a step ended with an exception.
        """
        ...
