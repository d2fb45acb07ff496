"""Open, create, upgrade and check the database. SQLite now speaks as one writer."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Final, TypeVar

import alembic.command
import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url

from monitor.adapters.packaged import packaged
from monitor.domain.errors import ConfigError, StorageError

BUSY_TIMEOUT_MS: Final = 5_000

Value = TypeVar("Value")


class Database:
    """A writer and a reader on one database. Opening it touches nothing."""

    def __init__(self, url: str) -> None:
        self._url = _parsed(url)
        self._file = Path(str(self._url.database))
        self._turn = threading.Lock()  # SQLite has one writer: our threads queue here, in order
        self._writer = sa.create_engine(self._url)
        self._reader = sa.create_engine(self._url)
        event.listen(self._writer, "connect", _as_writer)
        event.listen(self._writer, "begin", _begin_immediate)
        event.listen(self._reader, "connect", _as_reader)

    @property
    def shown(self) -> str:
        """The address with its password masked."""
        return self._url.render_as_string(hide_password=True)

    def exists(self) -> bool:
        """Say whether there is anything yet; nothing is made by asking."""
        return self._file.exists()

    def close(self) -> None:
        """Give every connection back."""
        self._writer.dispose()
        self._reader.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open one transaction: committed at the end, rolled back on any fault."""
        with _translated(self.shown), self._turn, self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection that cannot write."""
        with _translated(self.shown), self._reader.connect() as connection:
            yield connection

    def upgrade(self) -> None:
        """Create the schema, or bring it to the present; safe to repeat. Raises StorageError."""
        self._refuse_newer()
        with _translated(self.shown), self._writer.connect() as connection:
            config = _config()
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")
            connection.commit()

    def check(self, *, create: bool = False) -> None:
        """Raise StorageError unless the schema is the present one.

        With `create`, a database that is still empty gets its schema.
        """
        if not create and not self.exists():
            raise StorageError(f"there is no database at {self.shown}; run `monitor init`")
        present = self.revision()
        if present is None:
            if not create:
                raise StorageError(f"{self.shown} has no schema; run `monitor init`")
            self.upgrade()
        elif present != _head():
            self._refuse_newer()
            raise StorageError(f"{self.shown} has an older schema ({present}); run `monitor init`")

    def revision(self) -> str | None:
        """Return the revision of the schema, or None where there is none."""
        with self.reading() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def _refuse_newer(self) -> None:
        present = self.revision() if self.exists() else None
        if present and present not in {revision.revision for revision in _revisions()}:
            what = f"{self.shown} was written by a newer version ({present}); install that version"
            raise StorageError(what)


def batches(values: Iterable[Value], size: int = 500) -> Iterator[list[Value]]:
    """Cut values into lists that fit into one `IN (…)`."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


def insert(connection: Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that knows `on_conflict_…`, which both databases spell alike."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except sa.exc.ArgumentError as error:
        what = (
            "MONITOR_DATABASE_URL is not an SQLAlchemy URL; write for example sqlite:///monitor.db"
        )
        raise ConfigError(what) from error
    if backend != "sqlite":
        raise ConfigError(
            f"MONITOR_DATABASE_URL: {backend} is not supported yet; use sqlite:///FILE"
        )
    if (parsed.database or ":memory:") == ":memory:":
        raise ConfigError(
            "MONITOR_DATABASE_URL names no file; write for example sqlite:///monitor.db"
        )
    return parsed


def _as_writer(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours, see _begin_immediate
    _pragmas(
        connection,
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    )


def _as_reader(connection: SqliteConnection, _record: object) -> None:
    _pragmas(connection, "query_only=ON", f"busy_timeout={BUSY_TIMEOUT_MS}")


def _pragmas(connection: SqliteConnection, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once under contention, whatever
    # the busy timeout; an immediate one waits its turn.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def _translated(shown: str) -> Iterator[None]:
    try:
        yield
    except sa.exc.DBAPIError as error:
        what = str(error.orig).splitlines()[0] if error.orig else type(error).__name__
        raise StorageError(f"{shown}: {what}") from error
    except sa.exc.SQLAlchemyError as error:
        raise StorageError(f"{shown}: {type(error).__name__}") from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(packaged("migrations")).replace("%", "%%"))
    return config


def _revisions() -> Iterator[Script]:
    return ScriptDirectory.from_config(_config()).walk_revisions()


def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()
