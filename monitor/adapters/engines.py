"""Connections to the two databases: one engine to write with, one that cannot write."""

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection

from monitor.domain.errors import ConfigError

CONNECT_TIMEOUT_S: Final = 10
WRITER_CACHE_KB: Final = 64 * 1024  # keys and words land anywhere in the file
READER_CACHE_KB: Final = 16 * 1024  # at most, of one that was kept busy
WAIT_S: Final = 15  # an import's transaction takes three, and longer on a busy machine
READERS: Final = 20  # connections to a file that are kept open
# A server has few connections for all processes: those that none needs for now are given back.
KEPT_TO_WRITE: Final = 5
KEPT_TO_READ: Final = 4
MOST_TO_READ: Final = 30
PATIENCE: Final = 5
_STEPS: Final = 50_000  # of SQLite's machine, some milliseconds, between two looks at the clock
_BY_INDEXES: Final = "SET LOCAL enable_seqscan = off"
_QUERY_CANCELED: Final = "57014"  # https://www.postgresql.org/docs/current/errcodes-appendix.html
_UPGRADE_LOCK: Final = 0x6D6F6E69  # any number that no other program takes: "moni"
Engines = tuple[Engine, Engine]


def sqlite_engines(url: URL) -> Engines:
    """Return the engines of a file: its one writer, and readers that never wait for it.

    Another process's writing is awaited for `WAIT_S`, or as `?timeout=SECONDS` in the address says.
    """
    settings = {} if "timeout" in url.query else {"connect_args": {"timeout": WAIT_S}}
    writer = sa.create_engine(url, **settings)
    reader = sa.create_engine(url, pool_size=READERS, **settings)
    event.listen(writer, "connect", _as_writer)
    event.listen(writer, "begin", _begin_immediate)
    event.listen(reader, "connect", _as_reader)
    event.listen(reader, "do_connect", _if_it_is_there)
    return writer, reader


def postgres_engines(url: URL) -> Engines:
    """Return the engines of a server. A connection that it closed is replaced unnoticed."""
    settings: dict[str, Any] = {"pool_pre_ping": True, "pool_use_lifo": True}
    if "connect_timeout" not in url.query:
        settings["connect_args"] = {"connect_timeout": CONNECT_TIMEOUT_S}
    writer = sa.create_engine(url, pool_size=KEPT_TO_WRITE, **settings)
    # Said of each transaction: a setting of the connection would stay with it in a pooler.
    cannot_write = {"postgresql_readonly": True}
    settings |= {"pool_size": KEPT_TO_READ, "max_overflow": MOST_TO_READ - KEPT_TO_READ}
    reader = sa.create_engine(url, execution_options=cannot_write, **settings)
    event.listen(writer, "connect", _in_utc)
    event.listen(reader, "connect", _as_postgres_reader)
    return writer, reader


def begun_hastily(writer: Engine) -> AbstractContextManager[Connection]:
    """Open a transaction whose commit does not wait for the disk; those after it may."""
    return _begun(writer, ("synchronous=NORMAL", "synchronous=FULL"), "synchronous_commit = off")


def begun_trustingly(writer: Engine) -> AbstractContextManager[Connection]:
    """Open a transaction in which SQLite looks up nothing that a new row refers to."""
    return _begun(writer, ("foreign_keys=OFF", "foreign_keys=ON"))


@contextmanager
def _begun(
    writer: Engine, meanwhile_and_after: tuple[str, str], of_postgresql: str = ""
) -> Iterator[Connection]:
    """Open a transaction with another setting of the connection's."""
    with writer.connect() as connection:
        raw = connection.connection.driver_connection
        if not isinstance(raw, SqliteConnection):
            with connection.begin():
                if of_postgresql:
                    connection.exec_driver_sql(f"SET LOCAL {of_postgresql}")
                yield connection
            return
        meanwhile, after = meanwhile_and_after
        _run(raw, f"PRAGMA {meanwhile}")
        try:
            with connection.begin():
                yield connection
        finally:
            _run(raw, f"PRAGMA {after}")


@contextmanager
def migrating(url: URL) -> Iterator[Connection]:
    """Open the transaction in which the schema changes: all of it, or nothing.

    Foreign keys are not followed meanwhile in SQLite, where a changed table is made anew and the
    old one dropped; they are checked at the end.
    """
    if url.get_backend_name() != "sqlite":
        writer, reader = postgres_engines(url)
        reader.dispose()
        with _disposed(writer), writer.begin() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
            yield connection
        return
    engine = sa.create_engine(url)
    event.listen(engine, "connect", _as_migrator)
    event.listen(engine, "begin", _begin_immediate)
    with _disposed(engine), engine.begin() as connection:
        yield connection
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
        if broken:
            raise sa.exc.IntegrityError(
                None, None, ValueError(f"a row of {broken[0]} has no {broken[2]}")
            )


