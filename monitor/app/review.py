"""Wiring of reviews."""

from collections.abc import Callable, Iterable, Sequence
from typing import IO

from monitor.adapters.database import Database
from monitor.adapters.label_rows import SqlLabels, read_labels, write_labels
from monitor.adapters.movement_rows import read_outlet_shares
from monitor.adapters.review_cases import SqlCases
from monitor.adapters.review_rows import SqlReviews
from monitor.domain.digest import Window
from monitor.domain.movement import OutletShare
from monitor.domain.narrative import Narrative
from monitor.ports import Clock
from monitor.services.labels import TakeLabels, Taken
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


def export_labels(database: Database, sink: IO[str]) -> int:
    """Write what people decided as a labelled set; return how many items. Raises StorageError."""
    database.check()
    return write_labels(SqlLabels(database).labels(), sink)


def import_labels(
    database: Database, clock: Clock, lines: Iterable[str], file: str, by: str
) -> Taken:
    """Decide as a labelled set says. Raises ConfigError with file and line, StorageError."""
    database.check()
    labels = list(read_labels(lines, file))
    return TakeLabels(SqlLabels(database), SqlReviews(database), clock).take(labels, by)


def outlet_shares(
    database: Database, window: Window, narratives: Sequence[str]
) -> list[OutletShare]:
    """Return hits over items read, by narrative and outlet. Raises StorageError."""
    database.check()
    with database.reading() as connection:
        return read_outlet_shares(connection, window, narratives)
