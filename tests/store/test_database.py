"""Opening the database, and what its transactions promise."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, StatementError

import store
from store import DatabaseTooNewError, DatabaseUnusableError, Store, open_store, sqlite_url
from store.database import newest_revision
from store.tables import metadata
from tests.making import NOON
from watchers import SourceState


async def _names(stored: Store) -> set[str]:
    async with stored.read() as db:
        return set(await store.source_states(db))


async def test_the_migrations_make_the_tables(stored: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with stored.read() as db:
        assert await db.run_sync(differences) == []


def test_the_newest_revision_is_alembics_head() -> None:
    config = Config()
    migrations = Path(store.__file__).parent / "migrations"
    config.set_main_option("script_location", str(migrations))
    assert newest_revision() == ScriptDirectory.from_config(config).get_current_head()


async def test_what_was_stored_is_there_when_it_is_opened_again(file: Path) -> None:
    async with open_store(sqlite_url(file)) as stored, stored.write() as db:
        await store.save_states(db, [SourceState("courier")])
    async with open_store(sqlite_url(file)) as stored:
        assert await _names(stored) == {"courier"}


def test_a_database_that_is_up_to_date_is_opened_without_alembic(file: Path) -> None:
    program = (
        "import asyncio, sys; from store import open_store\n"
        "async def main():\n"
        f"    async with open_store({sqlite_url(file)!r}): print('alembic' in sys.modules)\n"
        "asyncio.run(main())"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(store.__file__).parent.parent,
        ).stdout.strip()
        for _ in range(2)
    ]
    assert said == ["True", "False"]


async def _open(file: Path) -> None:
    async with open_store(sqlite_url(file)):
        pass


def test_a_database_of_a_newer_version_is_left_alone(file: Path) -> None:
    asyncio.run(_open(file))
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    before = file.read_bytes()
    with pytest.raises(DatabaseTooNewError) as raised:
        asyncio.run(_open(file))
    assert str(file) in str(raised.value)
    assert "9999" in str(raised.value)
    assert file.read_bytes() == before


def test_a_file_that_is_no_database_is_left_alone(file: Path) -> None:
    file.write_bytes(b"a diary, and no database\n" * 100)
    with pytest.raises(DatabaseUnusableError, match="not a database"):
        asyncio.run(_open(file))
    assert file.read_bytes().startswith(b"a diary")


async def test_a_folder_that_is_not_there_is_told(file: Path) -> None:
    with pytest.raises(DatabaseUnusableError, match="missing"):
        await _open(file.parent / "missing" / file.name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o500)
    with pytest.raises(DatabaseUnusableError, match="read-only"):
        await _open(folder / "test.db")


async def test_a_transaction_that_fails_leaves_nothing(stored: Store) -> None:
    async def fail() -> None:
        async with stored.write() as db:
            await store.save_states(db, [SourceState("courier")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await _names(stored) == set()
    async with stored.write() as db:
        await store.save_states(db, [SourceState("herald")])
    assert await _names(stored) == {"herald"}


async def test_a_transaction_that_is_cancelled_leaves_nothing(stored: Store) -> None:
    inside = asyncio.Event()

    async def write() -> None:
        async with stored.write() as db:
            await store.save_states(db, [SourceState("courier")])
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with stored.write() as db:
        await store.save_states(db, [SourceState("herald")])
    assert await _names(stored) == {"herald"}


async def test_writers_queue(stored: Store) -> None:
    """Each of them reads what the one before it wrote: none fails as locked, none is lost."""

    async def count_up() -> None:
        async with stored.write() as db:
            state = (await store.source_states(db)).get("courier") or SourceState("courier")
            await asyncio.sleep(0)
            await store.save_states(db, [SourceState("courier", errors=state.errors + 1)])

    async with asyncio.TaskGroup() as tasks:
        for _ in range(30):
            tasks.create_task(count_up())
    async with stored.read() as db:
        assert (await store.source_states(db))["courier"].errors == 30


async def test_two_processes_queue(file: Path, stored: Store) -> None:
    async with open_store(sqlite_url(file)) as other:
        inside = asyncio.Event()

        async def write(through: Store, name: str) -> None:
            async with through.write() as db:
                inside.set()
                await asyncio.sleep(0.05)
                await store.save_states(db, [SourceState(name)])

        first = asyncio.create_task(write(stored, "courier"))
        await inside.wait()
        await write(other, "herald")
        await first
    assert await _names(stored) == {"courier", "herald"}


async def test_a_reader_sees_one_moment_and_holds_up_no_writer(stored: Store) -> None:
    async with stored.read() as db:
        before = await store.source_states(db)
        async with stored.write() as writing:
            await store.save_states(writing, [SourceState("courier")])
        assert await store.source_states(db) == before == {}
    assert await _names(stored) == {"courier"}


async def test_moments_come_back_aware_and_in_utc(stored: Store) -> None:
    in_tehran = NOON.astimezone(timezone(timedelta(hours=3, minutes=30)))
    precise = datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=UTC)
    async with stored.write() as db:
        state = SourceState("courier", next_poll=in_tehran, last_poll=precise)
        await store.save_states(db, [state])
    async with stored.read() as db:
        found = (await store.source_states(db))["courier"]
    assert (found.next_poll, found.last_poll, found.last_new) == (NOON, precise, None)
    assert found.next_poll is not None
    assert found.next_poll.tzinfo is UTC


async def test_a_moment_without_a_zone_is_refused(stored: Store) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(StatementError):
        async with stored.write() as db:
            await store.save_states(db, [SourceState("courier", next_poll=naive)])


async def test_what_refers_to_nothing_is_refused(stored: Store) -> None:
    with pytest.raises(DBAPIError, match="FOREIGN KEY"):
        async with stored.write() as db:
            await db.execute(text("INSERT INTO matches VALUES ('no entry', 'talks', '[]')"))


async def test_a_write_that_is_cancelled_lets_go_of_the_lock(file: Path) -> None:
    many = [SourceState(f"watcher-{number}") for number in range(3_000)]

    async def write(stored: Store) -> None:
        while True:
            async with stored.write() as db:
                await store.save_states(db, many)

    for moment in range(8):
        async with open_store(sqlite_url(file)) as stored:
            writing = asyncio.create_task(write(stored))
            await asyncio.sleep(0.02 * moment)
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing
        async with asyncio.timeout(8), open_store(sqlite_url(file)) as again, again.write() as db:
            await store.save_states(db, many[:1])
