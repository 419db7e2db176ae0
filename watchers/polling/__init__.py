"""One poll of a source: ask, read, tell what is new, decide when to read again."""

from watchers.polling.poll import poll, read_pushed

__all__ = ["poll", "read_pushed"]
