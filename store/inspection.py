"""Looking at a database file without changing it: neither migrated nor locked."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from store.database import newest_revision

# Of a database of gigabytes a whole check takes minutes.
MAX_CHECKED = 500_000_000


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found: the size in bytes, the revision, the newest one, and what is damaged."""

    size: int
    revision: str
    newest: str
    damage: str


def inspect(file: Path) -> Inspection:
    """Look at an SQLite file; one of more than 500 MB is not checked for damage."""
    size = file.stat().st_size
    revision, damage = "", ""
    try:
        with sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=5) as db:
            (revision,) = db.execute("SELECT version_num FROM alembic_version").fetchone()
            if size <= MAX_CHECKED:
                (checked,) = db.execute("PRAGMA quick_check(1)").fetchone()
                damage = "" if checked == "ok" else checked
        db.close()
    except sqlite3.Error as error:
        damage = str(error)
    return Inspection(size, revision, newest_revision(), damage)
