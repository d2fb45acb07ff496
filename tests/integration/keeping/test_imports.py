"""Past items that come in from files."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

import make
from fakes import FakeClock, WordMatcher
from monitor.adapters import tables
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.importing import MAX_LINE_BYTES, SqlShelf, lines
from monitor.adapters.integrity import faults
from monitor.app import build
from monitor.app.chores import chores
from monitor.app.upkeep import Upkeep
from monitor.domain.errors import ConfigError
from monitor.domain.feed import Feed
from monitor.domain.importing import Imported
from monitor.domain.rematch import Plan
from monitor.ports import Filters
from monitor.services import importing
from monitor.settings import load
from support import catalogues
from support.importing import brought
from support.keeping import nothing, parts_of_the_index


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
