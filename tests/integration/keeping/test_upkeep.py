import json
import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

import make
from fakes import FakeClock, WordMatcher
from monitor.adapters import tables
from monitor.adapters.archive import SqlArchive
from monitor.adapters.backup import back_up, restore
from monitor.adapters.copying import copy
from monitor.adapters.database import Database
from monitor.adapters.erasing import erase
from monitor.adapters.importing import MAX_LINE_BYTES, SqlShelf, lines
from monitor.adapters.integrity import faults
from monitor.adapters.invariants import SqlInvariants
from monitor.adapters.retention import forget
from monitor.adapters.shared_rows import SqlShared
from monitor.adapters.store import SqlStore
from monitor.adapters.upkeep_rows import last
from monitor.app import build
from monitor.app.chores import chores
from monitor.app.upkeep import Upkeep
from monitor.cli.root import run
from monitor.domain.errors import ConfigError, NotFoundError, StorageError
from monitor.domain.feed import Feed, FeedState, Validators
from monitor.domain.identity import sort_out
from monitor.domain.importing import Imported
from monitor.domain.polling import EditedItem, FetchEvent, Outcome
from monitor.domain.rematch import Plan
from monitor.domain.weekday import WEEKS
from monitor.ports import Filters
from monitor.services import importing
from monitor.settings import load
from support import catalogues
from support.importing import brought

Opened = Callable[[str], Database]


def nothing(*_told: object) -> None:
    """Hear nothing."""


@pytest.fixture
def stored(store: SqlStore) -> None:
    for hour, title in enumerate(["Отворени Балкан", "Šta kaže Đorđe", "=1+1 Kosova"]):
        at = make.NOW + timedelta(hours=hour)
        store.record(make.poll(make.item(title), at=at, hits=(make.hit(),)), make.feed())


@pytest.fixture
def opened() -> Iterator[Opened]:
    kept: list[Database] = []

    def at(url: str) -> Database:
        kept.append(Database(url))
        return kept[-1]

    yield at
    for database in kept:
        database.close()


def content(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.reading() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))
            ]
            for table in tables.metadata.sorted_tables
            if table is not tables.upkeep
        }


def found(database: Database, query: str) -> list[str]:
    return [row.title for row in SqlArchive(database).items(Filters(query=query), 10).rows]


def test_an_archive_moves_from_one_kind_of_database_to_the_other_and_back(
    sqlite_url: str, postgres_url: str, opened: Opened, tmp_path: Path
) -> None:
    first, there = opened(sqlite_url), opened(postgres_url)
    items = map(make.item, ["Нека вест", "=1+1 Đorđe"])
    SqlStore(first).record(make.poll(*items, hits=(make.hit(),)), make.feed())
    back = opened(f"sqlite:///{tmp_path}/back.db")

    counts = copy(first, there, nothing)
    copy(there, back, nothing)

    assert (counts["item"], counts["hit"]) == (2, 2)
    assert content(back) == content(first)
    assert found(there, "neka vest") == found(back, "neka vest") == ["Нека вест"]
    with pytest.raises(ConfigError, match="not empty"):
        copy(first, there, nothing)
    later = make.poll(make.item("Nova vest"), at=make.NOW + timedelta(days=1), hits=(make.hit(),))
    assert SqlStore(there).record(later, make.feed()) == 1


@pytest.mark.usefixtures("stored")
def test_permanent_names_that_were_given_after_a_backup_are_given_again_when_it_is_restored(
    database: Database, tmp_path: Path
) -> None:
    back_up(database, tmp_path / "backup.db", make.NOW, nothing)
    given = SqlShared(database).installation()

    restore(database, tmp_path / "backup.db", make.NOW, nothing, force=True)

    assert SqlShared(database).installation() == given


