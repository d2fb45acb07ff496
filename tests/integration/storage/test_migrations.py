from pathlib import Path

import alembic.command
import pytest
import sqlalchemy as sa
from alembic.config import Config

from monitor.adapters.database import Database
from monitor.adapters.packaged import packaged
from monitor.domain.errors import StorageError


def config(connection: sa.Connection) -> Config:
    made = Config()
    made.set_main_option("script_location", str(packaged("migrations")))
    made.attributes["connection"] = connection
    return made


def tables(connection: sa.Connection) -> set[str]:
    return set(sa.inspect(connection).get_table_names())


def test_migrations_go_up_and_down_and_leave_nothing(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/x.db")
    with engine.connect() as connection:
        alembic.command.upgrade(config(connection), "head")
        alembic.command.check(config(connection))
        alembic.command.downgrade(config(connection), "base")

        assert tables(connection) == {"alembic_version"}
    engine.dispose()


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/x.db")
    database.upgrade()
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StorageError, match="newer version"):
        database.check()
    with pytest.raises(StorageError, match="newer version"):
        database.upgrade()
    database.close()


def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError), database.reading() as connection:
        connection.execute(sa.text("DELETE FROM item"))
