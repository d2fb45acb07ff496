import json
import threading
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

import make
from fakes import FakeClock, WordMatcher
from monitor.adapters import tables
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.erasing import erase
from monitor.adapters.invariants import SqlInvariants
from monitor.adapters.retention import forget
from monitor.adapters.store import SqlStore
from monitor.app import build
from monitor.app.upkeep import Upkeep
from monitor.cli.root import run
from monitor.domain.errors import NotFoundError
from monitor.domain.feed import FeedState, Validators
from monitor.domain.identity import sort_out
from monitor.domain.polling import EditedItem, FetchEvent, Outcome
from monitor.domain.weekday import WEEKS
from monitor.ports import Filters
from monitor.settings import load
from support import catalogues
from support.importing import brought
from support.keeping import Opened, content, found, nothing, parts_of_the_index


@pytest.mark.usefixtures("stored")
def test_an_erased_item_is_gone_and_does_not_come_back(
    database: Database, store: SqlStore, archive: SqlArchive
) -> None:
    (row,) = archive.items(Filters(query="đorđe"), 10).rows

    assert erase(database, row.item_id, "asked for", make.NOW)
    assert not erase(database, row.item_id, "asked for again", make.NOW)

    again = make.item("Šta kaže Đorđe")
    known = store.known("primer", again.keys)
    assert found(database, "đorđe") == []
    assert "" not in [item.title for item in archive.items(Filters(), 10).rows]
    assert "Đorđe" not in json.dumps([str(one) for one in content(database)["hit"]])
    assert (sort_out([again], known).new, sort_out([again], known).edited) == ((), ())
    with pytest.raises(NotFoundError):
        erase(database, 10**9, "asked for", make.NOW)


def test_an_edit_that_was_read_before_an_erasure_does_not_bring_the_item_back(
    postgres_url: str, opened: Opened
) -> None:
    erasing, editing, holding = (opened(postgres_url) for _ in range(3))
    store, archive = SqlStore(editing), SqlArchive(editing)
    store.record(make.poll(make.item("Šta kaže Đorđe")), make.feed())
    (row,) = archive.items(Filters(), 9).rows
    edited = make.item("Šta je rekao Đorđe", content_hash="other")
    later = make.NOW + timedelta(hours=1)
    poll = make.poll(at=later, edited=(EditedItem(row.item_id, 2, edited, ()),))
    wanted = (
        partial(erase, erasing, row.item_id, "asked for", later),
        partial(store.record, poll, make.feed()),
    )
    threads = [threading.Thread(target=do) for do in wanted]

    with holding.writing() as connection:  # the erasure waits here, then the edit
        connection.execute(sa.select(tables.item).with_for_update())
        for thread in threads:
            thread.start()
            thread.join(timeout=1)
    for thread in threads:
        thread.join(timeout=30)

    assert [item.title for item in archive.items(Filters(), 9).rows] == []
    assert content(editing)["item"][0][5:8] == ("", "", "")
    assert content(editing)["item_version"] == []


@pytest.mark.usefixtures("stored")
def test_no_list_of_words_and_no_part_of_the_index_has_what_only_an_erased_item_said(
    database: Database, store: SqlStore, archive: SqlArchive
) -> None:
    (row,) = archive.items(Filters(query="đorđe"), 10).rows
    edit = EditedItem(row.item_id, 2, make.item("Šta kaže Božidarka", summary="Kosova"), ())
    store.record(make.poll(edited=(edit,), at=make.NOW + timedelta(hours=9)), make.feed())

    erase(database, row.item_id, "asked for", make.NOW)

    listed = {str(one[0]) for one in content(database)["word"]}
    assert listed == {"otvoreni", "balkan", "1", "kosova"}
    if file := database.file:
        assert parts_of_the_index(database)[0] == 1
        database.close()
        stored = file.read_bytes().lower()
        assert [
            word for word in (b"ordje", b"ozidarka", "šta kaže".encode()) if word in stored
        ] == []


