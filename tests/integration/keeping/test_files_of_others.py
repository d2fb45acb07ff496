"""Files of past items as exports, spreadsheets and old archives write them."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

import make
from fakes import FakeClock
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.exports.files import Format, write
from monitor.adapters.importing import lines
from monitor.domain.errors import ConfigError
from monitor.domain.importing import Row, feed_of, item_of
from monitor.ports import Filters
from support.importing import brought

NOW = FakeClock().now()


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_of_hits_brings_each_item_back_once_as_it_was(
    database: Database, archive: SqlArchive, tmp_path: Path, form: str
) -> None:
    item = {"item_id": "77", "outlet": "primer", "url": "https://a.example/1"}
    item |= {"title": "=Otvoreni Balkan", "summary": "'citat'"}
    two = [{"id": number, "narrative": f"n{number}"} | item for number in ("1", "2")]
    sink = io.BytesIO()
    write(two, sink, Format(form), tuple(two[0]))
    file = tmp_path / f"hits.{form}"
    file.write_bytes(sink.getvalue())

    assert brought(database, file, []).new == 1
    (row,) = archive.items(Filters(), 9).rows
    assert (row.title, row.summary) == ("=Otvoreni Balkan", "'citat'")


@pytest.mark.parametrize(
    "text",
    [
        "title;url\nŠta, zar;https://a.example/1\n",
        "title\turl\r\nŠta, zar\thttps://a.example/1\r\n",
        '\ufeffTitle , URL\n"Šta, zar",https://a.example/1\n',
    ],
)
def test_columns_may_be_parted_and_named_as_spreadsheets_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "past.csv").write_text(text, newline="")

    assert list(lines(tmp_path / "past.csv")) == [
        (2, {"title": "Šta, zar", "url": "https://a.example/1"})
    ]


@pytest.mark.parametrize("name", ["past.csv", "past.jsonl", "past"])
def test_a_file_that_is_no_utf_8_at_all_is_refused_as_one(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("title,url\nŠta,x\n", encoding="utf-16")

    with pytest.raises(ConfigError, match="is no UTF-8 text"):
        list(lines(tmp_path / name))


def test_a_country_that_is_none_is_named() -> None:
    with pytest.raises(ConfigError, match="country: 'SRBIJA' is not a country's code"):
        feed_of({"outlet": "novi", "country": "Srbija"}, "", {})


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("1985-06-01", datetime(1985, 5, 31, 22, tzinfo=UTC)),
        ("12.03.1912", datetime(1912, 3, 11, 23, tzinfo=UTC)),
        ("2031-01-01", NOW),
        ("jednom davno", NOW),
    ],
)
def test_what_was_published_long_ago_was_first_seen_then(said: str, seen: datetime) -> None:
    row: Row = {"title": "Staro", "url": "https://a.example/1", "published_at": said}

    assert item_of(row, make.feed(), NOW, None).first_seen_at == seen
