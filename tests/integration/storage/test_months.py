"""Months of an archive in PostgreSQL, each with tables of its own."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

import make
from monitor.adapters import fulltext
from monitor.adapters.archive import SqlArchive
from monitor.adapters.copying import copy
from monitor.adapters.database import Database
from monitor.adapters.importing import SqlShelf
from monitor.adapters.store import SqlStore
from monitor.domain.digest import Window
from monitor.domain.errors import StorageError
from monitor.domain.importing import Imported
from monitor.domain.numbering import PER_SECOND, first_number
from monitor.domain.rematch import Plan
from monitor.ports import Filters
from support import first_release
from support.postgres import Cluster

LONG_AGO = datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.fixture
def server(postgres_url: str) -> Iterator[Database]:
    """A fresh PostgreSQL database with the present schema."""
    opened = Database(postgres_url)
    yield opened
    opened.close()


def parts(database: Database, table: str) -> set[str]:
    with database.reading() as connection:
        query = "SELECT CAST(relid AS text) FROM pg_partition_tree(:name) WHERE isleaf"
        return set(connection.execute(sa.text(query), {"name": table}).scalars())


def where(database: Database, table: str) -> set[str]:
    with database.reading() as connection:
        found = sa.text(f"SELECT CAST(tableoid AS regclass)::text FROM {table}")  # noqa: S608
        return set(connection.execute(found).scalars())


def record(database: Database, at: datetime, title: str) -> None:
    feed = make.feed()
    SqlStore(database).record(make.poll(make.item(title), of=feed, at=at), feed)


def test_each_month_has_its_tables(server: Database) -> None:
    record(server, datetime(2026, 11, 30, 23, 59, tzinfo=UTC), "Prvi")
    record(server, datetime(2026, 12, 1, tzinfo=UTC), "Drugi")

    for table in ("item", "item_fts", "fetch_event"):
        assert where(server, table) == {f"{table}_2026_11", f"{table}_2026_12"}
    assert [one.title for one in SqlArchive(server).items(Filters(), 9).rows] == ["Drugi", "Prvi"]


def test_an_item_of_the_last_moment_may_be_numbered_in_the_next_month(server: Database) -> None:
    feed = make.feed()
    many = [make.item(f"Vest broj {n}", url=f"https://primer.example/{n}") for n in range(300)]
    SqlStore(server).record(make.poll(*many, of=feed, at=LONG_AGO), feed)

    assert where(server, "item") == {"item_1999_12", "item_2000_01"}
    window = Filters(since=LONG_AGO, until=LONG_AGO + timedelta(seconds=1))
    assert len(SqlArchive(server).items(window, 500).rows) == len(many)


def test_an_import_goes_on_where_a_crowd_of_one_second_ends_hours_later(server: Database) -> None:
    at = datetime(2001, 11, 30, 22, 0, tzinfo=UTC)
    record(server, at, "Prvi")
    first, end = (first_number(at + hours * timedelta(hours=1)) for hours in (0, 2))
    names = (
        "outlet_id, feed_id, country, url, title, summary, text, lang, published_raw, "
        "first_seen_at, content_hash"
    )
    with server.writing() as connection:  # every second to the end of the month is full
        last_ones = f"generate_series({first + PER_SECOND - 1}, {end}, {PER_SECOND}) AS n"
        connection.exec_driver_sql(
            f"INSERT INTO item (id, {names}) SELECT n, {names} FROM item, {last_ones}"  # noqa: S608
        )

    late = [Imported(make.item(f"Kasni {n}", url=f"https://x.example/{n}"), at) for n in range(2)]
    SqlShelf(server, make.NOW).add([make.feed()], late, Plan("c1", "m1"))

    assert where(server, "item") == {"item_2001_11", "item_2001_12"}
    found = SqlArchive(server).items(Filters(query="kasni"), 9).rows
    assert [one.title for one in found] == ["Kasni 1", "Kasni 0"]


def test_a_month_that_two_make_at_once_is_made_once(server: Database, postgres_url: str) -> None:
    moments = [datetime(2031, month, 1, tzinfo=UTC) for month in range(1, 7)]
    others = [Database(postgres_url) for _ in range(4)]
    faults: list[Exception] = []

    def make_room(database: Database) -> None:
        try:
            database.make_room(moments)
        except StorageError as fault:
            faults.append(fault)

    threads = [threading.Thread(target=make_room, args=(one,)) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in others:
        one.close()

    assert faults == []
    assert {f"item_2031_{n:02}" for n in range(1, 7)} <= parts(server, "item")


def test_a_month_is_made_when_those_who_write_have_ended(
    server: Database, postgres_url: str
) -> None:
    record(server, make.NOW, "Prvi")
    other = Database(postgres_url)
    later = make.NOW + timedelta(days=40)
    making = threading.Thread(target=other.make_room, args=([later],))

    with server.writing() as connection:
        connection.execute(sa.text("UPDATE feed SET failures = 1"))
        making.start()
        making.join(timeout=1)
        assert making.is_alive()
        # Whoever makes a month does not stand in the way of who writes already.
        connection.execute(sa.text("UPDATE item SET version = 2"))
        connection.execute(sa.text("UPDATE outlet SET name = 'x'"))
    making.join(timeout=30)
    other.close()

    assert "item_2027_01" in parts(server, "item")


def test_readers_go_on_while_a_month_is_made(server: Database, postgres_url: str) -> None:
    record(server, make.NOW, "Prvi")
    other = Database(postgres_url)

    with server.reading() as connection:
        connection.execute(sa.text("SELECT * FROM item, item_fts, fetch_event")).all()
        other.make_room([make.NOW + timedelta(days=400)])
    other.close()

    assert "item_2027_12" in parts(server, "item")


def test_months_are_made_before_they_begin(server: Database) -> None:
    server.keep_months(datetime(2030, 1, 31, tzinfo=UTC))

    for table in ("item", "item_fts", "fetch_event"):
        assert {f"{table}_2030_{n:02}" for n in range(1, 5)} <= parts(server, table)


def test_an_upgraded_archive_has_its_items_in_their_months(postgres: Cluster) -> None:
    url = postgres.make()
    first_release.make_first_release(url.render_as_string(hide_password=False))
    upgraded = Database(url.render_as_string(hide_password=False))
    upgraded.upgrade()
    found = where(upgraded, "item"), where(upgraded, "item_fts"), where(upgraded, "fetch_event")
    keys = where(upgraded, "item_key")
    upgraded.close()
    postgres.drop(url)

    assert found == ({"item_2026_11"}, {"item_fts_2026_11"}, {"fetch_event_2026_11"})
    assert len(keys) > 1
    assert all(name.startswith("item_key_") for name in keys)


def test_a_copy_makes_the_months_of_its_source(server: Database, sqlite_url: str) -> None:
    source = Database(sqlite_url)
    for at in (LONG_AGO, make.NOW - timedelta(days=400), make.NOW):
        record(source, at, f"Vest od {at:%Y}")
    copy(source, server, lambda _done, _all: None)
    source.close()

    assert where(server, "item") == {"item_1999_12", "item_2025_10", "item_2026_11"}
    window = Window(LONG_AGO, make.NOW + timedelta(days=1))
    assert len(SqlArchive(server).events(window)) == 3


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ""),
        (["vlada", "kosovo", "vlada"], "'kosovo':2 'vlada':1,3"),
        (["a" * 201, "vlada"], f"'{'a' * 200}':1 'vlada':2"),
        (["vlada"] * 300, f"'vlada':{','.join(map(str, range(1, 256)))}"),
        (["vlada"] * 255 + ["kosovo"], f"'kosovo':256 'vlada':{','.join(map(str, range(1, 256)))}"),
    ],
)
def test_words_are_indexed_with_their_places(
    server: Database, words: list[str], expected: str
) -> None:
    with server.reading() as connection:
        query = sa.text("SELECT CAST(CAST(:given AS tsvector) AS text)")
        assert connection.scalar(query, {"given": fulltext.vector(words)}) == expected
