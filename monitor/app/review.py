"""Wiring of reviews."""

from monitor.adapters.database import Database
from monitor.adapters.review_rows import SqlReviews
from monitor.ports import Clock
from monitor.services.review import Desk


def review_desk(database: Database, clock: Clock) -> Desk:
    """Return where reviewers sit. Raises StorageError where the schema is not the present one."""
    database.check()
    return Desk(SqlReviews(database), clock)
