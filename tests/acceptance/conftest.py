from pathlib import Path

import pytest

from support.program import Program


@pytest.fixture
def monitor(tmp_path: Path) -> Program:
    return Program(tmp_path)
