from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

import make
from monitor.adapters import tables
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.erasing import erase
from monitor.adapters.importing import SqlShelf
from monitor.adapters.store import SqlStore
from monitor.domain.feed import Feed
from monitor.domain.importing import Imported
from monitor.domain.polling import EditedItem
from monitor.domain.rematch import Plan
from monitor.ports import Filters

DAY = timedelta(days=1)
LEAD = (
    "Ministri spoljnih poslova šest zemalja sastali su se juče u Ohridu i dogovorili zajednički "
    "plan za otvaranje graničnih prelaza, saopštile su službe domaćina posle sastanka"
)
CYRILLIC = (
    "Министри спољних послова шест земаља састали су се јуче у Охриду и договорили заједнички "
    "план за отварање граничних прелаза, саопштиле су службе домаћина после састанка"
)
FAIR = "Sajam knjiga otvoren u Tirani danas"
FAIR_LEAD = (
    "Privrednici iz devet gradova otvorili su danas u Tirani zajednički sajam knjiga, a domaćini "
    "najavljuju da će ulaz za đake ostati besplatan do kraja meseca"
)
TITLE = "Šest ministara o graničnim prelazima u Ohridu"


def outlet(name: str, country: str = "RS") -> Feed:
    return make.feed(id=f"{name}-vesti", outlet=make.outlet(id=name, name=name, country=country))


def store_item(
    store: SqlStore, name: str, title: str, summary: str = "", *, after: timedelta = timedelta(0)
) -> None:
    feed = outlet(name)
    item = make.item(title, of=feed, summary=summary, url=f"https://{name}.example/{after}")
    store.record(make.poll(item, of=feed, at=make.NOW + after), feed)


def edit_item(
    store: SqlStore, archive: SqlArchive, name: str, title: str, summary: str, *, version: int = 2
) -> None:
    feed = outlet(name)
    number = next(row.item_id for row in archive.items(Filters(outlets=(name,)), 1).rows)
    new = make.item(title, of=feed, summary=summary, url=f"https://{name}.example/")
    entry = EditedItem(number, version, new, ())
    store.record(replace(make.poll(of=feed, at=make.NOW + DAY), edited=(entry,)), feed)


def stories(archive: SqlArchive) -> dict[str, tuple[str, int]]:
    rows = archive.items(Filters(), 100).rows
    return {row.outlet_id: (row.story_id, row.story_size) for row in rows}


def test_an_agencys_text_in_three_outlets_and_two_scripts_is_one_story(
    store: SqlStore, archive: SqlArchive
) -> None:
    store_item(store, "prvi", TITLE, LEAD)
    store_item(store, "drugi", "Шест министара о граничним прелазима", CYRILLIC, after=DAY)
    store_item(store, "treci", f"{TITLE}: dogovoren plan", LEAD, after=2 * DAY)

    found = stories(archive)

    assert len({story for story, _ in found.values()}) == 1
    assert [size for _, size in found.values()] == [3, 3, 3]


def test_another_dialect_is_the_same_story(store: SqlStore, archive: SqlArchive) -> None:
    ekavian = "Deca su juče u celom mestu sadila drveće, a sneg je prekrio reku i brdo iznad sela"
    jekavian = (
        "Djeca su juče u cijelom mjestu sadila drveće, a snijeg je prekrio rijeku i brdo iznad sela"
    )
    store_item(store, "prvi", "Vesti", ekavian)
    store_item(store, "drugi", "Vijesti", jekavian)

    assert stories(archive)["drugi"] == stories(archive)["prvi"]


def test_another_variety_is_the_same_story(store: SqlStore, archive: SqlArchive) -> None:
    croatian = (
        "Ministri vanjskih poslova šest zemalja sastali su se jučer u Ohridu i dogovorili zajednički "
        "plan za otvaranje graničnih prijelaza, priopćile su službe domaćina poslije sastanka"
    )
    store_item(store, "prvi", "Vesti", LEAD)
    store_item(store, "drugi", "Vijesti", croatian)

    assert stories(archive)["drugi"] == stories(archive)["prvi"]


def test_a_lead_is_of_the_story_of_the_whole_report(store: SqlStore, archive: SqlArchive) -> None:
    store_item(store, "prvi", TITLE, LEAD)
    store_item(store, "drugi", TITLE, f"{LEAD}. {' '.join(f'rec{n}' for n in range(120))}")
    store_item(store, "treci", TITLE, FAIR_LEAD)

    found = stories(archive)

    assert found["prvi"] == found["drugi"] != found["treci"]


def test_titles_alone_may_be_one_story(store: SqlStore, archive: SqlArchive) -> None:
    store_item(store, "prvi", TITLE, LEAD)
    store_item(store, "drugi", TITLE)

    assert stories(archive)["drugi"] == stories(archive)["prvi"]


