"""Whoever has used the first release keeps everything."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copyfile

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

import make
from monitor.adapters import tables
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.reading import SqlReading
from monitor.adapters.store import SqlStore
from monitor.domain.digest import Window
from monitor.domain.polling import EditedItem
from monitor.ports import Filters
from support import first_release
from support.first_release import FIRST, ITEMS, SECOND
from support.postgres import Cluster

MOST, SUSA, PLAN, CYRILLIC = (ITEMS[at][0] for at in (1, 0, 2, 3))


@pytest.fixture(scope="module")
def old_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file of the first release, brought to the present schema."""
    file = tmp_path_factory.mktemp("old") / "old.db"
    brought_up(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="module")
def old_postgres(postgres: Cluster) -> Iterator[URL]:
    """A PostgreSQL database of the first release, brought to the present schema."""
    made = postgres.make()
    brought_up(made.render_as_string(hide_password=False))
    yield made
    postgres.drop(made)


@pytest.fixture(params=["sqlite", "postgres"])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a copy of such a database, of each kind in turn."""
    template = request.getfixturevalue(f"old_{request.param}")
    if request.param == "sqlite":
        copyfile(template, tmp_path / "old.db")
        yield f"sqlite:///{tmp_path}/old.db"
        return
    cluster = request.getfixturevalue("postgres")
    made = cluster.make(template)
    yield made.render_as_string(hide_password=False)
    cluster.drop(made)


@pytest.fixture
def upgraded(old_url: str) -> Iterator[Database]:
    """That database, open."""
    opened = Database(old_url)
    yield opened
    opened.close()


def brought_up(url: str) -> None:
    first_release.make_first_release(url)
    database = Database(url)
    database.upgrade()
    database.close()


def titles(database: Database, query: str = "") -> list[str]:
    return [row.title for row in SqlArchive(database).items(Filters(query=query), 100).rows]


def number_of(database: Database, title: str) -> int:
    rows = SqlArchive(database).items(Filters(), 100).rows
    return next(row.item_id for row in rows if row.title == title)


def count(database: Database, table: sa.Table) -> int:
    with database.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_items_stand_in_the_order_of_their_time(upgraded: Database) -> None:
    assert titles(upgraded) == [CYRILLIC.title, PLAN.title, SUSA.title, MOST.title]


def test_a_repeated_poll_stores_nothing_new(upgraded: Database) -> None:
    store = SqlStore(upgraded)
    for item, feed, _ in ITEMS:
        known = store.known(feed.outlet.id, item.keys)

        assert set(known) == set(item.keys)
        assert {one.content_hash for one in known.values()} == {item.content_hash}

        store.record(make.poll(item, of=feed, at=make.NOW + timedelta(hours=1)), feed)
    assert count(upgraded, tables.item) == len(ITEMS)


def test_hits_stay_with_their_items(upgraded: Database) -> None:
    found = SqlArchive(upgraded).hits(Filters(), 100).rows

    assert [(one.title, one.hit.narrative) for one in found] == [
        (PLAN.title, "open-balkan"),
        (MOST.title, "open-balkan"),
    ]
    assert [one.hit.evidence[0].quote for one in found] == ["Plan", "Most"]
    assert count(upgraded, tables.hit) == 3  # the retired one too


def test_what_an_item_said_before_stays_with_it(upgraded: Database) -> None:
    (version,) = SqlReading(upgraded).versions(number_of(upgraded, MOST.title))

    assert (version.title, version.until) == (first_release.EDITED_BEFORE, make.NOW)


def test_states_and_fetch_events_stay(upgraded: Database) -> None:
    store = SqlStore(upgraded)
    events = SqlArchive(upgraded).events(
        Window(make.NOW - timedelta(days=30), make.NOW + timedelta(days=1))
    )

    assert len(events) == len(ITEMS)
    (shown, *_) = SqlReading(upgraded).feed_events(events[0].feed_id, 1)
    assert shown.skips == (("no-title", 1),)
    assert store.states([FIRST.id])[FIRST.id].validators.etag == '"7"'


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("министарка OR ministrima", [CYRILLIC.title, PLAN.title]),
        ("cacak", [SUSA.title]),
        ("бунара", [SUSA.title]),
        ("mostovi drina", [MOST.title]),
    ],
)
def test_search_finds_them_in_another_case_and_script(
    upgraded: Database, query: str, wanted: list[str]
) -> None:
    assert titles(upgraded, query) == wanted


def test_an_edit_of_an_old_item_takes_its_old_words_out_of_the_index(upgraded: Database) -> None:
    edited = replace(SUSA, title="Kiša u Čačku", content_hash="other")
    entry = EditedItem(number_of(upgraded, SUSA.title), 2, edited, ())
    later = make.NOW + timedelta(hours=1)
    SqlStore(upgraded).record(make.poll(of=FIRST, at=later, edited=(entry,)), FIRST)

    assert titles(upgraded, "suša") == []
    assert titles(upgraded, "kiša") == ["Kiša u Čačku"]


def test_items_of_before_are_in_stories_and_new_ones_join_them(upgraded: Database) -> None:
    third = make.feed(
        id="treci-vesti", outlet=make.outlet(id="treci", homepage="https://treci.example/")
    )
    copy = make.item("Šest ministara u Ohridu", of=third, summary=first_release.LEAD)
    archive = SqlArchive(upgraded)

    assert {row.title: row.story_size for row in archive.items(Filters(), 100).rows} == {
        CYRILLIC.title: 2,
        PLAN.title: 2,
        SUSA.title: 1,
        MOST.title: 1,
    }

    SqlStore(upgraded).record(make.poll(copy, of=third, at=make.NOW + timedelta(days=2)), third)
    rows = archive.items(Filters(), 100).rows

    assert rows[0].outlet_id == "treci"
    assert {row.story_id for row in rows[:3]} == {str(number_of(upgraded, PLAN.title))}


def test_going_back_to_the_first_release_loses_nothing_of_its_own(
    upgraded: Database, old_url: str
) -> None:
    upgraded.close()
    first_release.downgrade_to_first_release(old_url)

    with upgraded.reading() as connection:
        rows = connection.execute(
            sa.text(
                "SELECT item_key.key, item_key.outlet_id, item.title FROM item_key "
                "JOIN item ON item.id = item_key.item_id"
            )
        ).all()
        hits = connection.execute(
            sa.text("SELECT title, narrative FROM hit JOIN item ON item.id = item_id")
        ).all()
    assert {tuple(row) for row in rows} == {
        (key, feed.outlet.id, item.title) for item, feed, _ in ITEMS for key in item.keys
    }
    assert sorted(map(tuple, hits)) == [
        (MOST.title, "open-balkan"),
        (PLAN.title, "old-one"),
        (PLAN.title, "open-balkan"),
    ]

    upgraded.upgrade()

    assert titles(upgraded, "министри") == [CYRILLIC.title, PLAN.title]
    assert SECOND.id in SqlStore(upgraded).states([SECOND.id])
