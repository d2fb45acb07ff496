"""What other programs read back from an export."""

import csv
import io
import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import openpyxl
import pytest

import make
from fakes import FakeClock
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.denominators import denominators
from monitor.adapters.exports import HIT_COLUMNS, hit_row
from monitor.adapters.exports.files import Format, write
from monitor.adapters.store import SqlStore
from monitor.app.exporting import Exporting, into
from monitor.domain.errors import ConfigError
from monitor.domain.feed import OutletKind
from monitor.domain.hit import DISCLAIMER, Grade
from monitor.domain.polling import FetchEvent, Outcome
from monitor.ports import Filters

TITLES = (
    '=HYPERLINK("http://x.example","Šta?")',
    "Ђурђевак, љиљан и Џемал: „Отворени Балкан“",
    "Shqipëria dhe Kosova çojnë përpara",
    "@SUM(1+1) čćžšđ",
    "Ѓорѓи и ќерката од Ѕвезда",
)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def stored(store: SqlStore) -> None:
    for hour, title in enumerate(TITLES):
        at = make.NOW + timedelta(hours=hour)
        item = make.item(title, url=f"https://primer.example/{hour}", summary="riječ " * 200)
        store.record(make.poll(item, at=at, hits=(make.hit(),)), make.feed())


@pytest.fixture
def exporting(archive: SqlArchive, database: Database) -> Exporting:
    return Exporting(archive, database, FakeClock(), 40, tuple)


def written(exporting: Exporting, form: str, *, bom: bool = False) -> bytes:
    sink = io.BytesIO()
    count = exporting.hits(Filters(), form, sink, lambda _done: None, bom=bom)
    assert count == len(TITLES)
    return sink.getvalue()


def test_the_columns_are_those_of_a_row(archive: SqlArchive) -> None:
    assert tuple(hit_row(archive.hits(Filters(), 1).rows[0])) == HIT_COLUMNS


def test_json_lines_have_every_letter_and_what_a_reader_must_know(exporting: Exporting) -> None:
    rows = [json.loads(line) for line in written(exporting, "jsonl").splitlines()]

    assert {row["title"] for row in rows} == set(TITLES)
    assert {row["disclaimer"] for row in rows} == {DISCLAIMER}
    assert {row["catalogue_version"] for row in rows} == {"c1"}
    assert {(row["review"], row["stance"]) for row in rows} == {("unreviewed", None)}
    assert {len(row["summary"]) for row in rows} == {40}


@pytest.mark.parametrize("bom", [False, True])
def test_csv_has_every_letter_and_no_formula(exporting: Exporting, *, bom: bool) -> None:
    data = written(exporting, "csv", bom=bom)

    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert data.startswith(b"\xef\xbb\xbf") == bom
    assert {row["title"].removeprefix("'") for row in rows} == set(TITLES)
    assert not [row for row in rows for cell in row.values() if cell.startswith(("=", "@"))]


def test_the_number_of_an_item_of_before_1970_is_no_formula() -> None:
    sink = io.BytesIO()

    write([{"item_id": "-356782694400", "title": "-5+x"}], sink, Format("csv"), ("a", "b"))

    assert sink.getvalue() == b"a,b\r\n-356782694400,'-5+x\r\n"


def test_a_spreadsheet_has_every_letter_as_text(exporting: Exporting) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(exporting, "xlsx")))

    heading, *rows = book.active.iter_rows()
    names = [cell.value for cell in heading]
    titles = [row[names.index("title")] for row in rows]
    assert {cell.value for cell in titles} == set(TITLES)
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}
    assert {cell.quotePrefix for cell in titles if cell.value[0] in "=@"} == {True}


def test_what_is_too_long_for_a_cell_ends_in_an_ellipsis() -> None:
    sink = io.BytesIO()
    texts = ["š" * 32_767, "š" * 32_768, "😀" * 20_000]

    write([{"text": text} for text in texts], sink, Format("xlsx"), ("text",))

    _, *rows = openpyxl.load_workbook(sink).active.iter_rows(values_only=True)
    assert [row[0] for row in rows] == [texts[0], "š" * 32_766 + "…", "😀" * 16_383 + "…"]


def test_an_atom_feed_has_an_entry_a_hit(exporting: Exporting) -> None:
    feed = ET.fromstring(written(exporting, "atom"))  # noqa: S314 - our own

    entries = feed.findall(f"{ATOM}entry")
    assert {entry.findtext(f"{ATOM}title") for entry in entries} == set(TITLES)
    assert {entry.findtext(f"{ATOM}rights") for entry in entries} == {DISCLAIMER}
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(TITLES)


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "atom"])
def test_an_export_of_nothing_is_a_file_that_opens(exporting: Exporting, form: str) -> None:
    sink = io.BytesIO()

    count = exporting.hits(Filters(outlets=("none",)), form, sink, lambda _: None, bom=False)

    assert (count, bool(sink.getvalue())) == (0, True)


