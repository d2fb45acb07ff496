from pathlib import Path

import pytest

from monitor.adapters.database import Database
from support.program import Program
from support.service import Scene


@pytest.fixture
def monitor(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture
def scene(monitor: Program, database_url: str, database: Database) -> Scene:
    return Scene(monitor, database_url, database)
