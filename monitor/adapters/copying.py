"""Copy a whole archive from one database to another, of whichever kind: the way to move house."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import fulltext, partitions, tables
from monitor.adapters.bulk import copy_rows
from monitor.adapters.database import Database
from monitor.domain.errors import ConfigError, StorageError
from monitor.domain.imprint import folded

BATCH: Final = 2_000

Told = Callable[[int, int], None]


def copy(
    source: Database, target: Database, told: Told, *, replacing: bool = False
) -> dict[str, int]:
    """Copy every row as it stands at one moment; return how many, by table.

    All arrives, counted, or nothing. Raises StorageError, and ConfigError where the target is not
    empty, unless `replacing`: then all that was in it is lost.
    """
    source.check()
    if not replacing:
        refuse_unless_empty(target)
    target.upgrade()
    with snapshot(source) as reader:
        target.make_room(map(partitions.begins, partitions.held(reader)))
    with snapshot(source) as reader, target.writing() as writer:
        counts = {table.name: _count(reader, table) for table in tables.metadata.sorted_tables}
        done, total = 0, sum(counts.values())
        _empty(writer)
        for table in tables.metadata.sorted_tables:
            for rows in _batches(reader, table):
                copy_rows(writer, table, tuple(table.c.keys()), rows)
                if table is tables.item:
                    _index(writer, rows)
                done += len(rows)
                told(done, total)
            _go_on_counting(writer, table)
            if _count(writer, table) != counts[table.name]:
                raise StorageError(f"{target.shown}: {table.name} did not arrive whole")
    return counts


def refuse_unless_empty(database: Database) -> None:
    """Raise ConfigError where a database has outlets, or tables that are none of ours."""
    if database.exists() and not is_empty(database):
        what = f"{database.shown} is not empty; name a new database"
        raise ConfigError(what)


def is_empty(database: Database) -> bool:
    """Say whether nothing was ever stored; no schema is empty too."""
    with database.reading() as connection:
        names = sa.inspect(connection).get_table_names()
        if "outlet" not in names:
            return not names
        return connection.execute(sa.select(tables.outlet.c.id).limit(1)).first() is None


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """Open a connection that sees one moment, whatever is written meanwhile."""
    with database.reading() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection
        connection.rollback()


def _empty(connection: Connection) -> None:
    for table in reversed(tables.metadata.sorted_tables):
        connection.execute(sa.delete(table))
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("DELETE FROM item_fts"))
    else:
        connection.execute(sa.text("INSERT INTO item_fts(item_fts) VALUES ('delete-all')"))


def _count(connection: Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def _batches(connection: Connection, table: sa.Table) -> Iterator[Sequence[sa.Row[Any]]]:
    query = sa.select(table).order_by(*table.primary_key.columns)
    yield from connection.execution_options(yield_per=BATCH).execute(query).partitions()


def _index(connection: Connection, rows: Sequence[sa.Row[Any]]) -> None:
    words = [(row.id, folded(row.title, row.summary, row.text)) for row in rows]
    fulltext.fill(connection, words)


def _go_on_counting(connection: Connection, table: sa.Table) -> None:
    """Let PostgreSQL number new rows after those that brought their numbers along."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
        if connection.execute(sa.select(sequence)).scalar() is not None:
            last = sa.select(sa.func.max(column)).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(last, 1))))
