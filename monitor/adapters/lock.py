"""One instance of the service a database: a file lock beside SQLite, an advisory lock in PostgreSQL."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters.database import Database
from monitor.domain.errors import AlreadyRunningError, StorageError

KEY: Final = 0x6D6F6E72  # "monr": the same in every version


class Lock(Protocol):
    """The right to be the one instance."""

    def keep(self) -> None:
        """See that the lock is still ours. Raises AlreadyRunningError, StorageError."""


@contextmanager
def one_instance(database: Database) -> Iterator[Lock]:
    """Hold the lock of this database. Raises AlreadyRunningError at once if it is held."""
    lock = _FileLock(database.file) if database.file else _AdvisoryLock(database)
    lock.take()
    try:
        yield lock
    finally:
        lock.close()


class _FileLock:
    """The kernel lets go of it when the process ends, however it ends. The file stays."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}.lock")
        self._file: IO[str] | None = None

    def take(self) -> None:
        try:
            file = self._path.open("a+", encoding="ascii")
        except OSError as error:
            raise StorageError(f"{self._path}: {error.strerror}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            pid = file.read(20).strip() or "unknown"
            file.close()
            raise AlreadyRunningError(_refusal(pid, str(self._path))) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file

    def keep(self) -> None:
        """See that the lock is still ours: the kernel sees to it."""

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


class _AdvisoryLock:
    """The server lets go of it when the connection ends; it is taken again when that is back."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None

    def take(self) -> None:
        connection = self._database.connect(f"monitor run pid {os.getpid()}")
        with ExitStack() as undo:
            undo.callback(connection.close)
            if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(KEY))):
                raise AlreadyRunningError(_refusal(self._holder(connection), self._database.shown))
            connection.commit()
            undo.pop_all()
        self._connection = connection

    def keep(self) -> None:
        """See that the lock is still ours; after an outage, take it again."""
        try:
            if self._connection:
                self._connection.execute(sa.text("SELECT 1"))
                self._connection.commit()
                return
        except sa.exc.SQLAlchemyError:
            self.close()
        self.take()

    def close(self) -> None:
        if self._connection:
            connection, self._connection = self._connection, None
            connection.invalidate()
            connection.close()

    @staticmethod
    def _holder(connection: Connection) -> str:
        name = connection.scalar(
            sa.text(
                "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)"
                " WHERE locktype = 'advisory' AND classid = 0 AND objid = :key LIMIT 1"
            ),
            {"key": KEY},
        )
        return str(name or "").rpartition(" ")[2] or "unknown"


def _refusal(pid: str, where: str) -> str:
    return f"already running, pid {pid}, lock {where}; --no-lock starts all the same"
