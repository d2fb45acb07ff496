"""Many rows in one statement, for the tables that every item adds rows to."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from itertools import chain
from operator import index
from struct import Struct
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

_QUIETLY: Final = "ON CONFLICT DO NOTHING"
_VALUES: Final = "VALUES "
# https://www.postgresql.org/docs/current/sql-copy.html: a file begins and ends so; a row is the
# count of its fields, each with its length.
_BEGIN: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END: Final = b"\xff\xff"
_PAIR: Final = Struct(">hiqiq")
# Rows of a statement of SQLite's, where they are small: beginning and ending one takes as long as
# half a row. Of long rows it copies the texts once more.
_TOGETHER: Final = 64
_SMALL: Final = 2  # columns

Bind = Callable[[Any], Any] | None
Write = Callable[[Iterable[Any]], object]


def add_rows(
    connection: Connection,
    table: sa.Table,
    columns: tuple[str, ...],
    rows: Sequence[Sequence[object]],
    *,
    quietly: bool = False,
) -> int:
    """Insert rows, values in the order of the columns; `quietly` leaves out those that are there.

    Return how many were inserted. A tenth of what SQLAlchemy's own statements cost where rows are
    many and small.
    """
    if not rows:
        return 0
    statement, binds, writers = _prepared(connection.dialect, table, columns, quietly=quietly)
    is_whole = connection.dialect.name == "postgresql"  # arrays, one a column
    if not is_whole and not any(binds):
        return _execute(connection, statement, rows)
    try:
        by_column = [
            list(map(bind, values)) if bind else values
            for bind, values in zip(binds, zip(*rows, strict=True), strict=True)
        ]
    except ValueError as error:  # as SQLAlchemy's own statements do
        raise sa.exc.StatementError(str(error), statement, None, error) from error
    if not is_whole:
        return _execute(connection, statement, list(zip(*by_column, strict=True)))
    given = [write(values) for write, values in zip(writers, by_column, strict=True)]
    return connection.exec_driver_sql(statement, tuple(given)).rowcount


def _execute(connection: Connection, statement: str, rows: Sequence[Sequence[object]]) -> int:
    """Insert rows of plain values into SQLite, with a statement of one row; return how many."""
    if len(rows[0]) > _SMALL:
        return connection.exec_driver_sql(statement, list(map(tuple, rows))).rowcount
    return _execute_flat(connection, statement, list(chain.from_iterable(rows)), len(rows[0]))


def _execute_flat(
    connection: Connection, statement: str, values: Sequence[object], columns: int
) -> int:
    """Insert small rows, whose values follow each other; return how many."""
    count, size = 0, _TOGETHER * columns
    end = len(values) // size * size
    if end:
        together = [tuple(values[at : at + size]) for at in range(0, end, size)]
        count += connection.exec_driver_sql(_of_many(statement), together).rowcount
    if end < len(values):
        rest = [tuple(values[at : at + columns]) for at in range(end, len(values), columns)]
        count += connection.exec_driver_sql(statement, rest).rowcount
    return count


def _of_many(statement: str) -> str:
    """Write a statement of SQLite's for as many rows as go together."""
    before, values, after = statement.partition(_VALUES)
    row = after[: after.index(")") + 1]
    return f"{before}{values}{', '.join([row] * _TOGETHER)}{after[len(row) :]}"


