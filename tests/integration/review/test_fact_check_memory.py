"""Fact-checks stay in memory, and are still those that the archive holds now."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest

import make
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.erasing import erase
from monitor.adapters.fact_check_rows import FactCheckMemory
from monitor.adapters.review_rows import SqlReviews
from monitor.adapters.store import SqlStore
from monitor.domain.feed import OutletKind
from monitor.domain.review import Decision, Verdict
from monitor.ports import Filters

CHECKER: Final = make.feed(
    id="provera",
    url="https://provera.example/rss",
    outlet=make.outlet(
        id="provera", name="Provera", kind=OutletKind.FACT_CHECKER, homepage="https://p.example/"
    ),
)
LONG_AGO: Final = make.NOW - timedelta(days=300)


@pytest.fixture
def told(store: SqlStore) -> Callable[..., None]:
    """Store a fact-check; others that are no fact-checker's are stored with each."""

    def tell(title: str, age_hours: int = 0) -> None:
        at = make.NOW - timedelta(hours=age_hours)
        for feed in (CHECKER, make.feed()):
            item = make.item(title, of=feed)
            store.record(make.poll(item, of=feed, at=at, hits=(make.hit(),)), feed)

    return tell


@pytest.fixture
def memory(database: Database) -> FactCheckMemory:
    return FactCheckMemory(database, every=timedelta(days=1))


def titles(memory: FactCheckMemory) -> list[str]:
    return [
        check.shown.title for one in memory.checks(LONG_AGO).values() for check in one
    ]  # newest first


def hit_id(archive: SqlArchive, title: str) -> tuple[int, int]:
    rows = archive.hits(Filters(outlets=("provera",)), 10).rows
    (found,) = [row for row in rows if row.title == title]
    return found.hit_id, found.item_id


def test_what_comes_is_known_at_once_and_only_of_fact_checkers(
    memory: FactCheckMemory, told: Callable[..., None]
) -> None:
    told("Prva provera", 2)
    assert titles(memory) == ["Prva provera"]

    told("Druga provera", 1)
    assert titles(memory) == ["Druga provera", "Prva provera"]


def test_what_a_reviewer_decides_is_known_at_once(
    database: Database, archive: SqlArchive, memory: FactCheckMemory, told: Callable[..., None]
) -> None:
    told("Provera")
    number, _ = hit_id(archive, "Provera")
    assert titles(memory) == ["Provera"]

    reviews = SqlReviews(database)
    reviews.decide(number, Decision(Verdict.DISMISSED, "ana", make.NOW))
    assert titles(memory) == []

    reviews.undo(number, "ana", make.NOW)
    assert titles(memory) == ["Provera"]


def test_what_left_is_known_once_all_are_looked_through(
    database: Database, archive: SqlArchive, memory: FactCheckMemory, told: Callable[..., None]
) -> None:
    told("Provera", 1)
    told("Druga provera")
    kept = FactCheckMemory(database, every=timedelta(0))
    assert titles(kept) == titles(memory) == ["Druga provera", "Provera"]

    erase(database, hit_id(archive, "Provera")[1], "asked for", make.NOW)
    assert titles(kept) == ["Druga provera"]
    assert titles(memory) == ["Druga provera", "Provera"]


def test_an_older_year_is_read_when_it_is_asked_for(
    memory: FactCheckMemory, told: Callable[..., None]
) -> None:
    told("Stara provera", 24 * 200)
    told("Nova provera")

    (recent,) = memory.checks(make.NOW - timedelta(days=10)).values()
    assert [one.shown.title for one in recent] == ["Nova provera"]
    assert titles(memory) == ["Nova provera", "Stara provera"]


def test_too_many_to_keep_are_read_each_time(database: Database, told: Callable[..., None]) -> None:
    memory = FactCheckMemory(database, most=1)
    told("Prva provera", 1)
    told("Druga provera")

    assert titles(memory) == titles(memory) == ["Druga provera", "Prva provera"]
