"""Whether the archive is whole: what the database says of itself, and what must agree."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.database import Database


def faults(database: Database) -> list[str]:
    """Return what is wrong, in words; nothing is the good answer. Reads the whole archive."""
    with database.reading() as connection:
        found = list(_sqlite_faults(connection)) if database.is_sqlite else []
        found += _disagreements(connection)
    return found


def _sqlite_faults(connection: Connection) -> Iterator[str]:
    for (said,) in connection.exec_driver_sql("PRAGMA integrity_check(10)"):
        if said != "ok":
            yield f"the file is damaged: {said}"
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        yield f"{len(broken)} rows refer to rows that are not there, the first in {broken[0][0]}"


def _disagreements(connection: Connection) -> Iterator[str]:
    item, key = tables.item.c, tables.item_key.c
    keyless = sa.except_(sa.select(item.id), sa.select(key.item_id)).subquery()
    rows = connection.execute(sa.select(sa.func.count()).select_from(keyless)).scalar_one()
    if rows:
        yield f"{rows} items have no key: a poll could store them twice"