def copy_rows(
    connection: Connection, table: sa.Table, columns: tuple[str, ...], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows as `add_rows` does, by COPY where there is one: the way of whole tables."""
    if connection.dialect.name != "postgresql":
        add_rows(connection, table, columns, list(rows))
        return
    _, binds, _ = _prepared(connection.dialect, table, columns, quietly=False)
    if any(binds):
        rows = (
            [bind(value) if bind else value for bind, value in zip(binds, row, strict=True)]
            for row in rows
        )
    copy_in(connection, table.name, columns, rows)


def copy_in(
    connection: Connection, table: str, columns: tuple[str, ...], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows of plain values into a table of PostgreSQL, which takes them as they are made."""
    with _copying(connection, f"{table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def copy_numbers(
    connection: Connection, table: sa.Table, columns: tuple[str, str], numbers: Sequence[int]
) -> None:
    """Insert pairs of numbers as `copy_rows` does, in a quarter of its time.

    They follow each other: one row's two, the next one's.
    """
    if not numbers:
        return
    if connection.dialect.name != "postgresql":
        statement, _, _ = _prepared(connection.dialect, table, columns, quietly=False)
        _execute_flat(connection, statement, numbers, len(columns))
        return
    one_row, pairs = _PAIR.pack, zip(numbers[::2], numbers[1::2], strict=True)
    rows = [one_row(2, 8, first, 8, second) for first, second in pairs]
    into = f"{table.name} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    with _copying(connection, into) as copy:
        copy.write(b"".join([_BEGIN, *rows, _END]))


@contextmanager
def _copying(connection: Connection, into: str) -> Iterator[Any]:
    dialect = connection.dialect
    statement = f"COPY {into}"
    cursor: Any = connection.connection.cursor()
    try:
        with closing(cursor), cursor.copy(statement) as copy:
            yield copy
    except ValueError as error:  # as SQLAlchemy's own statements do
        raise sa.exc.StatementError(str(error), statement, None, error) from error
    except dialect.loaded_dbapi.Error as error:
        base = dialect.loaded_dbapi.Error
        raise sa.exc.DBAPIError.instance(statement, None, error, base, dialect=dialect) from error


def each(connection: Connection, numbers: Iterable[int]) -> sa.ColumnElement[int]:
    """Return a column of these numbers, to select from: any count of them is one parameter."""
    dialect = connection.dialect.name
    return listed(dialect, sa.bindparam(None, as_list(dialect, numbers), sa.Text))


def listed(dialect: str, numbers: sa.BindParameter[str]) -> sa.ColumnElement[int]:
    """Return a column of numbers that are given as `as_list` writes them."""
    if dialect == "postgresql":
        array = sa.cast(numbers, sa.ARRAY(sa.BigInteger))
        return sa.func.unnest(array).column_valued("value")
    value = sa.column("value", sa.BigInteger)
    return sa.func.json_each(numbers).table_valued(value).c.value


def as_list(dialect: str, numbers: Iterable[int]) -> str:
    """Write numbers as one parameter."""
    return _array(numbers) if dialect == "postgresql" else json.dumps(list(numbers))


def between(
    column: sa.ColumnElement[int], numbers: Collection[int], around: int = 0
) -> sa.ColumnElement[bool]:
    """Say that a number is not beyond these: whoever keeps items by month looks at theirs alone."""
    if not numbers:
        return column.between(0, -1)
    return column.between(min(numbers) - around, max(numbers) + around)


def _array(numbers: Iterable[Any]) -> str:
    """Write an array of numbers for PostgreSQL: a tenth of what its driver takes for that."""
    return f"{{{','.join(['NULL' if one is None else str(index(one)) for one in numbers])}}}"


def _array_of_bytes(values: Iterable[Any]) -> str:
    hexadecimal = ["NULL" if one is None else rf'"\\x{one.hex()}"' for one in values]
    return f"{{{','.join(hexadecimal)}}}"


def _array_of_texts(values: Iterable[Any]) -> str:
    return f"{{{','.join(['NULL' if one is None else _quoted(one) for one in values])}}}"


def _quoted(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{text}"'


# By the name of an element's type; the driver writes arrays of all others.
_WRITERS: Final[dict[str, Write]] = {
    "BIGINT": _array,
    "INTEGER": _array,
    "BYTEA": _array_of_bytes,
    "TEXT": _array_of_texts,
    "VARCHAR": _array_of_texts,
}


@cache
def _prepared(
    dialect: Dialect, table: sa.Table, columns: tuple[str, ...], *, quietly: bool
) -> tuple[str, tuple[Bind, ...], tuple[Write, ...]]:
    types = [table.c[name].type.dialect_impl(dialect) for name in columns]
    names = ", ".join(columns)
    kinds = [kind.compile(dialect).partition(" COLLATE")[0] for kind in types]
    if dialect.name == "postgresql":
        given = ", ".join(f"%b::{kind}[]" for kind in kinds)
        values = f"SELECT * FROM unnest({given})"  # noqa: S608 - names of our own columns
    else:
        values = f"{_VALUES}({', '.join('?' * len(columns))})"
    statement = f"INSERT INTO {table.name} ({names}) {values} {_QUIETLY if quietly else ''}"
    binds = tuple(kind.bind_processor(dialect) for kind in types)
    return statement, binds, tuple(_WRITERS.get(kind, list) for kind in kinds)
