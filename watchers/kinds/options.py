"""The keys that a kind of source adds to those of every watcher."""

from dataclasses import dataclass
from typing import ClassVar


class BadOption(ValueError):  # noqa: N818  it is the user's, not ours
    """A key of a watcher is not right: which, and what would be."""

    def __init__(self, key: str, message: str) -> None:
        """Keep both for whoever shows the key's line."""
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, slots=True)
class Options:
    """None: what the kinds without keys of their own have, and the base of the others'.

    The fields of a subclass, a frozen dataclass, are the keys. pydantic checks their types; what
    else has to hold is checked in `__post_init__`, which raises BadOption.
    """

    # pydantic reads it: other keys than the fields are a mistake.
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    @property
    def leads_to_articles(self) -> bool:
        """Whether the links of entries lead to more than the entries say."""
        return True

    @property
    def is_of_one_site(self) -> bool:
        """Whether links that lead to another site than before mean that it is another source."""
        return True

    def address(self, url: str) -> str:
        """The address to read, given the watcher's `url`, which is "" where it has none.

        Raises:
            BadOption: there is none.
        """
        if not url:
            raise BadOption("url", "this key is missing and has to be there")
        if not url.startswith(("https://", "http://")):
            raise BadOption("url", "an address begins with https:// or http://")
        return url


NO_OPTIONS = Options()
