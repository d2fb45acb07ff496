from pathlib import Path

import pytest

from monitor.adapters.database import Database
from support.program import Program
from support.service import EMBEDDED, Scene


@pytest.fixture
def monitor(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture
def engine() -> str:
    """What does the service's jobs; `support.service.on_both_engines` names another too."""
    return EMBEDDED


@pytest.fixture
def scene(monitor: Program, database_url: str, database: Database, engine: str) -> Scene:
    return Scene(monitor, database_url, database, engine)
