"""One poll of a source: ask, read, tell what is new, decide when to read again."""

from watchers.polling.going_back import go_back
from watchers.polling.poll import poll, read_pushed

__all__ = ["go_back", "poll", "read_pushed"]