@pytest.mark.usefixtures("stored")
def test_a_backup_brings_back_all_that_was_there(
    database: Database, store: SqlStore, tmp_path: Path
) -> None:
    back_up(database, tmp_path / "backup.db", make.NOW, nothing)
    before = content(database)
    store.record(make.poll(make.item("Kasnije"), at=make.NOW + timedelta(days=1)), make.feed())

    with pytest.raises(ConfigError, match="--force"):
        restore(database, tmp_path / "backup.db", make.NOW, nothing, force=False)
    restore(database, tmp_path / "backup.db", make.NOW, nothing, force=True)

    assert content(database) == before
    assert found(database, "otvoreni") == ["Отворени Балкан"]
    assert last(database, "restore") == make.NOW
    assert faults(database) == []


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["of #2.db", "of 100%25.db", "what?.db"])
def test_a_backup_is_one_file_of_whatever_name(
    database: Database, opened: Opened, tmp_path: Path, name: str
) -> None:
    place = tmp_path / name / name
    place.parent.mkdir()
    back_up(database, place, make.NOW, nothing)
    new = opened(f"sqlite:///{tmp_path}/new.db")
    restore(new, place, make.NOW, nothing, force=False)

    assert content(new) == content(database)
    assert list(place.parent.iterdir()) == [place]


