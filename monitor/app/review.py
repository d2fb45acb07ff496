"""Wiring of reviews."""

from collections.abc import Callable, Sequence

from monitor.adapters.database import Database
from monitor.adapters.review_cases import SqlCases
from monitor.adapters.review_rows import SqlReviews
from monitor.domain.narrative import Narrative
from monitor.ports import Clock
from monitor.services.quality import Quality
from monitor.services.review import Desk


def review_desk(database: Database, clock: Clock) -> Desk:
    """Return where reviewers sit. Raises StorageError where the schema is not the present one."""
    database.check()
    return Desk(SqlReviews(database), clock)


def quality_of(
    database: Database, clock: Clock, narratives: Callable[[], Sequence[Narrative]]
) -> Quality:
    """Return what reads decisions. Raises StorageError."""
    database.check()
    return Quality(SqlCases(database), SqlReviews(database), narratives, clock)
