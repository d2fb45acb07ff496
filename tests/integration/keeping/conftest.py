from collections.abc import Callable
from pathlib import Path

import pytest

from fakes import FakeClock
from monitor.adapters import catalogue
from monitor.adapters.database import Database
from monitor.app.keeping import Keeping
from monitor.domain.narrative import Catalogue
from monitor.domain.rematch import edition_of
from support import catalogues

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
