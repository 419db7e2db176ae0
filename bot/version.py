"""The version, and who we say we are, in one place."""

VERSION = "0.1.0"


def user_agent(contact: str) -> str:
    """Who we say we are to the servers of sources."""
    about = f"; +{contact}" if contact else ""
    return f"Backchannel/{VERSION} (feed reader{about})"
