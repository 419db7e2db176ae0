"""From the outbox to destinations: the sender, reconciliation, batching, and the destinations."""
