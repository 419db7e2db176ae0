"""The engine of a single process: every step is a task on the event loop."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import TypeVar

from bot.engine.work import Step, Work

# How long a message that is being sent may take to arrive once the work is to end.
GRACE_SECONDS = 1.0

T = TypeVar("T")


class InProcess:
    """Runs the steps as tasks of this process, all of them or those that are named."""

    def __init__(self, only: Collection[Step] = tuple(Step)) -> None:
        self._only = frozenset(only)

    async def run(self, work: Work, until: Awaitable[T]) -> T:
        """See `Engine.run`."""
        async with asyncio.TaskGroup() as tasks:
            sending = []
            if Step.SEND in self._only:
                sending = [tasks.create_task(sender.run()) for sender in work.senders]
            working = [
                tasks.create_task(_run(step))
                for name, step in work.steps.items()
                if name in self._only
            ]
            result = await until
            work.senders.finish()
            for task in working:
                task.cancel()
            # What does not arrive in time is reconciled by the next run.
            if sending:
                await asyncio.wait(sending, timeout=GRACE_SECONDS)
            for task in sending:
                task.cancel()
        return result


async def _run(step: Callable[[], Awaitable[None]]) -> None:
    await step()
