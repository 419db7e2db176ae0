"""What the button Why under a story's message carries."""

from hashlib import blake2b

PREFIX = "why:"
MAX_DATA = 64


def why_data(story: str, channel: str) -> str:
    """The data of the button under a story's message in a channel."""
    data = f"{PREFIX}{story}:{channel}"
    # Telegram takes 64 bytes, and a channel's name alone can have as many.
    return data if len(data.encode()) <= MAX_DATA else f"{PREFIX}{story}:{digest(channel)}"


def digest(name: str) -> str:
    """A channel's name, shortened."""
    return f"#{blake2b(name.encode(), digest_size=8).hexdigest()}"
