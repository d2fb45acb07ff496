"""Backups are SQLite files, whatever the archive is kept in: one file, checked, readable anywhere."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL

from monitor.adapters.copying import copy, is_empty
from monitor.adapters.database import Database
from monitor.adapters.outbox import SqlOutbox
from monitor.adapters.upkeep_rows import RESTORE, note
from monitor.domain.errors import ConfigError, StorageError

PAGES: Final = 4_096  # copied at once; the archive may be written to between

Told = Callable[[int, int], None]


def back_up(database: Database, file: Path, now: datetime, told: Told) -> None:
    """Write the archive as it stands at one moment into a new file, while it is used.

    The file appears when it is whole and was checked. Raises ConfigError, StorageError.
    """
    database.check()
    _refuse_itself(database, file)
    if not file.parent.is_dir():
        raise ConfigError("its folder does not exist; make it first", file=str(file))
    SqlOutbox(database).installation()  # made now if need be: names given later outlive a restore
    with _beside(file) as temporary:
        if database.file:
            _copy_pages(database.file, temporary, told)
        else:
            with _opened(temporary) as target:
                copy(database, target, told)
        _alone(temporary)
        _sound(temporary)
        temporary.replace(file)
    note(database, "backup", str(file), now)


def written(directory: Path) -> list[str]:
    """Return the names of what is in a directory, made if need be, and clear what was left half.

    A backup whose program was killed leaves its hidden folder. Raises StorageError.
    """
    try:
        directory.mkdir(mode=0o750, parents=True, exist_ok=True)
        for half in directory.glob(".monitor-*.backup.*"):
            shutil.rmtree(half)
        return [path.name for path in directory.iterdir()]
    except OSError as error:
        raise StorageError(f"{directory}: {error.strerror}") from error


def restore(database: Database, file: Path, now: datetime, told: Told, *, force: bool) -> None:
    """Bring a backup back, with the present schema. Raises ConfigError, StorageError.

    A database that is not empty is refused, unless `force`: then all that is in it is lost.
    """
    _sound(file)
    _refuse_itself(database, file)
    if database.exists() and not is_empty(database) and not force:
        what = f"{database.shown} is not empty; --force replaces all that is in it"
        raise ConfigError(what)
    room = file.parent if os.access(file.parent, os.W_OK) else None  # else where TMPDIR says
    with tempfile.TemporaryDirectory(dir=room) as folder:
        temporary = Path(folder) / "restored.db"
        _copy_pages(file, temporary, lambda _done, _total: None)
        try:
            with _opened(temporary) as source:
                source.upgrade()
        except StorageError as error:
            raise StorageError(f"{file}: {error}") from error
        if database.file:
            _copy_pages(temporary, database.file, told)
        else:
            with _opened(temporary) as source:
                copy(source, database, told, replacing=force)
    note(database, RESTORE, str(file), now)


def _refuse_itself(database: Database, file: Path) -> None:
    if database.file and database.file.exists() and file.exists() and file.samefile(database.file):
        raise ConfigError("is the archive itself; name another file", file=str(file))


def _copy_pages(source: Path, target: Path, told: Told) -> None:
    """Copy a SQLite file by its own online backup, which sees one moment.

    A target that is in use is replaced in one transaction.
    """
    try:
        with (
            closing(_read_only(source)) as reader,
            closing(sqlite3.connect(target)) as writer,
        ):
            reader.backup(
                writer, pages=PAGES, progress=lambda _s, left, total: told(total - left, total)
            )
    except sqlite3.Error as error:
        raise StorageError(f"{source} could not be copied to {target}: {error}") from error


def _read_only(file: Path) -> sqlite3.Connection:
    """Open a SQLite file that is only read, even where nothing can be written beside it."""
    log = file.with_name(f"{file.name}-wal")
    is_still = not os.access(file.parent, os.W_OK) and not log.exists()
    uri = f"{file.absolute().as_uri()}?mode=ro{'&immutable=1' if is_still else ''}"
    return sqlite3.connect(uri, uri=True)


def _alone(file: Path) -> None:
    """Let a backup be read without the two files that SQLite's log needs beside it."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").fetchall()
    except sqlite3.Error as error:
        raise StorageError(f"{file}: {error}") from error


def _sound(file: Path) -> None:
    """Raise ConfigError unless a file is an undamaged archive."""
    if not file.is_file():
        raise ConfigError("is not there; name a file that `monitor backup` wrote", file=str(file))
    try:
        with closing(_read_only(file)) as connection:
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            connection.execute("SELECT version_num FROM alembic_version, outlet LIMIT 1")
    except sqlite3.Error as error:
        raise ConfigError(f"is no backup of an archive ({error})", file=str(file)) from error
    if found != "ok":
        raise ConfigError(f"is damaged: {found}", file=str(file))


@contextmanager
def _opened(file: Path) -> Iterator[Database]:
    url = URL.create("sqlite", database=str(file))
    with closing(Database(url.render_as_string())) as database:
        yield database


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as folder:
            yield Path(folder) / file.name
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror}") from error
