"""What surges, kept in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.database import Database, insert
from monitor.domain.surge import began

_TABLE: Final = tables.surge


class SqlSurges:
    """Keeps the port `Surges`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seen(self, watches: Sequence[str], now: datetime, *, dry: bool) -> Mapping[str, datetime]:
        """Remember that these surge now; return since when each does. `dry`: only return."""
        chosen = sa.select(_TABLE).where(_TABLE.c.watch.in_(watches))
        if dry or not watches:
            with self._database.reading() as connection:
                return _since(connection, chosen, watches, now)
        with self._database.writing() as connection:
            rows = [{"watch": watch, "began_at": now, "last_at": now} for watch in watches]
            connection.execute(insert(connection, _TABLE).on_conflict_do_nothing(), rows)
            since = _since(connection, chosen.with_for_update(), watches, now)
            for watch, at in since.items():
                values = {"began_at": at, "last_at": now}
                connection.execute(
                    sa.update(_TABLE).where(_TABLE.c.watch == watch).values(**values)
                )
        return since


def _since(
    connection: Connection, chosen: sa.Select[Any], watches: Sequence[str], now: datetime
) -> dict[str, datetime]:
    last = {row.watch: (row.began_at, row.last_at) for row in connection.execute(chosen)}
    return {watch: began(last.get(watch), now) for watch in watches}
