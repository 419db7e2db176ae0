"""Opening the database, and its transactions."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, column, event, inspect, select, table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from store.errors import DatabaseTooNewError, DatabaseUnusableError

BUSY_TIMEOUT_MS = 10_000
_MIGRATIONS = Path(__file__).parent / "migrations"
# Of a database of gigabytes a whole check takes minutes.
_MOST_CHECKED = 500_000_000
_VERSION = table("alembic_version", column("version_num"))


class Store:
    """The database; open it with `open_store`.

    SQLite has one writer at a time, so writers of this process queue here instead of inside
    SQLite, where they would wait in turns of sleep.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writer = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A read transaction: a consistent snapshot."""
        async with self._engine.connect() as connection:
            yield connection
            await connection.rollback()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A write transaction: committed at the end of the block, rolled back by an exception."""
        async with self._writer, self._engine.connect() as connection:
            await connection.execution_options(write=True)
            async with connection.begin():
                yield connection


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """Open the database at an SQLAlchemy URL and run pending migrations.

    Raises:
        DatabaseTooNewError: it was made by a newer version.
        DatabaseUnusableError: it is no database, cannot be written, or cannot be reached.
    """
    engine = create_async_engine(url)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
        # The driver would leave a thread behind that waits for a database in vain.
        if not Path(_location(engine)).parent.is_dir():
            raise DatabaseUnusableError(_location(engine), "there is no such folder")
    try:
        try:
            async with engine.connect() as connection:
                await connection.execution_options(write=True)
                async with connection.begin():
                    await connection.run_sync(_migrate)
        except SQLAlchemyError as error:
            cause = str(getattr(error, "orig", None) or error)
            raise DatabaseUnusableError(_location(engine), cause) from error
        yield Store(engine)
    finally:
        await engine.dispose()


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found: the size in bytes, the revision, the newest one, and what is damaged."""

    size: int
    revision: str
    newest: str
    damage: str


def inspect_file(file: Path) -> Inspection:
    """Look at an SQLite file; one of more than 500 MB is not checked for damage."""
    size = file.stat().st_size
    revision, damage = "", ""
    try:
        address = f"{file.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=5)) as db:
            (revision,) = db.execute("SELECT version_num FROM alembic_version").fetchone()
            if size <= _MOST_CHECKED:
                (checked,) = db.execute("PRAGMA quick_check(1)").fetchone()
                damage = "" if checked == "ok" else checked
    except sqlite3.Error as error:
        damage = str(error)
    return Inspection(size, revision, newest_revision(), damage)


def sqlite_url(file: Path) -> str:
    """The SQLAlchemy URL of an SQLite file."""
    return f"sqlite+aiosqlite:///{file}"


def insert_for(dialect: Dialect) -> Any:
    """The dialect's own `insert`, which supports ON CONFLICT."""
    if dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert  # noqa: PLC0415

        return postgresql_insert
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert  # noqa: PLC0415

    return sqlite_insert


def _location(engine: AsyncEngine) -> str:
    return engine.url.database or engine.url.render_as_string(hide_password=True)


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN comes too late: a read that turns into a write fails as locked.
        connection.isolation_level = None
        try:
            _set_up(connection)
        except Exception:
            # Nobody else closes it, and its thread would outlive the event loop.
            connection.close()
            raise

    @event.listens_for(engine.sync_engine, "invalidate")
    def invalidate(connection: Any, _record: Any, _error: Any) -> None:
        # It is closed after a cancellation, but SQLite lets go of its lock only when all cursors
        # are gone, which may take until the next collection of garbage.
        connection.rollback()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _set_up(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL, since a row marked `sending` must outlive a power cut as it outlives a kill.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def newest_revision() -> str:
    """The migration revision of this version."""
    return max(file.name.partition("_")[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _migrate(connection: Connection) -> None:
    revision = _revision(connection)
    if revision == newest_revision():
        # Without Alembic, which takes 10 MB of memory that nobody gives back.
        return
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if revision in known:
            raise
        raise DatabaseTooNewError(connection.engine.url.database or "", revision) from error


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table(_VERSION.name):
        return ""
    return connection.scalar(select(_VERSION.c.version_num)) or ""
