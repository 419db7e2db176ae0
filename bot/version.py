"""The version, and the User-Agent of requests."""

VERSION = "0.1.0"


def user_agent(contact: str) -> str:
    """The User-Agent of requests to sources."""
    about = f"; +{contact}" if contact else ""
    return f"Backchannel/{VERSION} (feed reader{about})"
