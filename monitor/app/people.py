"""Wiring of people and their ways in."""

from monitor.adapters.database import Database
from monitor.adapters.people_rows import SqlPeople
from monitor.adapters.secrets import Argon2
from monitor.ports import Clock
from monitor.services.people import PeopleDesk


def people_desk(database: Database, clock: Clock) -> PeopleDesk:
    """Return the desk; an empty database gets its schema. Raises StorageError."""
    database.check(create=True)
    return PeopleDesk(SqlPeople(database), Argon2(), clock)
