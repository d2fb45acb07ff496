"""Whole archives on their way from one database to another."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

import make
from monitor.adapters import tables
from monitor.adapters.archive import SqlArchive
from monitor.adapters.copying import copy
from monitor.adapters.database import Database
from monitor.adapters.store import SqlStore
from monitor.domain.polling import NewItem
from monitor.ports import Filters
from support.keeping import everything

HOSTILE = (
    "back\\slash", "\\N", "\\.", "tab\there", "line\nbreak\r\nand more", "'single' \"double\"",
    "{curly,braces}", "NULL", "\\x41", "\\b\\f\\v", "%s %(name)s :name", "ћирилица 🙂 \u202e", " ", "",
)  # fmt: skip


@pytest.fixture
def source(sqlite_url: str) -> Iterator[Database]:
    """A SQLite archive of texts that a careless format would break."""
    opened = Database(sqlite_url)
    feed = make.feed()
    items = [
        make.item(f"Vest {n} {text}", summary=text, url=f"https://primer.example/{n}?q={n}")
        for n, text in enumerate(HOSTILE)
    ]
    items.append(replace(make.item("Bez vremena"), published_at=None, keys=("an old kind of key",)))
    hit = make.hit()
    poll = make.poll(of=feed)
    new = tuple(NewItem(item, (hit,)) for item in items)
    SqlStore(opened).record(replace(poll, new=new), feed)
    yield opened
    opened.close()


def test_every_value_arrives_as_it_was_and_comes_back(
    source: Database, postgres_url: str, tmp_path: Path
) -> None:
    server, back = Database(postgres_url), Database(f"sqlite:///{tmp_path}/back.db")
    copy(source, server, lambda _done, _all: None)
    copy(server, back, lambda _done, _all: None)
    before, there, after = map(everything, (source, server, back))
    words = [
        [row.title for row in SqlArchive(one).items(Filters("vest slash"), 9).rows]
        for one in (source, server, back)
    ]
    server.close()
    back.close()

    assert before == there == after
    assert len(before["hit"]) == len(HOSTILE) + 1
    assert words[0] == words[1] == words[2] == ["Vest 0 back\\slash"]


def test_a_copied_archive_goes_on_counting(source: Database, postgres_url: str) -> None:
    server = Database(postgres_url)
    copy(source, server, lambda _done, _all: None)
    feed = make.feed()
    later = replace(make.poll(of=feed), new=(NewItem(make.item("Nova vest"), (make.hit(),)),))
    SqlStore(server).record(later, feed)
    with server.reading() as connection:
        hits = connection.scalar(sa.select(sa.func.count()).select_from(tables.hit))
    server.close()

    assert hits == len(HOSTILE) + 2
