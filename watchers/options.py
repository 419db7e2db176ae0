"""Options of a kind: the configuration keys that only watchers of that kind have."""

from dataclasses import dataclass
from typing import ClassVar

from watchers.web_addresses import is_web_address, web_address


class BadOption(ValueError):  # noqa: N818  it is the user's, not ours
    """A key of a watcher has a value that is not right."""

    def __init__(self, key: str, message: str) -> None:
        """Keep the key, and the text that says what would be right."""
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, slots=True)
class Options:
    """The base of all options; it has no keys.

    The fields of a subclass, a frozen dataclass, are the keys. pydantic checks their types; what
    else has to hold is checked in `__post_init__`, which raises BadOption.
    """

    # pydantic reads it: other keys than the fields are a mistake.
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    @property
    def leads_to_articles(self) -> bool:
        """Whether entries' links lead to articles with more text than the entry has."""
        return True

    @property
    def is_of_one_site(self) -> bool:
        """Whether all links lead to one site, so that another site means another owner."""
        return True

    def address_in(self, url: str, language: str | None) -> str:
        """As `address`, given the watcher's language too, which some addresses depend on.

        Raises:
            BadOption: there is none.
        """
        del language
        return self.address(url)

    def address(self, url: str) -> str:
        """The address to read, given the watcher's `url`, which is "" where it has none.

        Raises:
            BadOption: there is none.
        """
        if not url:
            raise BadOption("url", "this key is missing and has to be there")
        address = web_address(url)
        if not is_web_address(address):
            raise BadOption("url", "an address begins with https:// or http://")
        return address


NO_OPTIONS = Options()
