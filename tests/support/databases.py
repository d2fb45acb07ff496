"""Databases for tests, of both kinds: a test that asks for `database` runs on each."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy.engine import URL

import make
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.store import SqlStore
from support.postgres import Cluster, cluster


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One PostgreSQL for the whole run, started when first asked for."""
    with cluster() as running:
        yield running


@pytest.fixture(scope="session")
def postgres_template(postgres: Cluster) -> Iterator[URL]:
    """A PostgreSQL database with the present schema, to be copied."""
    url = postgres.make()
    _upgraded(url.render_as_string(hide_password=False))
    yield url
    postgres.drop(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the present schema, to be copied."""
    file = tmp_path_factory.mktemp("template") / "monitor.db"
    _upgraded(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite database with the present schema."""
    copyfile(sqlite_template, tmp_path / "monitor.db")
    return f"sqlite:///{tmp_path}/monitor.db"


@pytest.fixture
def postgres_url(postgres: Cluster, postgres_template: URL) -> Iterator[str]:
    """The address of a fresh PostgreSQL database with the present schema."""
    url = postgres.make(postgres_template)
    yield url.render_as_string(hide_password=False)
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database with the present schema, of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database with the present schema, of each kind in turn."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> SqlStore:
    """The side that polls write to."""
    return SqlStore(database)


@pytest.fixture
def archive(database: Database) -> SqlArchive:
    """The side that people read."""
    return SqlArchive(database)


def _upgraded(url: str) -> None:
    database = Database(url)
    database.upgrade()
    database.make_room([make.NOW])
    database.close()