def test_different_stories_with_the_same_names_stay_apart(
    store: SqlStore, archive: SqlArchive
) -> None:
    store_item(store, "prvi", TITLE, LEAD)
    other = (
        "Ministri spoljnih poslova šest zemalja otkazali su put u Ohrid zbog nevremena, a domaćini "
        "javljaju da će novi datum biti poznat naredne nedelje kada se vrate u svoje prestonice"
    )
    store_item(store, "drugi", "Otkazan sastanak šest ministara u Ohridu", other)

    assert [size for _, size in stories(archive).values()] == [1, 1]


def test_a_text_of_long_ago_is_another_story(store: SqlStore, archive: SqlArchive) -> None:
    store_item(store, "prvi", TITLE, LEAD)
    store_item(store, "drugi", TITLE, LEAD, after=4 * DAY)

    assert [size for _, size in stories(archive).values()] == [1, 1]


def test_an_item_edited_into_a_copy_joins_its_story(store: SqlStore, archive: SqlArchive) -> None:
    store_item(store, "prvi", "Hitno: sastanak u Ohridu", "Opširnije uskoro")
    store_item(store, "drugi", TITLE, LEAD, after=DAY)

    edit_item(store, archive, "prvi", TITLE, LEAD)
    store_item(store, "treci", TITLE, LEAD, after=DAY)

    found = stories(archive)
    assert found["prvi"] == found["drugi"] == found["treci"]
    assert found["prvi"][1] == 3


def test_an_item_edited_into_another_text_leaves_its_story(
    store: SqlStore, archive: SqlArchive
) -> None:
    store_item(store, "prvi", TITLE, LEAD)
    store_item(store, "drugi", TITLE, LEAD)

    edit_item(store, archive, "drugi", FAIR, FAIR_LEAD)
    store_item(store, "treci", FAIR, FAIR_LEAD, after=DAY)

    found = stories(archive)
    assert found["drugi"] == found["treci"] != found["prvi"]
    assert [size for _, size in found.values()] == [2, 2, 1]


def test_an_edit_of_a_few_words_changes_no_story(store: SqlStore, archive: SqlArchive) -> None:
    store_item(store, "prvi", TITLE, LEAD)
    store_item(store, "drugi", TITLE, LEAD)
    before = stories(archive)

    edit_item(store, archive, "drugi", TITLE, f"{LEAD}, javljaju agencije")
    edit_item(store, archive, "drugi", TITLE, LEAD, version=3)

    assert stories(archive) == before


def test_the_first_item_of_a_story_stays_its_first(store: SqlStore, archive: SqlArchive) -> None:
    store_item(store, "prvi", TITLE, LEAD)
    store_item(store, "drugi", TITLE, LEAD)
    before = stories(archive)

    edit_item(store, archive, "prvi", FAIR, FAIR_LEAD)

    assert stories(archive) == before


def test_a_poll_recorded_again_changes_no_story(store: SqlStore, archive: SqlArchive) -> None:
    store_item(store, "prvi", TITLE, LEAD)
    store_item(store, "drugi", TITLE, LEAD)
    before = stories(archive)

    store_item(store, "drugi", TITLE, LEAD)

    assert stories(archive) == before


def test_a_text_that_many_took_over_takes_in_further_ones(
    store: SqlStore, archive: SqlArchive
) -> None:
    feed = outlet("prvi")
    many = [
        make.item(TITLE, of=feed, summary=LEAD, url=f"https://x.example/{n}") for n in range(50)
    ]
    store.record(make.poll(*many, of=feed), feed)

    store_item(store, "drugi", TITLE, LEAD, after=DAY)

    assert stories(archive)["drugi"][1] == 51


def test_an_erased_item_is_no_longer_counted_in_its_story(
    database: Database, store: SqlStore, archive: SqlArchive
) -> None:
    for name in ("prvi", "drugi", "treci"):
        store_item(store, name, TITLE, LEAD)
    story, _ = stories(archive)["prvi"]
    of_the_story = {row.outlet_id: row.item_id for row in archive.items(Filters(), 10).rows}

    erase(database, of_the_story["drugi"], "asked for", make.NOW)
    two = stories(archive)
    erase(database, int(story), "asked for", make.NOW)
    one = stories(archive)

    assert two["prvi"] == two["treci"] == (story, 2)
    assert [size for _, size in one.values()] == [1]


def test_an_import_of_many_days_keeps_no_traces_of_old_stories(database: Database) -> None:
    shelf = SqlShelf(database, make.NOW)
    for week in range(5):  # each begins on the day on which the one before ends
        days = (make.NOW + (6 * week - 60 + n) * DAY for n in range(7))
        some = [Imported(make.item(f"{TITLE} {week} {at}"), at) for at in days]
        shelf.add([make.feed()], some, Plan("c1", "m1"))

    with database.reading() as connection:
        traced = sa.select(tables.story_band.c.item_id).distinct()
        kept = len(connection.execute(traced).all())

    assert kept == 7 + 8, "those of the last week, and of six days before its first"
