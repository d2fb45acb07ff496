"""The months of an archive in PostgreSQL, each with tables of its own. SQLite has none.

Items and their words stand in the month of their number, fetch events in that of their time. A
month is made before anything is stored in it, so that there is no table for what fits nowhere.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.domain.numbering import first_number, second_of

AHEAD: Final = 4  # months are made so long before they begin
_SHORTEST: Final = timedelta(days=28)
# A number is at most so much later than its item, or than the last one of a crowd that one second
# could not hold: 900,000 numbers, more than any transaction takes.
SPILL: Final = timedelta(hours=1)
_LOCK: Final = 0x6D6F6E74  # any number that no other lock takes: "mont"
_NUMBERED: Final = ("item", "item_fts")
# The month of now is written all day long: what is new is counted and seen to soon.
_KEPT: Final = (
    "autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_vacuum_scale_factor = 0.05, "
    "autovacuum_analyze_scale_factor = 0.05"
)

Month = tuple[int, int]  # year and month in UTC


def months(moments: Iterable[datetime]) -> set[Month]:
    """Return the months that what happens at these moments may be stored in."""
    both = ((at.astimezone(UTC), at.astimezone(UTC) + SPILL) for at in moments)
    return {(at.year, at.month) for pair in both for at in pair}


def ahead(now: datetime) -> list[datetime]:
    """Return a moment of each month that should be there before it begins."""
    return [now + n * _SHORTEST for n in range(1, AHEAD + 1)]


def begins(month: Month) -> datetime:
    """Return the beginning of a month."""
    return datetime(*month, 1, tzinfo=UTC)


def after(month: Month) -> Month:
    """Return the next month."""
    year, number = month
    return year + number // 12, number % 12 + 1


def crowded(connection: Connection, moments: Iterable[datetime]) -> list[datetime]:
    """Return until when each of these months is taken: what has no room is numbered from there on."""
    number = tables.item.c.id
    last: list[datetime] = []
    for month in sorted({(at.year, at.month) for at in (at.astimezone(UTC) for at in moments)}):
        first, end = first_number(begins(month)), first_number(begins(after(month)))
        taken = sa.select(sa.func.max(number)).where(number >= first, number < end)
        found = connection.scalar(taken)
        last += [] if found is None else [second_of(found)]
    return last


def make(connection: Connection, wanted: Iterable[Month]) -> None:
    """Make the tables of these months, where they are not there; nobody else makes any meanwhile.

    What reads goes on. What writes has to end first: give up soon (`lock_timeout`) and try again.
    """
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    for month in sorted(wanted):
        first, end = begins(month), begins(after(month))
        for table in _NUMBERED:
            _make(connection, table, month, (str(first_number(first)), str(first_number(end))))
        bounds = (f"'{first.isoformat()}'", f"'{end.isoformat()}'")
        _make(connection, "fetch_event", month, bounds)


def held(connection: Connection) -> set[Month]:
    """Return the months in which an archive, of whichever kind, has items or fetch events."""
    return {*_of_numbers(connection), *_of_times(connection)}


def _make(connection: Connection, table: str, month: Month, bounds: tuple[str, str]) -> None:
    name = f"{table}_{month[0]:04}_{month[1]:02}"
    if connection.scalar(sa.select(sa.func.to_regclass(name))) is not None:
        return
    # Made apart and then attached: readers of the other months need not wait.
    connection.exec_driver_sql(f"CREATE TABLE {name} (LIKE {table} INCLUDING ALL) WITH ({_KEPT})")
    attach = f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({bounds[0]}) TO ({bounds[1]})"
    connection.exec_driver_sql(attach)


def _of_numbers(connection: Connection) -> Iterator[Month]:
    number = tables.item.c.id
    found = connection.scalar(sa.select(sa.func.min(number)))
    while found is not None:
        at = second_of(found)
        month = at.year, at.month
        yield month
        end = first_number(begins(after(month)))
        found = connection.scalar(sa.select(sa.func.min(number)).where(number >= end))


def _of_times(connection: Connection) -> Iterator[Month]:
    column = tables.fetch_event.c.at
    found = connection.scalar(sa.select(sa.func.min(column)))
    while found is not None:
        month = found.year, found.month
        yield month
        end = begins(after(month))
        found = connection.scalar(sa.select(sa.func.min(column)).where(column >= end))
