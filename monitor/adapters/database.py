"""Open, create, upgrade and check the database: a SQLite file, or PostgreSQL."""

import re
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url

from monitor.adapters import partitions
from monitor.adapters.engines import (
    begun_hastily,
    begun_trustingly,
    limited,
    migrating,
    postgres_engines,
    sqlite_engines,
)
from monitor.adapters.packaged import packaged
from monitor.adapters.turns import for_searches
from monitor.domain.errors import ConfigError, StorageError

if TYPE_CHECKING:
    from alembic.config import Config

TURN_TIMEOUT_S: Final = 60
LOCK_TIMEOUT_MS: Final = 300  # less than the second after which PostgreSQL looks for deadlocks
Value = TypeVar("Value")
_LOCK_NOT_AVAILABLE: Final = "55P03"
_REVISION: Final = re.compile(r"(\d{4})_\w+\.py")  # the name of a migration; see test_migrations


class Database:
    """A writer and a reader on one database. Opening it touches nothing."""

    def __init__(self, url: str) -> None:
        self._url = _parsed(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self._turn: AbstractContextManager[object] = nullcontext()
        self._months: set[partitions.Month] = set()  # that are known to be there
        self._searches = for_searches(on_server=not self.is_sqlite)
        if self.is_sqlite:
            self._turn = _Turn(self.shown)  # it has one writer: our threads queue here, in order
            self._writer, self._reader = sqlite_engines(self._url)
        else:
            self._writer, self._reader = postgres_engines(self._url)

    @property
    def shown(self) -> str:
        """The address with its password masked."""
        return self._url.render_as_string(hide_password=True)

    @property
    def file(self) -> Path | None:
        """The database's file; a server has none that we know of."""
        return Path(str(self._url.database)) if self.is_sqlite else None

    def connect(self, name: str) -> Connection:
        """Open a connection of its own to a server, which shows that name. Raises StorageError."""
        url = self._url.update_query_dict({"application_name": name})
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with _translated(self.shown):
            return engine.connect()

    def exists(self) -> bool:
        """Say whether there is anything yet; nothing is made by asking. A server always is."""
        return not self.is_sqlite or Path(str(self._url.database)).exists()

    def close(self) -> None:
        """Give every connection back."""
        self._writer.dispose()
        self._reader.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open one transaction: committed at the end, rolled back on any fault."""
        with _translated(self.shown), self._turn, self._writer.begin() as connection:
            yield connection

    @contextmanager
    def writing_hastily(self) -> Iterator[Connection]:
        """Open one transaction that a power cut may undo until the next lasting one is committed.

        A killed process loses nothing of it. For what would only be done again.
        """
        with _translated(self.shown), self._turn, begun_hastily(self._writer) as connection:
            yield connection

    @contextmanager
    def writing_trustingly(self) -> Iterator[Connection]:
        """Open one transaction whose rows refer only to what it stores itself, or saw before.

        SQLite does not look that up, which would be a fourteenth of an import; `doctor` does.
        """
        with _translated(self.shown), self._turn, begun_trustingly(self._writer) as connection:
            yield connection

    @contextmanager
    def reading(self, at_most: timedelta | None = None) -> Iterator[Connection]:
        """Open a connection that cannot write.

        Raises ConfigError where `at_most` is given and what is asked takes longer. These wait for
        their turn first, which counts for nothing. PostgreSQL's driver forgets at a rollback which
        statements the server knows, hence the commit.
        """
        with (
            self._searches if at_most else nullcontext(),
            _translated(self.shown),
            self._reader.connect() as connection,
            limited(connection, at_most) if at_most else nullcontext(),
        ):
            yield connection
            connection.commit()

    def make_room(self, moments: Iterable[datetime]) -> None:
        """See that what happens at these moments can be stored. Raises StorageError.

        Call it before the transaction that stores. Only PostgreSQL has tables by month.
        """
        missing = set() if self.is_sqlite else partitions.months(moments) - self._months
        until = time.monotonic() + TURN_TIMEOUT_S
        while missing - self._months:
            try:
                with self._writer.begin() as connection:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")
                    partitions.make(connection, missing)
                self._months |= missing
            except sa.exc.OperationalError as error:
                # Others write: let them end. Waiting longer could be for one who waits for us.
                if getattr(error.orig, "sqlstate", "") != _LOCK_NOT_AVAILABLE:
                    raise StorageError(f"{self.shown}: {error.orig}") from error
                if time.monotonic() > until:
                    what = f"{self.shown}: waited {TURN_TIMEOUT_S} s to make a month's tables"
                    raise StorageError(what) from error

    def make_room_for_many(self, moments: Iterable[datetime]) -> None:
        """Do as `make_room` where so many may come of one moment that they reach another month."""
        if not self.is_sqlite:
            given = list(moments)
            with self.reading() as connection:
                taken = partitions.crowded(connection, given)
            self.make_room([*given, *taken])

    def keep_months(self, now: datetime) -> None:
        """Make the months to come, and let the planner know what all months hold together.

        PostgreSQL does by itself only count each month on its own. Raises StorageError.
        """
        self.make_room([now, *partitions.ahead(now)])
        with self.writing() as connection:
            connection.exec_driver_sql("ANALYZE item, item_key, fetch_event")

    def upgrade(self) -> None:
        """Create the schema, or bring it to the present; safe to repeat. Raises StorageError."""
        import alembic.command  # noqa: PLC0415 - half a second, and seldom needed

        self._see_its_place()
        present = self.revision()
        if present == max(_revisions()):
            return  # nothing to change, so nothing to look through for what is broken
        self._refuse_newer(present)
        with _translated(self.shown), self._turn, migrating(self._url) as connection:
            config = _config()
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")

    def check(self, *, create: bool = False) -> None:
        """Raise StorageError unless the schema is the present one.

        With `create`, a database that is still empty gets its schema.
        """
        if create:
            self._see_its_place()
        if not create and not self.exists():
            raise StorageError(f"there is no database at {self.shown}; run `monitor init`")
        present = self.revision()
        if present is None:
            if not create:
                raise StorageError(f"{self.shown} has no schema; run `monitor init`")
            self.upgrade()
        elif present != max(_revisions()):
            self._refuse_newer(present)
            raise StorageError(f"{self.shown} has an older schema ({present}); run `monitor init`")

    def revision(self) -> str | None:
        """Return the revision of the schema, or None where there is none."""
        if not self.exists():
            return None
        with self.reading() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.scalar(
                sa.text("SELECT version_num FROM alembic_version")
            )
            return found

    def _see_its_place(self) -> None:
        """Raise ConfigError where a SQLite file can never be: what to mend is the address."""
        if self.file is None:
            return
        if self.file.is_dir():
            raise ConfigError(f"{self.shown} is a directory; name a file in it")
        if not self.file.parent.is_dir():
            what = f"{self.shown}: there is no directory {self.file.parent}; make it"
            raise ConfigError(what)

    def _refuse_newer(self, present: str | None) -> None:
        if present and present not in _revisions():
            what = f"{self.shown} was written by a newer version ({present}); install that version"
            raise StorageError(what)


class _Turn:
    """Where threads wait for the one writer; not for ever, should another process hold the file."""

    def __init__(self, shown: str) -> None:
        self._lock, self._shown = threading.Lock(), shown

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=TURN_TIMEOUT_S):
            raise StorageError(f"{self._shown}: waited {TURN_TIMEOUT_S} s for the other threads")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def batches(values: Iterable[Value], size: int = 500) -> Iterator[list[Value]]:
    """Cut values into lists that fit into one `IN (…)`."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


def insert(connection: Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that knows `on_conflict_…`, which both databases spell alike."""
    return inserting(connection.dialect.name, table)


def inserting(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT as `insert` does, for statements that are made once and kept."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:  # the latter for a port
        what = (
            "MONITOR_DATABASE_URL is not an SQLAlchemy URL; write for example sqlite:///monitor.db"
        )
        raise ConfigError(what) from error
    kind = parsed.drivername.partition("+")[0]
    if kind in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")  # the one driver that we have
    if kind != "sqlite":
        what = (
            f"MONITOR_DATABASE_URL: {kind} is not supported; "
            "use sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
        )
        raise ConfigError(what)
    if (parsed.database or ":memory:") == ":memory:":
        raise ConfigError(
            "MONITOR_DATABASE_URL names no file; write for example sqlite:///monitor.db"
        )
    return parsed


@contextmanager
def _translated(shown: str) -> Iterator[None]:
    try:
        yield
    except sa.exc.DBAPIError as error:
        what = str(error.orig).splitlines()[0] if error.orig else type(error).__name__
        raise StorageError(f"{shown}: {what}") from error
    except sa.exc.SQLAlchemyError as error:
        raise StorageError(f"{shown}: {type(error).__name__}") from error


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(packaged("migrations")).replace("%", "%%"))
    return config


def _revisions() -> frozenset[str]:
    """Return the numbers of all migrations."""
    names = (path.name for path in (packaged("migrations") / "versions").iterdir())
    return frozenset(found[1] for name in names if (found := _REVISION.fullmatch(name)))
