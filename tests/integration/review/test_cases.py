from datetime import timedelta

import pytest

import make
from monitor.adapters.database import Database
from monitor.adapters.review_cases import SqlCases
from monitor.adapters.store import SqlStore
from monitor.domain.digest import Window
from monitor.domain.estimate import place
from monitor.domain.review import Decision, Verdict
from monitor.services.review import Desk

DAY = Window(make.NOW, make.NOW + timedelta(days=1))


@pytest.fixture(autouse=True)
def items(store: SqlStore) -> None:
    items = [make.item(f"Naslov {number}") for number in range(8)]
    store.record(make.poll(*items[:2], hits=(make.hit(),)), make.feed())
    store.record(make.poll(*items[2:], at=make.NOW + timedelta(hours=1)), make.feed())


@pytest.fixture
def cases(database: Database) -> SqlCases:
    return SqlCases(database)


def test_a_case_has_what_everybody_said_last(desk: Desk, cases: SqlCases) -> None:
    first, second = (str(case.hit_id) for case in cases.cases(DAY))
    for hit, by, verdict in (
        (first, "ana", Verdict.CONFIRMED),
        (first, "ben", Verdict.DISMISSED),
        (second, "ana", Verdict.CONFIRMED),
    ):
        desk.decide(hit, Decision(verdict, by, make.NOW))
    desk.undo(second, "ana")

    one, other = cases.cases(DAY)

    assert (one.rules, one.verdict, one.disputed) == (("naslov",), "dismissed", True)
    assert [(said.by, said.verdict) for said in one.opinions] == [
        ("ana", "confirmed"),
        ("ben", "dismissed"),
    ]
    assert (other.verdict, other.opinions) == (None, ())
    assert not cases.cases(Window(DAY.until, DAY.until + timedelta(days=1)))


def test_random_items_come_in_the_shuffled_order_hits_or_not(desk: Desk, cases: SqlCases) -> None:
    order = [item.item_id for item in cases.random_items(DAY, 100)]

    assert len(order) == len(set(order)) == 8
    assert order == sorted(order, key=place)
    for item_id in order[:3]:
        desk.read(str(item_id), "ana", [])
    desk.read(str(order[5]), "ana", [])
    desk.read(str(order[0]), "ben", ["open-balkan"])

    (sample,) = cases.read_samples(DAY)

    assert cases.random_items(DAY, 1)[0].item_id == order[3]
    assert (sample.lang, sample.items) == ("sr-Latn", 8)
    assert sample.read == ((order[0], ("open-balkan",)), (order[1], ()), (order[2], ()))
    assert cases.items_by_feed(DAY) == {"primer-vesti": 8}
