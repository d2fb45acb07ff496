import pytest

from fakes import FakeClock
from monitor.adapters.database import Database
from monitor.adapters.review_rows import SqlReviews
from monitor.services.review import Desk


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(database: Database, clock: FakeClock) -> Desk:
    return Desk(SqlReviews(database), clock)
