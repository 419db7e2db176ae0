"""The sender: turns the outbox into messages, each exactly once.

Every send and edit is written ahead. A row that is found in `sending` is ambiguous: an edit is
simply made again, a message is looked for before anything else goes to its channel.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

import structlog

import store
from bot.clock import Clock
from bot.configuration.channels import ADMINISTRATORS, Channel
from bot.delivery.batching import Batching
from bot.delivery.destination import (
    AmbiguousError,
    Capability,
    DeliveryError,
    Destination,
    Edited,
    MessageSearch,
    RefusedError,
    UnreadableError,
    WaitError,
)
from bot.delivery.reconciliation import Lost, find, readable
from bot.messages.why_button import why_data
from store import OutboxRow, Status, Store, Urgency

# "Not found" can be said of a message that was sent a moment ago.
EDIT_AGAIN_AFTER = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
FIRST_PARKING, LONGEST_PARKING = 60.0, 3600.0

log = structlog.get_logger()


class Sender:
    """Delivers one channel's outbox rows in order; `wake` it when there may be new ones."""

    def __init__(
        self,
        channel: Channel,
        destination: Destination,
        stored: Store,
        clock: Clock,
        tell: Callable[[str], Awaitable[None]] | None = None,
        *,
        batching: Batching | None = None,
    ) -> None:
        """`tell` notifies administrators when the channel refuses messages.

        Without `batching` each story is a message of its own, however many wait.
        """
        self._channel = channel
        self._batching = batching
        self._tell = tell or _tell_nobody
        self._destination = destination
        destination.address(channel)  # it learns of all its channels before the first is sent to
        self._store = stored
        self._clock = clock
        self._news = asyncio.Event()
        self._pauses = Backoff()
        self._finishing = False
        self._unreadable = ""
        self._log = log.bind(channel=channel.name)

    def wake(self) -> None:
        """Check the outbox now."""
        self._news.set()

    def finish(self) -> None:
        """End `run` after the row that is being sent, if any."""
        self._finishing = True
        self.wake()

    async def run(self) -> None:
        """Send until `finish` is called."""
        self.wake()
        while not self._finishing:
            await self._until_news()
            self._news.clear()
            while not self._finishing and await self.send_next():
                pass

    async def send_next(self) -> bool:
        """Deliver the next row; returns whether there was one."""
        address = self._destination.address(self._channel)
        taken = await self._taken(address)
        if taken is None:
            return False
        try:
            await self._deal_with(*taken, address)
        except DeliveryError as error:
            await self._say(error)
            seconds = self._pause_after(error)
            if isinstance(error, WaitError):
                await self._rest(address, seconds)
            await self._clock.sleep(seconds)
        else:
            self._pauses = Backoff()
        return True

    async def _rest(self, address: str, seconds: float) -> None:
        """Store how long Telegram asks to wait, for a process that is started meanwhile."""
        async with self._store.write() as db:
            await store.rest(db, address, self._clock.now() + timedelta(seconds=seconds))

    async def _until_news(self) -> None:
        """Wait until woken, or until the next row is due."""
        address = self._destination.address(self._channel)
        async with self._store.read() as db:
            paused = await store.is_paused(db, self._channel.name)
            due = None if paused else await store.next_due(db, self._channel.name)
            rests = await store.rests_until(db, address)
        await self._clock.wait(self._news, max(due, rests or due) if due else None)

    async def _taken(self, address: str) -> tuple[OutboxRow, int | None] | None:
        """The next row as it was before it was marked as sending, and its story's message id.

        Read and marked in one transaction: a row that waits may be given a newer text at any time.
        """
        async with self._store.write() as db:
            if await store.is_paused(db, self._channel.name):
                return None
            now = self._clock.now()
            rests = await store.rests_until(db, address)
            if rests is not None and rests > now:
                return None
            if self._batching is not None:
                await self._batching.batch(db, address, now)
            while row := await store.next_row(db, self._channel.name, now):
                message = await store.message_of(db, address, row.story)
                if await store.is_told_with_others(db, address, row.story):
                    message = None
                    if row.urgency is not Urgency.PRIORITY:
                        await store.mark_told(db, row, now)
                        continue
                await store.mark_sending(db, row, address, now)
                return row, message
            return None

    async def _deal_with(self, row: OutboxRow, message: int | None, address: str) -> None:
        self._unreadable = ""
        ambiguous = row.status is Status.SENDING and row.address == address
        if ambiguous and message is None:
            arrived = await self._arrived(row, address)
            if arrived is not None:
                await self._sent(row, address, arrived)
                self._log.info("the message had arrived", story=row.story, message=arrived)
                return
            self._log.warning("sent again: it did not arrive", story=row.story)
        try:
            await self._deliver(row, address, message)
        except AmbiguousError:
            raise
        except DeliveryError as error:
            async with self._store.write() as db:
                await store.mark_pending(db, row, str(error), self._clock.now())
            raise

    async def _arrived(self, row: OutboxRow, address: str) -> int | None:
        if not isinstance(self._destination, MessageSearch):
            return None
        async with self._store.read() as db:
            last = await store.last_message_id(db, address)
        lost = Lost(row.text, self._why(row), last, has_picture=row.picture is not None)
        return await find(self._destination, self._channel, lost, self._clock.sleep)

    async def _deliver(self, row: OutboxRow, address: str, message: int | None) -> None:
        try:
            if message is None:
                await self._send(row, address)
            elif self._can(Capability.EDIT):
                await self._edit(row, address, message)
            else:
                await self._sent(row, address, message)
        except UnreadableError as error:
            await self._give_up(row, str(error))

    async def _send(self, row: OutboxRow, address: str) -> None:
        send = partial(self._destination.send, self._channel, why=self._why(row))
        above = await self._message_above(row, address)
        if above is not None and self._can(Capability.REPLY):
            send = partial(send, reply_to=above)
        if row.silent:
            send = partial(send, silent=True)
        if row.picture is not None and self._can(Capability.PICTURE):
            send = partial(send, picture=row.picture)
        message = await readable(send, row.text, self._say_unreadable)
        await self._sent(row, address, message)
        self._log.info("sent", story=row.story, message=message)

    def _can(self, capability: Capability) -> bool:
        return capability in self._destination.capabilities

    def _why(self, row: OutboxRow) -> str:
        story = store.story_of(row.story)
        return why_data(story, self._channel.name) if story else ""

    async def _message_above(self, row: OutboxRow, address: str) -> int | None:
        if not row.reply_to:
            return None
        async with self._store.read() as db:
            return await store.message_of(db, address, row.reply_to)

    async def _edit(self, row: OutboxRow, address: str, message: int) -> None:
        edit = partial(self._destination.edit, self._channel, message, why=self._why(row))
        if row.picture is not None and self._can(Capability.PICTURE):
            edit = partial(edit, has_picture=True)
        edited = await readable(edit, row.text, self._say_unreadable)
        if edited is Edited.NOT_FOUND:
            await self._clock.sleep(EDIT_AGAIN_AFTER)
            edited = await readable(edit, row.text, self._say_unreadable)
        if edited in {Edited.CHANGED, Edited.NOT_MODIFIED}:
            await self._sent(row, address, message)
            self._log.info("edited", story=row.story, message=message)
        else:
            await self._give_up(row, f"message {message} was deleted or is not ours to edit")

    async def _sent(self, row: OutboxRow, address: str, message: int) -> None:
        async with self._store.write() as db:
            now = self._clock.now()
            await store.mark_sent(db, row, address, message, now, reason=self._unreadable)

    async def _give_up(self, row: OutboxRow, reason: str) -> None:
        async with self._store.write() as db:
            await store.mark_failed(db, row, reason, self._clock.now())
        self._log.error("given up", story=row.story, reason=reason)

    def _say_unreadable(self, reason: str) -> None:
        self._unreadable = f"sent without markup: {reason}"
        self._log.error("sent without markup: Telegram cannot read it", reason=reason)

    async def _say(self, error: DeliveryError) -> None:
        if isinstance(error, WaitError):
            self._log.warning("Telegram asks to wait", seconds=error.seconds)
        elif self._pauses.is_news(str(error)):
            refused = isinstance(error, RefusedError)
            what = "cannot deliver" if refused else "not delivered"
            self._log.error(f"{what}; trying again", reason=str(error))
            if refused and self._channel.name != ADMINISTRATORS:
                await self._tell(f"The channel {self._channel.name} takes no messages: {error}")

    def _pause_after(self, error: DeliveryError) -> float:
        if isinstance(error, WaitError):
            return error.seconds
        refused = isinstance(error, RefusedError)
        return self._pauses.after_refusal() if refused else self._pauses.after_failure()


async def _tell_nobody(_: str) -> None:
    pass


class Backoff:
    """Exponential back-off after failures and refusals, and the reasons already logged."""

    def __init__(self) -> None:
        self._failures = self._refusals = 0
        self._said: set[str] = set()

    def is_news(self, reason: str) -> bool:
        """Whether this reason was not logged yet."""
        new = reason not in self._said
        self._said.add(reason)
        return new

    def after_failure(self) -> float:
        """Seconds to wait after a failure, doubling."""
        self._failures += 1
        return min(FIRST_PAUSE * 2.0 ** (self._failures - 1), LONGEST_PAUSE)

    def after_refusal(self) -> float:
        """Seconds to wait after a refusal, doubling."""
        self._refusals += 1
        return min(FIRST_PARKING * 2.0 ** (self._refusals - 1), LONGEST_PARKING)
