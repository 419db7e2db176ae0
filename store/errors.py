"""Errors of the database."""

from dataclasses import dataclass


class StoreError(Exception):
    """The base of all errors of the database."""


@dataclass
class DatabaseTooNewError(StoreError):
    """The database was made by a newer Backchannel: use that version, or another data folder."""

    location: str
    revision: str

    def __str__(self) -> str:
        return f"{self.location}: {self.__doc__} (its revision is {self.revision})"


@dataclass
class DatabaseUnusableError(StoreError):
    """The database cannot be opened."""

    location: str
    cause: str

    def __str__(self) -> str:
        return f"{self.location}: {self.__doc__} {self.cause}"
