from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.store import SqlStore


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path}/monitor.db")
    opened.upgrade()
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> SqlStore:
    return SqlStore(database)


@pytest.fixture
def archive(database: Database) -> SqlArchive:
    return SqlArchive(database)
