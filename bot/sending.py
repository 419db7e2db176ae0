"""The sender: turns the outbox into messages, each exactly once.

Every send is written ahead. A row that is found in `sending` is ambiguous and is settled before
anything else goes to its channel: message ids grow, so an edit to the very same content of the
ids after the last known one tells whether it arrived.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

import store
from bot.channels import (
    AmbiguousError,
    Channel,
    Courier,
    CourierError,
    Edited,
    RefusedError,
    UnreadableError,
    WaitError,
)
from bot.clock import Clock
from bot.rendering import plain
from store import Letter, Status, Store

# A gap in the ids is a deleted post; after this many in a row nothing newer is there.
MISSES = 5
PROBED_IDS = 50
ASK_AGAIN_AFTER = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
FIRST_PARKING, LONGEST_PARKING = 60.0, 3600.0

log = structlog.get_logger()
T = TypeVar("T")


class Sender:
    """Sends one channel's letters, in order. `wake` it when there may be something to send."""

    def __init__(self, channel: Channel, courier: Courier, stored: Store, clock: Clock) -> None:
        self._channel = channel
        self._courier = courier
        self._address = courier.address(channel)
        self._store = stored
        self._clock = clock
        self._news = asyncio.Event()
        self._failures = 0
        self._finishing = False
        self._log = log.bind(channel=channel.name)

    def wake(self) -> None:
        """Look into the outbox now."""
        self._news.set()

    def finish(self) -> None:
        """End `run` after the letter that is being sent, if any."""
        self._finishing = True
        self.wake()

    async def run(self) -> None:
        """Send until `finish` is called."""
        self.wake()
        while not self._finishing:
            await self._news.wait()
            self._news.clear()
            while not self._finishing and await self.send_next():
                pass

    async def send_next(self) -> bool:
        """Deal with the next letter; returns whether there was one."""
        async with self._store.read() as db:
            letter = await store.next_letter(db, self._channel.name)
        if letter is None:
            return False
        try:
            await self._deal_with(letter)
        except CourierError as error:
            await self._clock.sleep(self._pause_after(error))
        else:
            self._failures = 0
        return True

    async def _deal_with(self, letter: Letter) -> None:
        if letter.status is Status.SENDING and letter.address == self._address:
            arrived = await self._find(letter)
            if arrived is not None:
                await self._sent(letter, arrived)
                self._log.info("found to have arrived", story=letter.story, message=arrived)
                return
            self._log.warning("sent again: it did not arrive", story=letter.story)
        async with self._store.read() as db:
            message = await store.message_of(db, self._address, letter.story)
        if message is None:
            await self._send(letter)
        else:
            await self._edit(letter, message)

    async def _send(self, letter: Letter) -> None:
        async with self._store.write() as db:
            await store.mark_sending(db, letter, self._address, self._clock.now())
        try:
            message = await self._readable(letter, self._courier.send, self._channel)
        except UnreadableError as error:
            await self._give_up(letter, str(error))
        except AmbiguousError:
            raise
        except CourierError as error:
            async with self._store.write() as db:
                await store.mark_pending(db, letter, str(error), self._clock.now())
            raise
        else:
            await self._sent(letter, message)
            self._log.info("sent", story=letter.story, message=message)

    async def _edit(self, letter: Letter, message: int) -> None:
        try:
            edited = await self._readable(letter, self._courier.edit, self._channel, message)
        except UnreadableError as error:
            await self._give_up(letter, str(error))
            return
        if edited in {Edited.CHANGED, Edited.NOT_MODIFIED}:
            await self._sent(letter, message)
            self._log.info("edited", story=letter.story, message=message)
        else:
            await self._give_up(letter, f"message {message} was deleted or is not ours to edit")

    async def _find(self, letter: Letter) -> int | None:
        """The id of an ambiguous letter's message, or None where it did not arrive."""
        found = await self._probe(letter)
        if found is None:
            # "Not found" can be said of a message that is only just arriving.
            await self._clock.sleep(ASK_AGAIN_AFTER)
            found = await self._probe(letter)
        return found

    async def _probe(self, letter: Letter) -> int | None:
        async with self._store.read() as db:
            last = await store.last_message_id(db, self._address)
        misses = 0
        for message in range(last + 1, last + 1 + PROBED_IDS):
            edited = await self._readable(letter, self._courier.edit, self._channel, message)
            if edited in {Edited.CHANGED, Edited.NOT_MODIFIED}:
                return message
            misses = misses + 1 if edited is Edited.NOT_FOUND else 0
            if misses == MISSES:
                break
        return None

    async def _readable(
        self, letter: Letter, act: Callable[..., Awaitable[T]], *arguments: object
    ) -> T:
        try:
            return await act(*arguments, letter.text)
        except UnreadableError as error:
            self._log.error("sent without markup: Telegram cannot read it", reason=str(error))
            return await act(*arguments, plain(letter.text))

    async def _sent(self, letter: Letter, message: int) -> None:
        async with self._store.write() as db:
            await store.mark_sent(db, letter, self._address, message, self._clock.now())

    async def _give_up(self, letter: Letter, reason: str) -> None:
        async with self._store.write() as db:
            await store.mark_failed(db, letter, reason, self._clock.now())
        self._log.error("given up", story=letter.story, reason=reason)

    def _pause_after(self, error: CourierError) -> float:
        self._failures += 1
        if isinstance(error, WaitError):
            self._log.warning("Telegram asks to wait", seconds=error.seconds)
            return error.seconds
        refused = isinstance(error, RefusedError)
        first, longest = (
            (FIRST_PARKING, LONGEST_PARKING) if refused else (FIRST_PAUSE, LONGEST_PAUSE)
        )
        if self._failures == 1:
            self._log.error(
                "cannot deliver; trying again" if refused else "not delivered; trying again",
                reason=str(error),
            )
        return min(first * 2.0 ** (self._failures - 1), longest)
