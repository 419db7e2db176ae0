"""Names for watchers, made of titles and addresses."""

import re
import unicodedata
from collections.abc import Container
from hashlib import blake2b
from urllib.parse import urlsplit

LONGEST = 64
_OTHER = re.compile(r"[^a-z0-9]+")
_NOT_OF_NAMES = frozenset("www rss feed feeds xml com org net co http https index".split())


def name_for(title: str, url: str, taken: Container[str], prefix: str = "") -> str:
    """A name that is not taken: of the title where it has Latin letters, else of the host."""
    wanted = _slug(title) or _slug(" ".join(_words(url))) or "source"
    name = f"{prefix}-{wanted}" if prefix else wanted
    name = name[:LONGEST].strip("-")
    if name not in taken:
        return name
    # Not counted up: the name must not change when the feeds before it do.
    mark = blake2b(url.encode("utf-8", "replace"), digest_size=3).hexdigest()
    return f"{name[: LONGEST - len(mark) - 1].strip('-')}-{mark}"


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).lower()
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    # A title of which little is left would be named by a number or a stray letter.
    found = _OTHER.sub("-", letters).strip("-")
    return found if sum(map(str.isalpha, found)) >= len(text.strip()) / 2 else ""


def _words(url: str) -> list[str]:
    host = urlsplit(url).hostname or ""
    return [word for word in host.split(".") if word not in _NOT_OF_NAMES]
