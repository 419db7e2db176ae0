"""The heartbeat: a file that is touched while the event loop runs, for health checks."""

from pathlib import Path

from bot.clock import Clock

FILE = "heartbeat"
EVERY_SECONDS = 10.0


async def beat(data: Path, clock: Clock) -> None:
    """Touch the heartbeat file in the data folder until cancelled."""
    heartbeat = data / FILE
    while True:
        heartbeat.touch()
        await clock.sleep(EVERY_SECONDS)
