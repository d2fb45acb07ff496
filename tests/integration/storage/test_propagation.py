from datetime import timedelta

import pytest

import make
from monitor.adapters.database import Database
from monitor.adapters.reading import SqlReading
from monitor.adapters.store import SqlStore
from monitor.domain.digest import Window
from monitor.domain.feed import Feed
from monitor.domain.hit import Grade
from monitor.domain.item import Item
from support.first_release import CYRILLIC, LEAD

HOUR = timedelta(hours=1)


def feed(name: str, country: str) -> Feed:
    return make.feed(id=f"{name}-vesti", outlet=make.outlet(id=name, name=name, country=country))


PRVI, DRUGI, TRECI = feed("prvi", "RS"), feed("drugi", "BA"), feed("treci", "RS")


def copy(title: str, of: Feed, summary: str, lang: str = "sr-Latn") -> Item:
    return make.item(title, of=of, summary=summary, lang=lang, url=f"https://{of.id}.example/1")


@pytest.fixture
def reading(database: Database, store: SqlStore) -> SqlReading:
    """Three copies of one story, with hits, brought in another order than that of their names."""
    for item, of, after in (
        (copy("Plan ministara", DRUGI, LEAD), DRUGI, 0 * HOUR),
        (copy("План министара", TRECI, CYRILLIC, "sr-Cyrl"), TRECI, 2 * HOUR),
        (copy("Dogovor u Ohridu", PRVI, LEAD), PRVI, 5 * HOUR),
    ):
        store.record(make.poll(item, of=of, at=make.NOW + after, hits=(make.hit(),)), of)
    return SqlReading(database)


def window(hours: int) -> Window:
    return Window(make.NOW, make.NOW + hours * HOUR)


def test_a_story_is_found_by_any_of_its_items_and_told_in_order(reading: SqlReading) -> None:
    first = reading.propagation("open-balkan", window(9)).outlets[0].first.item_id
    story = reading.story(first)
    assert story is not None

    assert [one.outlet_id for one in story.items] == ["drugi", "treci", "prvi"]
    assert [one.key for one in story.spread.countries] == ["BA", "RS"]
    assert [one.key for one in story.spread.langs] == ["sr-Latn", "sr-Cyrl"]
    assert [reading.story(one.item_id) for one in story.items] == [story] * 3


def test_a_number_of_nothing_is_no_story(reading: SqlReading) -> None:
    assert reading.story(17) is None


def test_a_narrative_is_told_by_its_hits_within_a_window(
    reading: SqlReading, store: SqlStore
) -> None:
    below = make.hit(grade=Grade.REVIEW)
    other = make.item("Drugo nešto", of=PRVI, url="https://prvi.example/2")
    store.record(make.poll(other, of=PRVI, at=make.NOW, hits=(below,)), PRVI)
    again = make.item("Opet to", of=DRUGI, url="https://drugi.example/2")
    store.record(make.poll(again, of=DRUGI, at=make.NOW + HOUR, hits=(make.hit(),)), DRUGI)

    found = reading.propagation("open-balkan", window(9))

    assert [(one.key, one.items) for one in found.outlets] == [
        ("drugi", 2),
        ("treci", 1),
        ("prvi", 1),
    ]
    assert [(one.key, one.items) for one in found.countries] == [("BA", 2), ("RS", 2)]
    assert [one.key for one in reading.propagation("open-balkan", window(3)).outlets] == [
        "drugi",
        "treci",
    ]
    assert reading.propagation("kfor", window(9)).items == 0
