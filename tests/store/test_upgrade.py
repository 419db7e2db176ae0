"""A database of the version before, opened by this one."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

import store
from store import open_store, sqlite_url
from tests.making import NOON
from watchers import SourceState

MIGRATIONS = Path(store.__file__).parent / "migrations"


def _made_by(revision: str, file: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


@pytest.mark.parametrize("revision", ["0003"])
async def test_states_and_keys_stay_what_they_were(tmp_path: Path, revision: str) -> None:
    file = tmp_path / "old.db"
    await asyncio.to_thread(_made_by, revision, file)
    with closing(sqlite3.connect(file)) as db, db:
        db.execute(
            "INSERT INTO sources (watcher, address, url, etag, last_modified, body_hash,"
            " ids_untrusted, interval, last_success, last_error, errors, entries, hub, topic,"
            " wishes, home, turned) VALUES ('courier', 'a', '', 'e', '', x'', 0, 60.0,"
            " '2023-06-12 12:00:00.000000', '', 0, 7, '', '', '', 'courier.example', 0)"
        )
        db.execute("INSERT INTO seen VALUES ('courier', x'aa', '2023-06-12 12:00:00.000000')")
    async with open_store(sqlite_url(file)) as stored, stored.read() as connection:
        states = await store.source_states(connection)
        known = await store.known_keys(connection, {"courier": [b"\xaa", b"b"]}, NOON)
    assert states["courier"] == SourceState(
        "courier",
        address="a",
        etag="e",
        interval=60.0,
        last_success=NOON,
        entries=7,
        home="courier.example",
    )
    assert known == {"courier": {b"\xaa": False}}
