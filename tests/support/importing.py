"""Imports as the program does them, with a matcher of one word."""

from pathlib import Path

import make
from fakes import WordMatcher
from monitor.adapters.database import Database
from monitor.adapters.importing import SqlShelf, lines
from monitor.adapters.jsonlines import decoded
from monitor.domain.rematch import Plan
from monitor.services.importing import Brought, Import, Reader


def brought(
    database: Database, file: Path, faulty: list[int], shelf: type[SqlShelf] = SqlShelf
) -> Brought:
    """Import a file, whose lines are of the outlet `primer` if they name none."""
    reader = Reader(
        decoded, WordMatcher(), make.NOW, {"primer": make.outlet()}, lambda _text: "sr", "primer"
    )
    service = Import(shelf(database, make.NOW), Plan("c1", "m1"), lambda: reader)
    return service.run(
        lines(file), lambda number, _fault: faulty.append(number), lambda _done: None
    )
