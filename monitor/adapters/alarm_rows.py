"""What operators were told, so that a restart tells nothing twice."""

from collections.abc import Sequence

import sqlalchemy as sa

from monitor.adapters import tables
from monitor.adapters.database import Database, insert
from monitor.domain.alarms import Alarm, ToldAlarm


class SqlAlarms:
    """Keeps the port `Alarms`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def told(self) -> Sequence[ToldAlarm]:
        """Return every problem that was told and has not ended, oldest first."""
        alarm = tables.alarm
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(alarm).order_by(alarm.c.since, alarm.c.name))
            return [ToldAlarm(Alarm(row.name, row.what), row.since, row.told_at) for row in rows]

    def remember(self, told: Sequence[ToldAlarm], over: Sequence[str]) -> None:
        """Keep what was told, and forget what is over."""
        alarm = tables.alarm
        with self._database.writing() as connection:
            for name in over:
                connection.execute(sa.delete(alarm).where(alarm.c.name == name))
            for one in told:
                values = {"what": one.alarm.what, "since": one.since, "told_at": one.told_at}
                connection.execute(
                    insert(connection, alarm)
                    .values(name=one.alarm.name, **values)
                    .on_conflict_do_update(index_elements=["name"], set_=values)
                )
