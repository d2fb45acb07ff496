"""What is in an archive, for tests of its upkeep."""

from collections.abc import Callable

import sqlalchemy as sa

from monitor.adapters import tables
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.ports import Filters

Opened = Callable[[str], Database]


def nothing(*_told: object) -> None:
    """Hear nothing."""


def content(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every table but the notes on upkeep itself."""
    upkeep = tables.upkeep.name
    return {name: rows for name, rows in everything(database).items() if name != upkeep}


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every table."""
    with database.reading() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))
            ]
            for table in tables.metadata.sorted_tables
        }


def found(database: Database, query: str) -> list[str]:
    """Return the titles that a search finds."""
    return [row.title for row in SqlArchive(database).items(Filters(query=query), 10).rows]


def parts_of_the_index(database: Database) -> tuple[int, int]:
    """Return how many there are, and at how many of a size SQLite puts them together."""
    parts = sa.text("SELECT count(DISTINCT segid) FROM item_fts_idx")
    measure = sa.text("SELECT v FROM item_fts_config WHERE k = 'automerge'")
    with database.reading() as connection:
        return connection.execute(parts).scalar_one(), connection.execute(measure).scalar_one()