def by_indexes(connection: Connection) -> None:
    """Let PostgreSQL look words up until the transaction ends, instead of reading a month for them.

    What it costs to hold words against each item, some microseconds, it takes for nothing.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_BY_INDEXES)


@contextmanager
def planned_once(connection: Connection) -> Iterator[None]:
    """Let PostgreSQL keep the plans of what is asked here, whatever is given to it.

    For what looks single rows up, wherever they are: to plan that for each month takes longer than
    to do it. Nothing is kept where the address turns the driver's preparing of statements off.
    """
    raw: Any = connection.connection.driver_connection
    threshold = getattr(raw, "prepare_threshold", None)
    if connection.dialect.name != "postgresql" or threshold is None:
        yield
        return
    connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
    raw.prepare_threshold = 0
    try:
        yield
    finally:
        raw.prepare_threshold = threshold


@contextmanager
def limited(connection: Connection, at_most: timedelta) -> Iterator[None]:
    """Stop what a connection is asked for when it takes too long. Raises ConfigError then.

    In SQLite the work of this thread counts: waiting for others who ask at once does so only
    beyond `PATIENCE` times as much.
    """
    most = at_most.total_seconds()
    deadline, worked = time.monotonic() + PATIENCE * most, time.thread_time() + most
    raw = connection.connection.driver_connection
    if isinstance(raw, SqliteConnection):
        raw.set_progress_handler(
            lambda: time.thread_time() > worked or time.monotonic() > deadline, _STEPS
        )
    else:
        limit = round(at_most.total_seconds() * 1000)
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {limit}; {_BY_INDEXES}")
    try:
        yield
    except sa.exc.OperationalError as error:
        is_cancelled = getattr(error.orig, "sqlstate", "") == _QUERY_CANCELED
        if not is_cancelled and str(error.orig) != "interrupted":
            raise
        what = (
            f"the search took longer than {at_most.total_seconds():g} s and was stopped; "
            "narrow it with --since, --country or a rarer word"
        )
        raise ConfigError(what) from error
    finally:
        if isinstance(raw, SqliteConnection):
            raw.set_progress_handler(None, 0)


@contextmanager
def _disposed(engine: Engine) -> Iterator[None]:
    try:
        yield
    finally:
        engine.dispose()


def _as_migrator(connection: SqliteConnection, record: object) -> None:
    _as_writer(connection, record)
    _run(connection, "PRAGMA foreign_keys=OFF")


def _as_writer(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours, see _begin_immediate
    _run(
        connection,
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "PRAGMA foreign_keys=ON",
        f"PRAGMA cache_size=-{WRITER_CACHE_KB}",
    )


def _as_reader(connection: SqliteConnection, _record: object) -> None:
    _run(connection, "PRAGMA query_only=ON", f"PRAGMA cache_size=-{READER_CACHE_KB}")


def _if_it_is_there(
    _dialect: object, _record: object, arguments: Sequence[str], _named: object
) -> None:
    """Let nobody who only asks make an empty file of the database."""
    if not Path(arguments[0]).exists():
        raise OperationalError("there is no such file; run `monitor init`")


def _begin_immediate(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once under contention, whatever
    # the busy timeout; an immediate one waits its turn.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _in_utc(connection: DBAPIConnection, _record: object) -> None:
    _run(connection, "SET TIME ZONE 'UTC'")
    connection.commit()


def _as_postgres_reader(connection: DBAPIConnection, _record: object) -> None:
    # A statement is planned for what it asks, which leaves months out; compiling it to machine code
    # takes longer than any page does. Pages of an index are as near as those of a table: else looking
    # up a dozen forms of a word is taken for dearer than reading the month.
    _run(
        connection,
        "SET TIME ZONE 'UTC'",
        "SET plan_cache_mode = force_custom_plan",
        "SET jit = off",
        "SET random_page_cost = 1.1",
    )
    connection.commit()


def _run(connection: SqliteConnection | DBAPIConnection, *commands: str) -> None:
    cursor = connection.cursor()
    for command in commands:
        cursor.execute(command)
    cursor.close()
