"""What sharing platforms read back, and that every export says the same."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pyarrow.parquet as pq
import pymisp
import pytest
import stix2

import make
from fakes import FakeClock
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.exports import dictionary, item_row
from monitor.adapters.exports.extras import needed
from monitor.adapters.exports.stix import narrative_id
from monitor.adapters.review_rows import SqlReviews
from monitor.adapters.store import SqlStore
from monitor.app.exporting import Exporting
from monitor.domain.errors import ConfigError
from monitor.domain.narrative import Narrative
from monitor.domain.review import Decision, Verdict
from monitor.ports import Filters

ATOM = "{http://www.w3.org/2005/Atom}"
FORMATS = ("csv", "jsonl", "parquet", "xlsx", "atom", "jsonfeed", "stix", "misp")
KNOWN = Narrative(
    "open-balkan", "Open Balkan", "What it says.", (), "", (), (), disarm=("T0003", "T0022.001")
)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def exporting(archive: SqlArchive, database: Database, clock: FakeClock) -> Exporting:
    return Exporting(archive, database, clock, 40, lambda: (KNOWN,))


@pytest.fixture(autouse=True)
def stored(store: SqlStore) -> None:
    for hour in range(3):
        item = make.item(f"Naslov {hour} <b>čć</b>", url=f"https://primer.example/{hour}")
        at = make.NOW + timedelta(hours=hour)
        store.record(make.poll(item, at=at, hits=(make.hit(),)), make.feed())


def written(exporting: Exporting, form: str, filters: Filters | None = None) -> bytes:
    sink, asked = io.BytesIO(), filters or Filters()
    if form in {"stix", "misp"}:
        exporting.objects(asked, form, sink, lambda _: None, tlp="amber")
    else:
        exporting.hits(asked, form, sink, lambda _: None, bom=False)
    return sink.getvalue()


def told(form: str, data: bytes) -> set[tuple[str, bool]]:
    """Return the addresses that an export has, each with whether it is retracted."""
    if form in {"jsonl", "csv", "parquet", "xlsx"}:
        return {(row["url"], bool(row["retracted"])) for row in rows(form, data)}
    if form == "atom":
        entries = ET.fromstring(data).findall(f"{ATOM}entry")  # noqa: S314 - our own
        return {
            (
                entry.find(f"{ATOM}link").attrib["href"],  # type: ignore[union-attr]
                str(entry.findtext(f"{ATOM}title")).startswith("Retracted: "),
            )
            for entry in entries
        }
    if form == "jsonfeed":
        items = json.loads(data)["items"]
        return {(one["url"], one["title"].startswith("Retracted: ")) for one in items}
    if form == "stix":
        objects = stix2.parse(data.decode(), allow_custom=True).objects
        urls = {one.id: one.value for one in objects if one.type == "url"}
        notes = [one for one in objects if one.type == "note"]
        return {(urls[ref], one.revoked) for one in notes for ref in one.object_refs if ref in urls}
    return {
        (attribute.value, bool(news.get("deleted")))
        for event in events(data)
        for news in event.objects
        for attribute in news.attributes
        if news.name == "news-media" and attribute.object_relation == "link"
    }


def rows(form: str, data: bytes) -> list[dict[str, Any]]:
    if form == "jsonl":
        return [json.loads(line) for line in data.splitlines()]
    if form == "csv":
        return list(csv.DictReader(io.StringIO(data.decode())))
    if form == "parquet":
        return list(pq.read_table(io.BytesIO(data)).to_pylist())
    heading, *body = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in body]


def events(data: bytes) -> list[pymisp.MISPEvent]:
    found = []
    for one in json.loads(data)["response"]:
        event = pymisp.MISPEvent()
        event.from_dict(**one)
        found.append(event)
    return found


def dismiss(database: Database, archive: SqlArchive, url: str, clock: FakeClock) -> None:
    (hit_id,) = [one.hit_id for one in archive.window_hits(Filters()) if one.url == url]
    decision = Decision(Verdict.DISMISSED, "ana", clock.now(), reason="homonym")
    SqlReviews(database).decide(hit_id, decision)


@pytest.mark.parametrize("form", FORMATS)
def test_every_export_of_a_search_has_the_same_hits_and_the_same_retraction(
    exporting: Exporting, database: Database, archive: SqlArchive, clock: FakeClock, form: str
) -> None:
    urls = {f"https://primer.example/{hour}" for hour in range(3)}
    assert told(form, written(exporting, form)) == {(url, False) for url in urls}

    dismiss(database, archive, "https://primer.example/1", clock)

    unreviewed = written(exporting, form, Filters(reviews=("unreviewed",)))
    expected = {(url, url.endswith("/1")) for url in urls}
    assert told(form, written(exporting, form)) == expected
    assert told(form, unreviewed) == expected


def test_importing_twice_changes_nothing(exporting: Exporting, clock: FakeClock) -> None:
    first = {form: written(exporting, form) for form in ("stix", "misp")}
    clock.sleep(timedelta(hours=1))

    assert first == {form: written(exporting, form) for form in ("stix", "misp")}


def test_a_bundle_round_trips_and_names_no_indicator(exporting: Exporting) -> None:
    bundle = stix2.parse(written(exporting, "stix").decode(), allow_custom=True)

    again = stix2.parse(bundle.serialize(), allow_custom=True)
    kinds = {one.type for one in bundle.objects}
    (narrative,) = [one for one in bundle.objects if one.type == "narrative"]
    assert again == bundle
    assert kinds == {"marking-definition", "identity", "narrative", "url", "note"}
    assert narrative.id == narrative_id("Open Balkan")
    assert [one.external_id for one in narrative.external_references[1:]] == ["T0003", "T0022.001"]


def test_an_event_round_trips_and_has_nothing_to_detect(exporting: Exporting) -> None:
    (event,) = events(written(exporting, "misp"))

    again = pymisp.MISPEvent()
    again.from_dict(**json.loads(event.to_json()))
    attributes = [one for found in event.objects for one in found.attributes]
    assert json.loads(again.to_json()) == json.loads(event.to_json())
    assert {found.name for found in event.objects} == {"narrative", "news-media"}
    assert not [one for one in attributes if one.to_ids]
    assert [tag.name for tag in event.tags] == ["tlp:amber"]


def test_a_restored_hit_speaks_by_a_new_note_for_a_revoked_one_is_buried(
    exporting: Exporting, database: Database, archive: SqlArchive, clock: FakeClock
) -> None:
    before = stix2.parse(written(exporting, "stix").decode(), allow_custom=True)
    dismiss(database, archive, "https://primer.example/1", clock)
    written(exporting, "stix")
    (one,) = [one for one in archive.window_hits(Filters()) if one.retracted]
    SqlReviews(database).undo(one.hit_id, "ana", clock.now())

    after = stix2.parse(written(exporting, "stix").decode(), allow_custom=True)

    old = {note.id for note in before.objects if note.type == "note"}
    notes = [note for note in after.objects if note.type == "note"]
    assert [note.id in old for note in notes if note.revoked] == [True]
    assert len([note for note in notes if not note.revoked]) == 3
    assert [note.id in old for note in notes if not note.revoked].count(False) == 1


def test_a_missing_extra_is_named() -> None:
    with pytest.raises(ConfigError, match=r"western-balkans-narrative-monitor\[sharing\]"):
        needed("no_such_library", "sharing")


def test_the_data_dictionary_tells_of_every_column_and_object_that_leaves(
    exporting: Exporting, database: Database, archive: SqlArchive, clock: FakeClock
) -> None:
    """If this fails: `python -m monitor.adapters.exports.dictionary > docs/data-dictionary.md`."""
    dismiss(database, archive, "https://primer.example/1", clock)
    bundle = stix2.parse(written(exporting, "stix").decode(), allow_custom=True)
    made = events(written(exporting, "misp"))

    path = Path(__file__).parents[3] / "docs/data-dictionary.md"
    assert path.read_text(encoding="utf-8") == dictionary.document()
    for table in dictionary.TABLES:
        assert set(table.meanings) == set(table.columns), table.title
    (hit, *_), (item, *_) = (
        rows("jsonl", written(exporting, "jsonl")),
        archive.items(Filters(), 1).rows,
    )
    assert tuple(hit) == dictionary.TABLES[0].columns
    assert tuple(item_row(item)) == dictionary.TABLES[3].columns
    assert set(hit["evidence"][0]) == set(dictionary.TABLES[1].columns)
    assert {one.type for one in bundle.objects} < set(dictionary.OBJECTS["STIX 2.1"])
    objects = {found.name for event in made for found in event.objects}
    assert objects < set(dictionary.OBJECTS["MISP"])
    told = "".join(dictionary.OBJECTS["MISP"].values())
    relations = {a.object_relation for e in made for found in e.objects for a in found.attributes}
    assert [one for one in relations if f"`{one}`" not in told] == []
