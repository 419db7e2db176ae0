"""The callback data of the button Why under a story's message."""

from hashlib import blake2b

PREFIX = "why:"
MAX_DATA = 64


def why_data(story: str, channel: str) -> str:
    """The callback data for a story in a channel (at most 64 bytes)."""
    data = f"{PREFIX}{story}:{channel}"
    # Telegram takes 64 bytes, and a channel's name alone can have as many.
    return data if len(data.encode()) <= MAX_DATA else f"{PREFIX}{story}:{digest(channel)}"


def digest(name: str) -> str:
    """A digest of a channel's name."""
    return f"#{blake2b(name.encode(), digest_size=8).hexdigest()}"
