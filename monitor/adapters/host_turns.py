"""The port `Hosts`: leases that polls of feeds take too, so that no host is asked twice at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.adapters import leases, tables
from monitor.adapters.database import Database


class SqlHosts:
    """Keeps the port `Hosts` beside a service that polls, or without one."""

    def __init__(self, database: Database) -> None:
        self._database, self._leases = database, leases.hosts(database)

    @contextmanager
    def holding(self, host: str, pause: timedelta) -> Iterator[bool]:
        """Keep polls off a host for a block and `pause` after it; False: it is being polled."""
        taken = self._leases.take(host)
        if taken is None:
            yield not self._leases.knows(host)
            return
        try:
            yield True
        finally:
            self._leases.put_back(taken, pause)

    def asked_at(self, outlet_id: str) -> datetime | None:
        """Return when a feed of the outlet was last polled."""
        feed = tables.feed.c
        query = sa.select(sa.func.max(feed.last_poll_at)).where(feed.outlet_id == outlet_id)
        with self._database.reading() as connection:
            found: datetime | None = connection.execute(query).scalar()
        return found
