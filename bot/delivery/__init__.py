"""From the outbox to destinations: the sender, reconciliation, batching, and the destinations."""

from bot.delivery.destination import Destination
from bot.delivery.destinations import open_destination
from bot.delivery.senders import Senders

__all__ = ["Destination", "Senders", "open_destination"]
