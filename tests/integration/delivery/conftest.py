from collections.abc import Iterator
from pathlib import Path

import pytest

from support.delivering import Delivering


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Delivering]:
    made = Delivering(tmp_path)
    yield made
    made.close()
