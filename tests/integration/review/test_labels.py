import io

import pytest

import make
from fakes import FakeClock
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.label_rows import SqlLabels, read_labels, write_labels
from monitor.adapters.review_rows import SqlReviews
from monitor.adapters.store import SqlStore
from monitor.domain.errors import ConfigError
from monitor.domain.polling import NewItem
from monitor.domain.review import Decision, Verdict
from monitor.ports import Filters
from monitor.services.labels import TakeLabels
from monitor.services.review import Desk


@pytest.fixture(autouse=True)
def hits(store: SqlStore, archive: SqlArchive) -> dict[tuple[str, str], int]:
    both = (make.hit(), make.hit("rs-secession"))
    items = {"Jedan": both, "Dva": both, "Tri": (), "Četiri": (make.hit(),)}
    new = tuple(NewItem(make.item(title), found) for title, found in items.items())
    store.record(make.poll(new=new), make.feed())
    return {(hit.title, hit.hit.narrative): hit.hit_id for hit in archive.hits(Filters(), 10).rows}


def decide(desk: Desk, hit_id: int, verdict: Verdict, stance: str = "") -> None:
    desk.decide(str(hit_id), Decision(verdict, "ana", make.NOW, stance))


def exported(database: Database) -> str:
    sink = io.StringIO()
    write_labels(SqlLabels(database).labels(), sink)
    return sink.getvalue()


def test_what_was_decided_goes_out_and_comes_in_again(
    database: Database,
    archive: SqlArchive,
    desk: Desk,
    clock: FakeClock,
    hits: dict[tuple[str, str], int],
) -> None:
    decide(desk, hits["Jedan", "open-balkan"], Verdict.CONFIRMED, "rebuts")
    decide(desk, hits["Jedan", "rs-secession"], Verdict.DISMISSED)
    decide(desk, hits["Dva", "open-balkan"], Verdict.CONFIRMED)  # the other hit is undecided
    third = next(row.item_id for row in archive.items(Filters(), 9).rows if row.title == "Tri")
    desk.read(str(third), "ana", ["russian-money"])

    told = exported(database)
    labels = list(read_labels(told.splitlines(), "labels.jsonl"))

    assert sorted((one.title, one.labels, one.judged, one.stance) for one in labels) == [
        ("Jedan", ("open-balkan",), ("open-balkan", "rs-secession"), "rebuts"),
        ("Tri", ("russian-money",), None, ""),
    ]

    for hit_id in (hits["Jedan", "open-balkan"], hits["Jedan", "rs-secession"]):
        desk.undo(str(hit_id), "ana")
    taken = TakeLabels(SqlLabels(database), SqlReviews(database), clock).take(labels, "ben")

    assert (taken.items, taken.hits, taken.unknown) == (2, 2, 0)
    assert exported(database) == told


def test_items_of_another_archive_are_counted_and_left(
    database: Database, clock: FakeClock
) -> None:
    line = '{"id": "x", "title": "Drugde", "url": "https://other.example/1", "labels": []}'
    labels = list(read_labels([line, ""], "labels.jsonl"))

    taken = TakeLabels(SqlLabels(database), SqlReviews(database), clock).take(labels, "ben")

    assert (taken.items, taken.hits, taken.unknown) == (0, 0, 1)


@pytest.mark.parametrize("line", ["no json", "[]", '{"id": "x"}', '{"id":1,"title":"","labels":1}'])
def test_a_line_that_is_no_label_is_named(line: str) -> None:
    with pytest.raises(ConfigError, match=r"labels\.jsonl:1"):
        list(read_labels([line], "labels.jsonl"))