def test_the_recipe_of_the_documentation_runs_in_duckdb(
    exporting: Exporting, store: SqlStore, tmp_path: Path
) -> None:
    failed = FetchEvent("primer-vesti", make.NOW - timedelta(minutes=1), Outcome.FAILED)
    store.record(make.poll(event=failed), make.feed())
    for name, writing in (("hits", exporting.hits), ("read", exporting.denominators)):
        with (tmp_path / f"{name}.parquet").open("wb") as sink:
            writing(Filters(), "parquet", sink, lambda _done: None, bom=False)
    (recipe,) = re.findall(r"```sql\n(.*?)```", Path("docs/research.md").read_text(), re.DOTALL)

    with duckdb.connect() as connection:
        rows = connection.execute(
            recipe.replace("'hits.parquet'", f"'{tmp_path}/hits.parquet'").replace(
                "'read.parquet'", f"'{tmp_path}/read.parquet'"
            )
        ).fetchall()
        titles = connection.execute(f"SELECT title FROM '{tmp_path}/hits.parquet'").fetchall()  # noqa: S608 - ours
        read = connection.execute(f"SELECT * EXCLUDE day FROM '{tmp_path}/read.parquet'").fetchall()  # noqa: S608 - ours

    assert [row[1:] for row in rows] == [("RS", "open-balkan", 5, 1, 1000.0)]
    assert {title for (title,) in titles} == set(TITLES)
    assert read == [("primer", "Primer", "RS", "sr-Latn", 5, 1, 1)]


def test_denominators_of_many_months_are_by_day_even_where_numbers_reach_the_next_month(
    database: Database, store: SqlStore
) -> None:
    last_second = datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)
    many = [make.item(f"{n}", url=f"https://primer.example/x{n}") for n in range(300)]
    store.record(make.poll(*many, at=last_second), make.feed())
    failed = FetchEvent("primer-vesti", last_second + timedelta(days=40), Outcome.FAILED)
    store.record(make.poll(event=failed), make.feed())

    def read(filters: Filters) -> list[tuple[object, ...]]:
        names = ("day", "items", "feeds_polled", "feeds_up")
        return [tuple(row[name] for name in names) for row in denominators(database, filters)]

    days = [("1999-12-31", 300, 1, 1), ("2000-02-09", 0, 1, 0), ("2026-11-23", 5, 1, 1)]
    assert read(Filters()) == days
    assert read(Filters(since=last_second, until=make.NOW)) == days[:2]
    assert read(Filters(since=last_second + timedelta(seconds=1))) == days[1:]


@pytest.mark.parametrize(
    "filters", [Filters("vlada"), Filters(narratives=("open-balkan",)), Filters(grade=Grade.DIGEST)]
)
def test_denominators_of_some_words_or_hits_are_refused(
    exporting: Exporting, filters: Filters
) -> None:
    with pytest.raises(ConfigError, match="--denominators: count all that was read"):
        exporting.denominators(filters, "csv", io.BytesIO(), lambda _: None, bom=False)


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "hits.csv"
    target.write_text("yesterday's")

    def fails(sink: object) -> int:
        del sink
        raise RuntimeError

    with pytest.raises(RuntimeError):
        into(target, io.BytesIO(), fails)

    assert target.read_text() == "yesterday's"
    assert not list(tmp_path.glob("*.tmp"))


def test_a_link_a_pipe_and_what_nobody_else_may_read_stay_what_they_are(tmp_path: Path) -> None:
    target, link, pipe = (tmp_path / name for name in ("hits.csv", "link.csv", "pipe"))
    target.touch(0o600)
    link.symlink_to(target)
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    into(link, io.BytesIO(), lambda sink: sink.write(b"of today"))
    into(pipe, io.BytesIO(), lambda sink: sink.write(b"of today"))

    assert link.is_symlink()
    assert target.read_text() == "of today"
    assert target.stat().st_mode & 0o777 == 0o600
    assert os.read(reader, 100) == b"of today"
    os.close(reader)


def test_a_new_file_may_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        into(tmp_path / "hits.csv", io.BytesIO(), lambda sink: sink.write(b"of today"))
    finally:
        os.umask(before)

    assert (tmp_path / "hits.csv").stat().st_mode & 0o777 == 0o600


def test_a_hit_leaves_with_the_fact_checks_of_its_narrative(
    exporting: Exporting, store: SqlStore
) -> None:
    theirs = make.outlet(id="provera", name="Provera", kind=OutletKind.FACT_CHECKER)
    checker = make.feed(id="provera-sve", outlet=theirs)
    answer = make.item("Netačno: Otvoreni Balkan", of=checker, url="https://provera.example/1")
    at = make.NOW - timedelta(days=3)
    store.record(make.poll(answer, of=checker, at=at, hits=(make.hit(),)), checker)
    sink = io.BytesIO()

    exporting.hits(Filters(), "jsonl", sink, lambda _done: None, bom=False)

    found = {
        row["title"]: row["fact_checks"] for row in map(json.loads, sink.getvalue().splitlines())
    }
    assert found.pop("Netačno: Otvoreni Balkan") == []
    assert {tuple(one["url"] for one in checks) for checks in found.values()} == {
        ("https://provera.example/1",)
    }
