from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import make
from fakes import FakeClock
from monitor.adapters import catalogue
from monitor.adapters.database import Database
from monitor.adapters.store import SqlStore
from monitor.app.keeping import Keeping
from monitor.domain.narrative import Catalogue
from monitor.domain.rematch import edition_of
from support import catalogues
from support.keeping import Opened

Kept = Callable[..., Keeping]


@pytest.fixture
def keeping(database: Database, database_url: str, tmp_path: Path) -> Kept:
    """Return a function that wires the archive with a catalogue of one narrative a keyword."""
    clock = FakeClock()

    def wired(**narratives: str) -> Keeping:
        directory = catalogues.write(tmp_path / "narratives", **narratives)

        def read() -> Catalogue:
            return catalogue.load(directory)

        return Keeping(database, database_url, directory, read, clock, lambda: edition_of(read()))

    return wired


@pytest.fixture
def stored(store: SqlStore) -> None:
    for hour, title in enumerate(["Отворени Балкан", "Šta kaže Đorđe", "=1+1 Kosova"]):
        at = make.NOW + timedelta(hours=hour)
        store.record(make.poll(make.item(title), at=at, hits=(make.hit(),)), make.feed())


@pytest.fixture
def opened() -> Iterator[Opened]:
    kept: list[Database] = []

    def at(url: str) -> Database:
        kept.append(Database(url))
        return kept[-1]

    yield at
    for database in kept:
        database.close()