@pytest.mark.usefixtures("stored")
@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_a_backup_that_can_only_be_read_is_brought_back(
    database: Database, opened: Opened, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    place = tmp_path / "mounted"
    place.mkdir()
    back_up(database, place / "backup.db", make.NOW, nothing)
    request.addfinalizer(partial(place.chmod, 0o700))
    place.chmod(0o500)
    new = opened(f"sqlite:///{tmp_path}/new.db")

    restore(new, place / "backup.db", make.NOW, nothing, force=False)

    assert content(new) == content(database)
    with pytest.raises(StorageError, match="cannot be written"):
        back_up(database, place / "other.db", make.NOW, nothing)


@pytest.mark.usefixtures("stored")
def test_a_backup_that_cannot_be_written_says_why(database: Database) -> None:
    with pytest.raises(StorageError, match=r"/proc/backup\.db cannot be written"):
        back_up(database, Path("/proc/backup.db"), make.NOW, nothing)


def test_a_file_that_is_no_backup_is_refused(database: Database, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(b"something else" * 100)

    with pytest.raises(ConfigError, match="no backup"):
        restore(database, wrong, make.NOW, nothing, force=True)


@pytest.mark.usefixtures("stored")
def test_a_backup_is_brought_back_where_there_is_no_file_yet(
    database: Database, opened: Opened, tmp_path: Path
) -> None:
    back_up(database, tmp_path / "backup.db", make.NOW, nothing)
    new = opened(f"sqlite:///{tmp_path}/new.db")

    restore(new, tmp_path / "backup.db", make.NOW, nothing, force=False)

    assert content(new) == content(database)


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


def test_past_items_keep_their_time_and_come_once(
    database: Database, archive: SqlArchive, tmp_path: Path
) -> None:
    rows = [
        {"title": "Otvoreni balkan", "url": "https://a.example/1", "first_seen_at": "2019-10-10"},
        {"title": "Нови", "outlet": "stari-list", "published_at": "2020-01-02T03:04:05Z"},
        {"summary": 7},
        {"title": "Iz budućnosti", "first_seen_at": "2999-01-01"},
    ]
    text = "\n".join(["not json", *map(json.dumps, rows)])
    (tmp_path / "past.jsonl").write_text(text)
    faulty: list[int] = []

    first = brought(database, tmp_path / "past.jsonl", faulty)
    again = brought(database, tmp_path / "past.jsonl", [])

    assert (first.new, first.hits, first.bad, faulty) == (2, 1, 3, [1, 4, 5])
    assert (again.new, again.known) == (0, 2)
    seen = {
        row.title: (row.outlet_id, row.first_seen_at.year)
        for row in archive.items(Filters(), 9).rows
    }
    assert seen == {"Otvoreni balkan": ("primer", 2019), "Нови": ("stari-list", 2020)}


class BesideAnother(SqlShelf):
    """A shelf to which another process adds the first two of three items just before."""

    def add(
        self,
        feeds: Collection[Feed],
        items: Sequence[Imported],
        plan: Plan,
        unmet: Iterable[str] | None = None,
    ) -> bool:
        if len(items) == 3:
            SqlShelf(self._database, make.NOW).add(feeds, items[:2], plan)
        return super().add(feeds, items, plan, unmet)


def test_two_imports_of_a_file_at_once_store_each_of_its_items_once(
    database: Database, archive: SqlArchive, tmp_path: Path
) -> None:
    titles = ["Prva vest", "Druga vest", "Treća vest"]
    rows = [json.dumps({"title": title, "first_seen_at": "2019-10-10"}) for title in titles]
    (tmp_path / "past.jsonl").write_text("\n".join(rows))

    first = brought(database, tmp_path / "past.jsonl", [], BesideAnother)

    assert (first.new, first.known) == (1, 2)
    assert sorted(row.title for row in archive.items(Filters(), 9).rows) == sorted(titles)
    assert faults(database) == []


def test_what_was_seen_long_ago_is_found_and_a_time_that_is_none_spoils_no_other_row(
    database: Database, archive: SqlArchive, tmp_path: Path
) -> None:
    times = ("1850-05-05", "1899-12-31T23:59:59Z", "0001-01-01T00:00:00+05:00", "0001-01-01")
    rows = [{"title": f"Vest iz {at}", "first_seen_at": at} for at in times]
    (tmp_path / "old.jsonl").write_text("\n".join(map(json.dumps, rows)))
    faulty: list[int] = []

    first = brought(database, tmp_path / "old.jsonl", faulty)

    assert (first.new, faulty) == (2, [3, 4])
    for query in ("", "vest"):
        titles = [row.title[:12] for row in archive.items(Filters(query), 9).rows]
        assert titles == ["Vest iz 1899", "Vest iz 1850"]


def test_every_word_of_an_import_is_found_whichever_transaction_met_it_first(
    database: Database, archive: SqlArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PART", 1)
    monkeypatch.setattr(importing, "BATCH", 1)
    titles = {1: "Vlada odlučuje", 2: "Vlada ćuti", 3: "Odlučuje skupština"}
    rows = [{"title": title, "url": f"https://a.example/{n}"} for n, title in titles.items()]
    known_but_edited = {"title": "Zagonetka ćuti", "url": "https://a.example/1"}
    with_its_word = {"title": "Zagonetka", "url": "https://a.example/4"}
    text = "\n".join(map(json.dumps, [*rows, known_but_edited, with_its_word]))
    (tmp_path / "past.jsonl").write_text(text)

    assert brought(database, tmp_path / "past.jsonl", []).new == 4

    with database.reading() as connection:
        words = set(connection.scalars(sa.select(tables.word.c.word)))
    assert words == {"vlada", "odlucuje", "cuti", "skupstina", "zagonetka"}
    assert len(archive.items(Filters("zagonetke"), 9).rows) == 1


@pytest.mark.parametrize("is_stopped", [False, True])
def test_searches_look_into_few_parts_of_the_index_after_an_import_even_one_that_was_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_stopped: bool
) -> None:
    monkeypatch.setattr(importing, "PART", 1)
    monkeypatch.setattr(importing, "BATCH", 1)
    app = build(load({}, {"database_url": f"sqlite:///{tmp_path}/monitor.db"}))
    app.init()
    rows = ({"title": f"Vlada {n}", "url": f"https://a.example/{n}"} for n in range(15))
    (tmp_path / "past.jsonl").write_text("\n".join(map(json.dumps, rows)))

    with monkeypatch.context() as patch:
        if is_stopped:
            patch.setattr(SqlShelf, "settle", nothing)
        assert brought(app.database, tmp_path / "past.jsonl", []).new == 15
    if is_stopped:
        assert parts_of_the_index(app.database) == (15, 16)
        chores(lambda: app)["index"].do()

    assert parts_of_the_index(app.database) == (1, 4)
    assert len(SqlArchive(app.database).items(Filters("vlade"), 50).rows) == 15


def parts_of_the_index(database: Database) -> tuple[int, int]:
    """Return how many there are, and at how many of a size SQLite puts them together."""
    parts = sa.text("SELECT count(DISTINCT segid) FROM item_fts_idx")
    measure = sa.text("SELECT v FROM item_fts_config WHERE k = 'automerge'")
    with database.reading() as connection:
        return connection.execute(parts).scalar_one(), connection.execute(measure).scalar_one()


def test_a_spreadsheet_of_past_items_is_read(
    database: Database, archive: SqlArchive, tmp_path: Path
) -> None:
    text = (
        '\ufefftitle,url,first_seen_at\n"Шта, збиља?",https://a.example/2,2021-05-05T10:00+02:00\n'
    )
    (tmp_path / "past.csv").write_text(text)

    assert brought(database, tmp_path / "past.csv", []).new == 1
    (row,) = archive.items(Filters(), 9).rows
    assert (row.title, row.first_seen_at.hour) == ("Шта, збиља?", 8)


@pytest.mark.parametrize(
    ("rest", "faulty"),
    [
        pytest.param(
            "Šta čeka\nNovo\n".encode("cp1250"), {2: "is not UTF-8"}, id="foreign letters"
        ),
        pytest.param(b'Novo\n"Otvoren\nDalje\n', {3: "opens a quote"}, id="open quote"),
        pytest.param(b'"Dva\nreda"\n\xe8\nNovo\n', {4: "is not UTF-8"}, id="after a long row"),
        pytest.param(
            b'"' + b"x" * MAX_LINE_BYTES + b"\ny" + b"\nNovo\n",
            {
                2: "is no row of CSV: field larger than field limit (10485760); is a quote open since line 2"
            },
            id="row without end",
        ),
    ],
)
def test_a_row_of_a_spreadsheet_that_cannot_be_read_is_named_and_not_stored_in_part(
    tmp_path: Path, rest: bytes, faulty: dict[int, str]
) -> None:
    (tmp_path / "past.csv").write_bytes(b"title\n" + rest)

    read = list(lines(tmp_path / "past.csv"))

    faults = {number: str(one) for number, one in read if isinstance(one, ConfigError)}
    assert list(faults) == list(faulty)
    assert all(faults[number].startswith(what) for number, what in faulty.items())
    assert {"title": "Novo"} in [one for _, one in read]


def test_a_long_text_of_a_spreadsheet_is_one_item(tmp_path: Path) -> None:
    text = "red, teksta\n" * 20_000
    (tmp_path / "past.csv").write_text(f'title,text\nDugo,"{text}"\nNovo,\n')

    read = [one for _, one in lines(tmp_path / "past.csv")]

    assert read == [{"title": "Dugo", "text": text}, {"title": "Novo", "text": None}]


def test_a_file_whose_first_line_has_no_end_is_no_spreadsheet(tmp_path: Path) -> None:
    (tmp_path / "past.csv").write_bytes(b"x" * (MAX_LINE_BYTES + 1))

    with pytest.raises(ConfigError, match="has no column title"):
        list(lines(tmp_path / "past.csv"))


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_nightly_backup_is_written_once_and_clears_what_a_kill_left(
    database: Database, tmp_path: Path
) -> None:
    directory = tmp_path / "new" / "backups"
    half = directory / ".monitor-20261101T030000Z.backup.abc"
    half.mkdir(parents=True)
    (directory / "monitor-20261101T030000Z.backup").write_text("old")
    (directory / "monitor-20261102T030000Z.backup").write_text("old")
    clock = FakeClock()
    upkeep = Upkeep(
        database, clock, tuple, WordMatcher, Path(), nothing, {}, lambda _since: frozenset()
    )

    upkeep.back_up_nightly(directory)
    clock.sleep(timedelta(minutes=10))
    upkeep.back_up_nightly(directory)

    names = sorted(path.name for path in directory.iterdir())
    assert names == ["monitor-20261102T030000Z.backup", "monitor-20261123T060000Z.backup"]


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


def test_an_import_notes_its_catalogue_as_long_as_it_takes(
    database: Database, tmp_path: Path
) -> None:
    narratives = catalogues.write(tmp_path / "narratives", dam="tajne brana")
    (tmp_path / "past.jsonl").write_text(json.dumps({"title": "Stara vest"}))
    clock, noted = FakeClock(), list[datetime]()

    def slowly() -> WordMatcher:
        clock.sleep(timedelta(hours=1))
        return WordMatcher()

    upkeep = Upkeep(
        database, clock, tuple, slowly, narratives, noted.append, {}, lambda _since: frozenset()
    )
    upkeep.bring(tmp_path / "past.jsonl", "primer", 1, nothing, nothing)

    assert (noted[0], noted[-1]) == (make.NOW, make.NOW + timedelta(hours=1))


def test_what_is_noted_of_the_catalogue_is_of_the_files_that_the_matcher_was_made_of(
    tmp_path: Path,
) -> None:
    narratives = catalogues.write(tmp_path / "narratives", dam="tajne brana")
    settings = {"database_url": f"sqlite:///{tmp_path}/monitor.db", "narratives": str(narratives)}
    app = build(load({}, settings))
    version = app.matcher.catalogue_version

    catalogues.write(narratives, dam="druge reke")

    assert app.keeping.version == version
