"""Reloading the configuration while the bot runs; a wrong one changes nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import structlog

from bot.clock import Clock
from bot.configuration.loading import load
from bot.configuration.records import Configuration
from bot.errors import BackchannelError, ConfigurationError

Signature = tuple[int, int, int]

LOOK_EVERY = 0.5
NOT_USED = "The changed configuration is not used; the one before goes on."

log = structlog.get_logger()


class Reloading:
    """Watches the configuration's files, and loads them when they change.

    `check` raises what is wrong with a configuration besides its text.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        check: Callable[[Configuration], None] = lambda _: None,
        data: Path | None = None,
    ) -> None:
        self._path = path
        self._data = data
        self._files: tuple[Path, ...] = ()
        self._clock = clock
        self._check = check
        self._known: dict[Path, Signature | None] = {}
        self._known = self._signatures()

    @property
    def path(self) -> Path:
        """The configuration file."""
        return self._path

    def follow(self, configuration: Configuration) -> None:
        """Watch the further files that this configuration was read from, too."""
        self._files = configuration.files
        # What is known is from before it was read: a change since then is still one.
        present = self._signatures()
        self._known = {path: self._known.get(path) or present[path] for path in present}

    async def next(self, tell: Callable[[str], Awaitable[None]]) -> Configuration:
        """Wait for the next valid configuration; an invalid one is reported with `tell`."""
        while True:
            await self._clock.sleep(LOOK_EVERY)
            signatures = self._signatures()
            if signatures == self._known:
                continue
            self._known = signatures
            try:
                configuration = await asyncio.to_thread(load, self._path, self._data)
                self._check(configuration)
            except BackchannelError as error:
                if isinstance(error, ConfigurationError):
                    self._watch(fault.file for fault in error.faults)
                log.error("the changed configuration is not used", reason=str(error))  # noqa: TRY400
                await tell(f"{NOT_USED}\n{error}")
            else:
                log.info(
                    "configuration changed",
                    watchers=len(configuration.watchers),
                    rules=len(configuration.rules),
                    channels=len(configuration.channels),
                )
                self.follow(configuration)
                return configuration

    def _watch(self, files: Iterable[str]) -> None:
        """Watch these files besides: the mistake is mended in one of them."""
        self._files = tuple(dict.fromkeys((*self._files, *map(Path, files))))
        self._known = self._signatures() | self._known

    def _signatures(self) -> dict[Path, Signature | None]:
        # An editor that saves by replacing leaves no file for a moment: that is no change.
        paths = (self._path, *self._files)
        return {path: _signature(path) or self._known.get(path) for path in paths}


async def next_configuration(
    stop: asyncio.Event, reloading: Reloading | None, tell: Callable[[str], Awaitable[None]]
) -> Configuration | None:
    """Wait for the next valid configuration; None once `stop` is set."""
    if reloading is None:
        await stop.wait()
        return None
    stopped = asyncio.create_task(stop.wait())
    changed = asyncio.create_task(reloading.next(tell))
    try:
        await asyncio.wait({stopped, changed}, return_when=asyncio.FIRST_COMPLETED)
        return None if stopped.done() else await changed
    finally:
        stopped.cancel()
        changed.cancel()


def _signature(path: Path) -> Signature | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
