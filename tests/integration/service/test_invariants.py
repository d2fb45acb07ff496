from contextlib import nullcontext

import pytest
import sqlalchemy as sa

import make
from monitor.adapters import tables
from monitor.adapters.bulk import add_rows
from monitor.adapters.database import Database
from monitor.adapters.invariants import SqlInvariants
from monitor.adapters.store import SqlStore
from monitor.domain.errors import StorageError


def broken(database: Database) -> list[str]:
    return [one.rule for one in SqlInvariants(database).check() if one.broken]


def test_what_polls_leave_behind_is_sound(database: Database, store: SqlStore) -> None:
    store.record(make.poll(make.item(), make.item("Drugi"), hits=(make.hit(),)), make.feed())

    assert broken(database) == []


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        ("DELETE FROM fetch_event", "every attempt on a feed has its event"),
        ("UPDATE feed SET etag = 'x'", "validators are never newer than the items they stand for"),
        ("UPDATE fetch_event SET new = 0", "no event counts fewer new items than were stored"),
        ("UPDATE fetch_event SET outcome = 'failed'", "a failed attempt stores nothing"),
        ("DELETE FROM item_key", "every item can be recognised"),
    ],
)
def test_damage_is_named(database: Database, store: SqlStore, damage: str, rule: str) -> None:
    store.record(make.poll(make.item()), make.feed())
    with database.writing() as connection:
        connection.execute(sa.text(damage))

    assert any(found.startswith(rule) for found in broken(database))


def test_a_key_without_an_item_is_refused_or_named(database: Database) -> None:
    rows = [("g:" + "0" * 32, 1)]
    refused = pytest.raises(StorageError) if database.is_sqlite else nullcontext()

    with refused, database.writing() as connection:
        add_rows(connection, tables.item_key, ("key", "item_id"), rows)

    assert broken(database) == ([] if database.is_sqlite else ["every key has its item"])


def test_an_item_missing_from_the_search_index_is_named(
    database: Database, store: SqlStore
) -> None:
    store.record(make.poll(make.item()), make.feed())
    forget = "DELETE FROM item_fts"
    if database.is_sqlite:
        forget = "INSERT INTO item_fts(item_fts) VALUES ('delete-all')"
    with database.writing() as connection:
        connection.execute(sa.text(forget))

    assert any("search index" in rule for rule in broken(database))
