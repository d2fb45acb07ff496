from datetime import timedelta

import pytest

import make
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.movement_rows import read_outlet_shares
from monitor.adapters.store import SqlStore
from monitor.domain.digest import Direction, Window
from monitor.domain.feed import OutletKind
from monitor.services.movement import moved

NOW = make.NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def items(store: SqlStore) -> None:
    checker = make.outlet(id="provera", name="Provera", kind=OutletKind.FACT_CHECKER)
    answer = make.feed(id="provera", url="https://provera.example/rss", outlet=checker)
    store.record(make.poll(make.item("Jedan"), make.item("Dva"), hits=(make.hit(),)), make.feed())
    store.record(make.poll(make.item("Ništa"), at=make.NOW + timedelta(minutes=1)), make.feed())
    store.record(make.poll(make.item("Netačno", of=answer), of=answer, hits=(make.hit(),)), answer)


def test_a_narrative_is_shown_where_it_was_seen_with_its_first_and_last_sight(
    archive: SqlArchive,
) -> None:
    (row,) = moved(archive, NOW, ("", "BA"))

    assert (row.narrative, row.country, row.day.now, row.week.now) == ("open-balkan", "", 2, 2)
    assert row.day.here == (make.NOW, make.NOW)
    assert row.today is row.this_week is Direction.UNTOLD_HISTORY


def test_outlets_are_shown_with_what_was_read_of_them(database: Database) -> None:
    with database.reading() as connection:
        (share,) = read_outlet_shares(connection, Window(make.NOW, NOW))

    assert (share.outlet_id, share.hits, share.items) == ("primer", 2, 3)
    assert round(share.per_thousand, 1) == 666.7