@pytest.mark.parametrize("command", [["erase", "--reason", "x"], ["search", "--like"], ["story"]])
def test_a_number_that_no_item_can_have_is_wrong_usage(tmp_path: Path, command: list[str]) -> None:
    archive = f"{tmp_path}/monitor.db"
    assert run(["init", "--db", archive]) == 0

    assert run([*command, "9" * 24, "--db", archive]) == 2


def test_an_erased_item_that_a_file_has_twice_does_not_come_back(
    database: Database, archive: SqlArchive, tmp_path: Path
) -> None:
    row = {"title": "Otvoreni Balkan", "url": "https://a.example/1"}
    rows = [row, row | {"id": "7"}, row | {"id": "8", "title": "OTVORENI  balkan"}]
    (tmp_path / "first.jsonl").write_text(json.dumps(row))
    (tmp_path / "past.jsonl").write_text("\n".join(map(json.dumps, rows[1:])))
    brought(database, tmp_path / "first.jsonl", [])
    (stored,) = archive.items(Filters(), 9).rows
    erase(database, stored.item_id, "asked for", make.NOW)

    again = brought(database, tmp_path / "past.jsonl", [])

    assert (again.new, again.known, archive.items(Filters(), 9).rows) == (0, 2, ())


@pytest.mark.usefixtures("stored")
def test_only_what_is_named_is_forgotten_and_a_dry_run_forgets_nothing(database: Database) -> None:
    keep = {"fetch_events": timedelta(days=1)}
    now = make.NOW + timedelta(days=1, hours=1)

    counted = forget(database, keep, now, dry_run=True)
    deleted = forget(database, keep, now, dry_run=False)

    assert counted == deleted == {"fetch_events": 1}
    assert len(content(database)["fetch_event"]) == 2
    assert len(content(database)["item"]) == 3


@pytest.mark.usefixtures("stored")
def test_what_the_state_of_a_feed_rests_on_is_never_forgotten(
    database: Database, store: SqlStore
) -> None:
    feed, day = make.feed(), timedelta(days=1)
    for days, outcome in ((1, Outcome.OK), (2, Outcome.UNCHANGED), (3, Outcome.UNCHANGED)):
        at = make.NOW + days * day
        state = FeedState(
            feed.id, Validators('"1"'), last_poll_at=at, last_ok_at=at, last_full_at=make.NOW + day
        )
        store.record(make.poll(at=at, event=FetchEvent(feed.id, at, outcome), state=state), feed)

    forget(database, {"fetch_events": day}, make.NOW + 90 * day, dry_run=False)

    assert len(content(database)["fetch_event"]) == 2
    assert {one.rule for one in SqlInvariants(database).check() if one.broken} == set()


@pytest.mark.usefixtures("stored")
def test_past_days_are_rolled_up_once(database: Database) -> None:
    clock = FakeClock()
    clock.sleep(timedelta(days=2))
    upkeep = Upkeep(
        database, clock, tuple, WordMatcher, Path(), nothing, {}, lambda _since: frozenset()
    )

    for _ in range(2):
        upkeep.roll_up()

    with database.reading() as connection:
        days = connection.execute(sa.select(tables.rollup_day.c.day)).scalars().all()
        counted = connection.execute(sa.select(sa.func.sum(tables.rollup.c["items"]))).scalar()
    assert (len(days), counted) == (7 * WEEKS + 1, 3)


def test_what_is_noted_of_the_catalogue_is_of_the_files_that_the_matcher_was_made_of(
    tmp_path: Path,
) -> None:
    narratives = catalogues.write(tmp_path / "narratives", dam="tajne brana")
    settings = {"database_url": f"sqlite:///{tmp_path}/monitor.db", "narratives": str(narratives)}
    app = build(load({}, settings))
    version = app.matcher.catalogue_version

    catalogues.write(narratives, dam="druge reke")

    assert app.keeping.version == version
