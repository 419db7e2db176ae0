"""The data folder: its database, and the lock that lets one process run on it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import AlreadyRunningError, DataFolderError
from store import sqlite_url

DATABASE = "backchannel.db"
LOCK = "lock"


def database_file(data: Path) -> Path:
    """The database in a data folder, where it is an SQLite file."""
    return data / DATABASE


def database_url(data: Path) -> str:
    """The URL of the database in a data folder."""
    return sqlite_url(database_file(data))


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Lock the data folder for this process; the kernel releases it however the process ends.

    Raises:
        AlreadyRunningError: another process holds it.
        DataFolderError: it cannot be made or written.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / LOCK).open("w")
    except OSError as error:
        raise DataFolderError(str(data), error.strerror or str(error)) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunningError(str(data)) from error
        yield


def is_running(data: Path) -> bool:
    """Whether a bot runs on a data folder."""
    try:
        with (data / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
