"""What the archive says of a movement: feeds are added, fail and come back; then a story spreads."""

from datetime import timedelta

import pytest

import make
from monitor.adapters.archive import SqlArchive
from monitor.adapters.store import SqlStore
from monitor.domain.digest import Direction, Window
from monitor.domain.feed import Feed, FeedState, OutletKind
from monitor.domain.movement import claim
from monitor.domain.polling import FetchEvent, NewItem, Outcome, Poll

DAY = timedelta(days=1)
PAST = 5


def feed(number: int, kind: OutletKind = OutletKind.PRIVATE) -> Feed:
    name = f"outlet{number}"
    outlet = make.outlet(id=name, name=name, kind=kind, homepage=f"https://{name}.example/")
    return make.feed(id=f"feed{number}", url=f"https://{name}.example/rss", outlet=outlet)


OLD = [feed(number) for number in range(6)]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database is enough: nothing here is said in SQL of its own."""
    return sqlite_url


@pytest.fixture(autouse=True)
def past(store: SqlStore) -> None:
    for back in range(1, PAST + 1):
        for number, one in enumerate(OLD):
            tell(store, one, back, told=number == back % 6)


def tell(store: SqlStore, one: Feed, back: int, *, told: bool = True, items: int = 3) -> None:
    """Let a feed bring some items, the first of them with the narrative or none."""
    at = make.NOW - back * DAY + timedelta(hours=6)
    brought = [make.item(f"Naslov {one.id} {back} {n}", of=one) for n in range(items)]
    hits = [(make.hit(),) * (told and not n) for n in range(items)]
    new = tuple(NewItem(item, found) for item, found in zip(brought, hits, strict=True))
    store.record(make.poll(of=one, at=at, new=new), one)


def fail(store: SqlStore, one: Feed) -> None:
    at = make.NOW + timedelta(hours=6)
    event = FetchEvent(one.id, at, Outcome.FAILED, "timeout")
    store.record(Poll(event, FeedState(one.id, last_poll_at=at, failures=1)), one)


def said(archive: SqlArchive) -> Direction:
    window = Window(make.NOW, make.NOW + DAY)
    (movement,) = archive.movements(window, PAST)
    return claim(movement, window)


def test_a_story_that_spreads_is_a_rise_within_its_day(
    archive: SqlArchive, store: SqlStore
) -> None:
    for one in OLD:
        tell(store, one, 0)

    assert said(archive) is Direction.RISING


def test_feeds_that_are_added_make_no_rise(archive: SqlArchive, store: SqlStore) -> None:
    for one in OLD:
        tell(store, one, 0, told=one is OLD[0])
    for number in range(20, 28):
        tell(store, feed(number), 0)

    assert said(archive) is Direction.STEADY


def test_feeds_that_fail_make_no_fall_and_when_most_do_nothing_is_said(
    archive: SqlArchive, store: SqlStore
) -> None:
    for one in OLD[:4]:
        tell(store, one, 0, told=False)
    for one in OLD[4:]:
        fail(store, one)

    assert said(archive) is Direction.STEADY


def test_when_most_feeds_fail_nothing_is_said(archive: SqlArchive, store: SqlStore) -> None:
    for one in OLD[1:]:
        fail(store, one)

    assert said(archive) is Direction.UNTOLD_COVERAGE


def test_fact_checks_are_no_spread(archive: SqlArchive, store: SqlStore) -> None:
    for one in OLD:
        tell(store, one, 0, told=one is OLD[0])
    for number in range(40, 46):
        checker = feed(number, OutletKind.FACT_CHECKER)
        for back in range(PAST + 1):
            tell(store, checker, back, told=back == 0)

    window = Window(make.NOW, make.NOW + DAY)
    (movement,) = archive.movements(window, PAST)
    assert (movement.now, claim(movement, window)) == (1, Direction.STEADY)
