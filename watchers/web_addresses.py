"""Addresses as people, lists and pages write them: capitals, and the schemes of feed readers."""

import re

# What browsers once handed to feed readers and podcast programs (RFC-less, and still met).
_READERS = re.compile(r"(?:feeds?|rss|pcast|itpc|podcasts?):(?=[^\s\d])(?:/{2,3})?", re.IGNORECASE)
_WEB = re.compile(r"(https?)://([^/?#\\]*)", re.IGNORECASE)
# feed:feed:https://... was seen; nobody writes more.
_MOST_SCHEMES = 3


def web_address(text: str, scheme: str = "https") -> str:
    """The http(s) address that is meant, scheme and host in small letters; else the text.

    `feed://` and its like say nothing of the scheme: `scheme` is taken for them.
    """
    address = text.strip()
    for _ in range(_MOST_SCHEMES):
        if not (reader := _READERS.match(address)):
            break
        address = address[reader.end() :]
        if not (_WEB.match(address) or _READERS.match(address)):
            address = f"{scheme}://{address}"
    if not (web := _WEB.match(address)):
        return address
    credentials, at, host = web[2].rpartition("@")
    return f"{web[1].lower()}://{credentials}{at}{host.lower()}{address[web.end() :]}"


def is_web_address(address: str) -> bool:
    """Whether it begins as an http(s) address in small letters does."""
    return address.startswith(("https://", "http://"))
