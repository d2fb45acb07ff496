"""Backups that cannot be meant, or cannot be read."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import make
from monitor.adapters.backup import back_up, restore
from monitor.adapters.database import Database
from monitor.adapters.store import SqlStore
from monitor.domain.errors import ConfigError, StorageError


def nothing(*_told: object) -> None:
    """Hear nothing."""


@pytest.fixture
def backup(database: Database, store: SqlStore, tmp_path: Path) -> Path:
    store.record(make.poll(make.item("Otvoreni Balkan")), make.feed())
    folder = tmp_path / "kept"
    folder.mkdir()
    back_up(database, folder / "backup.db", make.NOW, nothing)
    return folder / "backup.db"


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(f"sqlite:///{tmp_path}/new.db")) as made:
        yield made


def titles(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.exec_driver_sql("SELECT title FROM item").scalars())


def test_the_archive_is_no_backup_of_itself(backup: Path, new: Database, tmp_path: Path) -> None:
    restore(new, backup, make.NOW, nothing, force=False)
    (tmp_path / "link.db").symlink_to(tmp_path / "new.db")

    for name in ("new.db", "link.db"):
        with pytest.raises(ConfigError, match="is the archive itself"):
            back_up(new, tmp_path / name, make.NOW, nothing)
        with pytest.raises(ConfigError, match="is the archive itself"):
            restore(new, tmp_path / name, make.NOW, nothing, force=True)

    assert titles(new) == ["Otvoreni Balkan"]


def test_a_backup_of_a_newer_version_is_named(backup: Path, new: Database) -> None:
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StorageError, match=r"backup\.db: .* newer version"):
        restore(new, backup, make.NOW, nothing, force=True)
    assert not new.exists()
