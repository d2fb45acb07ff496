import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.adapters.database import Database
from monitor.domain.errors import ConfigError, StorageError


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("monitor.db", "not an SQLAlchemy URL"),
        ("mysql://localhost/monitor", "mysql is not supported"),
        ("sqlite://", "names no file"),
    ],
)
def test_an_address_that_we_cannot_use_is_refused(url: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        Database(url)


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "postgresql", "postgres"])
def test_a_server_that_is_not_there_is_one_line_without_its_password(scheme: str) -> None:
    database = Database(f"{scheme}://me:canary@127.0.0.1:1/monitor")

    with pytest.raises(StorageError) as caught:
        database.revision()

    message = str(caught.value)
    assert message.startswith("postgresql+psycopg://me:***@127.0.0.1:1/monitor: ")
    assert "canary" not in message
    assert "\n" not in message
    database.close()


def outlets(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(sa.text("SELECT count(*) FROM outlet")).scalar_one())


def write_outlet(database: Database, name: str) -> None:
    row = "INSERT INTO outlet (id, name, country, kind) VALUES (:id, :name, 'RS', 'x')"
    with database.writing() as connection:
        connection.execute(sa.text(row), {"id": "first", "name": "First"})
        connection.execute(sa.text(row), {"id": name, "name": name})


def test_a_transaction_that_breaks_leaves_nothing(database: Database) -> None:
    with pytest.raises(StorageError):
        write_outlet(database, "first")

    assert outlets(database) == 0


def test_a_file_that_another_process_holds_is_said_to_be_locked(
    sqlite_url: str, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "monitor.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    database = Database(f"{sqlite_url}?timeout=0.05")

    with pytest.raises(StorageError, match="locked"):
        write_outlet(database, "second")

    assert outlets(database) == 0  # who reads does not wait
    other.close()
    write_outlet(database, "second")
    assert outlets(database) == 2
    database.close()


def test_what_is_no_database_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "monitor.db").write_text("not a database, " * 100)
    database = Database(f"sqlite:///{tmp_path}/monitor.db")

    with pytest.raises(StorageError, match="not a database"):
        database.check()
    database.close()


def test_a_full_disk_is_a_clear_fault_and_loses_nothing(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")

    with pytest.raises(StorageError, match="full"):
        write_outlet(database, "a name without end " * 10_000)

    assert outlets(database) == 0
    write_outlet(database, "short")
    database.close()


def test_a_hasty_transaction_leaves_the_next_one_as_lasting_as_ever(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/monitor.db")
    database.upgrade()

    with database.writing_hastily() as connection:
        hasty = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    with database.writing() as connection:
        lasting = connection.exec_driver_sql("PRAGMA synchronous").scalar()

    assert (hasty, lasting) == (1, 2)  # NORMAL, FULL
    database.close()


def test_asking_makes_no_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/monitor.db")

    with pytest.raises(StorageError, match="run `monitor init`"), database.reading():
        pass

    assert list(tmp_path.iterdir()) == []


def test_what_takes_too_long_is_stopped_soon_and_the_connection_answers_on(
    database: Database,
) -> None:
    endless = sa.text(
        "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 100000000)"
        " SELECT count(*) FROM counted"
    )

    for at_most in (timedelta(milliseconds=50), timedelta(milliseconds=100)):
        with (
            pytest.raises(ConfigError, match=r"longer than 0\.\d+ s and was stopped; narrow it"),
            database.reading(at_most) as connection,
        ):
            connection.execute(endless)

    assert outlets(database) == 0
