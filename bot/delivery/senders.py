"""The senders of all channels of a configuration, and the notices to administrators."""

from collections.abc import Iterator
from functools import partial

from bot.clock import Clock
from bot.configuration.channels import ADMINISTRATORS
from bot.configuration.records import Configuration
from bot.delivery.batching import Batching
from bot.delivery.destination import Destination
from bot.delivery.notices import Notices
from bot.delivery.sender import Sender
from bot.messages.drafts import Messages
from store import Store


class Senders:
    """One sender for each channel, and the notices that they and others give."""

    def __init__(
        self, configuration: Configuration, destination: Destination, stored: Store, clock: Clock
    ) -> None:
        has_administrators = configuration.administrators is not None
        wake_administrators = partial(self.wake, ADMINISTRATORS) if has_administrators else None
        self.notices = Notices(stored, clock, wake_administrators)
        messages = Messages(configuration)
        batching = {c.name: Batching(messages.view(c.name)) for c in configuration.channels}
        self._senders = {
            channel.name: Sender(
                channel,
                destination,
                stored,
                clock,
                self.notices.tell,
                batching=batching.get(channel.name),
            )
            for channel in configuration.all_channels
        }

    def __iter__(self) -> Iterator[Sender]:
        """The senders, the administrators' among them."""
        return iter(self._senders.values())

    def wake(self, channel: str) -> None:
        """Let a channel's sender look into the outbox."""
        self._senders[channel].wake()

    def finish(self) -> None:
        """End all senders after the messages that are being sent."""
        for sender in self._senders.values():
            sender.finish()
