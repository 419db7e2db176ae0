"""Links to messages in Telegram."""

TELEGRAM = "telegram:"
"""What the addresses of chats in Telegram begin with."""


def message_link(address: str, message: int) -> str:
    """The link to a message at an address; "" where none is possible."""
    if not address.startswith(TELEGRAM):
        return ""
    chat, _, topic = address.removeprefix(TELEGRAM).partition("/")
    between = f"/{topic}" if topic else ""
    if chat.startswith("@"):
        return f"https://t.me/{chat[1:]}{between}/{message}"
    if chat.startswith("-100"):
        return f"https://t.me/c/{chat[4:]}{between}/{message}"
    return ""
