from collections.abc import Iterator
from pathlib import Path

import alembic.command
import pytest
import sqlalchemy as sa
from alembic.config import Config
from sqlalchemy.engine import make_url

from monitor.adapters.database import Database
from monitor.adapters.engines import migrating
from monitor.adapters.packaged import packaged
from monitor.domain.errors import StorageError


def config(connection: sa.Connection) -> Config:
    made = Config()
    made.set_main_option("script_location", str(packaged("migrations")))
    made.attributes["connection"] = connection
    return made


def tables(connection: sa.Connection) -> set[str]:
    return set(sa.inspect(connection).get_table_names())


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a schema, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/x.db"
        return
    cluster = request.getfixturevalue("postgres")
    url = cluster.make()
    yield url.render_as_string(hide_password=False)
    cluster.drop(url)


def test_migrations_go_up_and_down_and_leave_nothing(empty: str) -> None:
    engine = sa.create_engine(empty)
    with engine.connect() as connection:
        alembic.command.upgrade(config(connection), "head")
        alembic.command.check(config(connection))
        alembic.command.downgrade(config(connection), "base")

        assert tables(connection) == {"alembic_version"}
    engine.dispose()


def upgraded_and_then_broken(url: str) -> None:
    with migrating(make_url(url)) as connection:
        alembic.command.upgrade(config(connection), "head")
        raise RuntimeError


def test_an_upgrade_that_fails_changes_nothing(empty: str) -> None:
    with pytest.raises(RuntimeError):
        upgraded_and_then_broken(empty)

    database = Database(empty)
    assert database.revision() is None
    database.close()


def test_an_upgrade_may_be_repeated(database: Database) -> None:
    before = database.revision()

    database.upgrade()

    assert database.revision() == before
    database.check()


def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StorageError, match="newer version"):
        database.check()
    with pytest.raises(StorageError, match="newer version"):
        database.upgrade()


def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError), database.reading() as connection:
        connection.execute(sa.text("DELETE FROM item"))
