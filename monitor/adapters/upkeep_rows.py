"""The memory of upkeep: what was done to the archive as a whole, and when."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from monitor.adapters import tables
from monitor.adapters.database import Database

RESTORE: Final = "restore"  # as it is remembered


def note(database: Database, what: str, detail: str, now: datetime) -> None:
    """Remember what was done to the archive: what is older than a restore may be out of date."""
    with database.writing() as connection:
        connection.execute(sa.insert(tables.upkeep).values(at=now, what=what, detail=detail))


def last(database: Database, what: str) -> datetime | None:
    """Return when this was last done: `backup`, `restore`."""
    upkeep = tables.upkeep.c
    with database.reading() as connection:
        query = sa.select(sa.func.max(upkeep.at)).where(upkeep.what == what)
        found: datetime | None = connection.execute(query).scalar()
    return found
