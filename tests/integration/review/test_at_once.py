"""Decisions that come at the same moment, which only PostgreSQL lets happen."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest
import sqlalchemy as sa

import make
from monitor.adapters import tables
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.fact_check_rows import FactCheckMemory
from monitor.adapters.review_rows import SqlReviews
from monitor.adapters.store import SqlStore
from monitor.domain.feed import OutletKind
from monitor.domain.review import Decision, Verdict
from monitor.ports import Filters

CHECKER: Final = make.feed(outlet=make.outlet(kind=OutletKind.FACT_CHECKER))
TITLES: Final = ("Prva provera", "Druga provera")


@pytest.fixture
def servers(postgres_url: str) -> Iterator[list[Database]]:
    """Three programs' ways to one PostgreSQL."""
    opened = [Database(postgres_url) for _ in range(3)]
    yield opened
    for one in opened:
        one.close()


@pytest.fixture
def hits(servers: list[Database]) -> list[int]:
    """The hits of a fact-checker's items; on the first one somebody has decided."""
    items = [make.item(title, of=CHECKER) for title in TITLES]
    SqlStore(servers[0]).record(make.poll(*items, of=CHECKER, hits=(make.hit(),)), CHECKER)
    rows = SqlArchive(servers[0]).hits(Filters(), 9).rows
    numbers = {row.title: row.hit_id for row in rows}
    decide(servers[0], numbers[TITLES[0]], Verdict.UNSURE)
    return [numbers[title] for title in TITLES]


def decide(database: Database, hit: int, verdict: Verdict, stance: str = "") -> None:
    SqlReviews(database).decide(hit, Decision(verdict, "ana", make.NOW, stance))


def titles(memory: FactCheckMemory) -> set[str]:
    return {check.shown.title for one in memory.checks(None).values() for check in one}


def test_the_second_who_decides_on_a_hit_knows_what_the_first_said(
    servers: list[Database], hits: list[int]
) -> None:
    wanted = [(Verdict.CONFIRMED, "rebuts"), (Verdict.DISMISSED, "")]
    threads = [
        threading.Thread(target=decide, args=(database, hits[0], *said))
        for database, said in zip(servers[1:], wanted, strict=True)
    ]

    with servers[0].writing() as connection:  # both wait here, in their order
        connection.execute(sa.select(tables.standing_review).with_for_update())
        for thread in threads:
            thread.start()
            thread.join(timeout=1)
    for thread in threads:
        thread.join(timeout=30)

    (row,) = SqlArchive(servers[0]).hits(Filters(reviews=("dismissed",)), 9).rows
    assert row.stance == "rebuts"


def test_a_decision_on_a_fact_check_that_is_committed_after_a_later_one_is_known_too(
    servers: list[Database], hits: list[int]
) -> None:
    memory = FactCheckMemory(servers[0], every=timedelta(0))
    assert titles(memory) == set(TITLES)
    late = threading.Thread(target=decide, args=(servers[1], hits[0], Verdict.DISMISSED))

    with servers[0].writing() as connection:
        connection.execute(sa.select(tables.standing_review).with_for_update())
        late.start()
        late.join(timeout=1)
        decide(servers[2], hits[1], Verdict.DISMISSED)
        assert titles(memory) == {TITLES[0]}
    late.join(timeout=30)

    assert titles(memory) == set()
