import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

import make
from monitor.adapters import tables
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.review_rows import SqlReviews
from monitor.adapters.rollups import count_anew, refresh, trends
from monitor.adapters.store import SqlStore
from monitor.domain.digest import Direction
from monitor.domain.polling import EditedItem
from monitor.domain.review import Decision, Verdict
from monitor.ports import Filters

DAY = date(2026, 11, 20)
LATER = datetime(2026, 12, 1, tzinfo=UTC)


def frozen(_since: datetime) -> frozenset[str]:
    return frozenset()


def test_reading_trends_writes_nothing(database: Database, store: SqlStore) -> None:
    store.record(make.poll(make.item("Otvoreni Balkan"), hits=(make.hit(),)), make.feed())

    assert trends(database, make.NOW.date(), lambda _since: {"open-balkan"})[0].items == 1

    with database.reading() as connection:
        counted = connection.scalar(sa.select(sa.func.count()).select_from(tables.rollup_day))
    assert counted == 0


def test_days_are_counted_once_and_anew_when_they_are_stale(
    database: Database, store: SqlStore
) -> None:
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    items = [make.item("Otvoreni Balkan opet"), make.item("Sasvim druga vest o tome")]
    store.record(make.poll(*items, at=at, hits=(make.hit(),)), make.feed())

    unrolled = trends(database, DAY, frozen)
    first = refresh(database, DAY, DAY, LATER)
    again = refresh(database, DAY, DAY, LATER)
    (trend,) = trends(database, DAY, frozen)

    assert (first, again, unrolled) == (1, 0, [trend])
    assert (trend.narrative, trend.items, trend.outlets) == ("open-balkan", 2, 1)
    assert trend.direction == Direction.UNTOLD_HISTORY


def test_a_poll_that_ends_after_midnight_is_counted_where_it_began(
    database: Database, store: SqlStore
) -> None:
    midnight = datetime(2026, 11, 21, tzinfo=UTC)
    refresh(database, DAY, DAY, midnight + timedelta(seconds=5))
    began = midnight - timedelta(seconds=2)
    store.record(make.poll(make.item("Otvoreni Balkan"), at=began, hits=(make.hit(),)), make.feed())

    refresh(database, DAY, DAY, midnight + timedelta(hours=2))

    assert [trend.items for trend in trends(database, DAY, frozen)] == [1]


def test_a_day_is_counted_anew_when_a_hit_of_it_is_dismissed_or_its_item_edited(
    database: Database, store: SqlStore, archive: SqlArchive
) -> None:
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    items = [make.item("Otvoreni Balkan opet"), make.item("Sasvim druga vest o tome")]
    store.record(make.poll(*items, at=at, hits=(make.hit(),)), make.feed())
    one, other = archive.hits(Filters(), 9).rows
    reviews = SqlReviews(database)

    def counted() -> int:
        refresh(database, DAY, DAY, LATER)
        return sum(trend.items for trend in trends(database, DAY, frozen))

    assert counted() == 2
    reviews.decide(one.hit_id, Decision(Verdict.DISMISSED, "ana", LATER))
    assert counted() == 1
    reviews.undo(one.hit_id, "ana", LATER)
    assert counted() == 2
    edited = EditedItem(other.item_id, 2, replace(items[0], content_hash="other"), ())
    store.record(make.poll(at=LATER, edited=(edited,)), make.feed())
    assert counted() == 1


def test_who_counts_a_day_waits_for_who_changes_it(
    postgres_url: str, request: pytest.FixtureRequest
) -> None:
    changing, counting = Database(postgres_url), Database(postgres_url)
    request.addfinalizer(changing.close)
    request.addfinalizer(counting.close)
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    poll = make.poll(make.item("Otvoreni Balkan"), at=at, hits=(make.hit(),))
    SqlStore(changing).record(poll, make.feed())
    thread = threading.Thread(target=refresh, args=(counting, DAY, DAY, LATER))

    with changing.writing() as connection:
        connection.execute(sa.update(tables.hit).values(retired_at=LATER))
        count_anew(connection, [DAY])
        thread.start()
        thread.join(timeout=1)
        assert thread.is_alive()
    thread.join(timeout=30)

    assert trends(counting, DAY, frozen) == []


def test_days_that_several_count_at_once_are_counted(
    postgres_url: str, request: pytest.FixtureRequest
) -> None:
    databases = [Database(postgres_url) for _ in range(4)]
    for one in databases:
        request.addfinalizer(one.close)

    with ThreadPoolExecutor() as threads:
        list(threads.map(lambda one: refresh(one, DAY - timedelta(days=9), DAY, LATER), databases))

    assert refresh(databases[0], DAY - timedelta(days=9), DAY, LATER) == 0


def test_a_story_that_three_outlets_took_over_is_one_story(
    database: Database, store: SqlStore
) -> None:
    lead = "Ministri šest zemalja sastali su se juče u Ohridu i dogovorili zajednički plan za most"
    for hour, name in enumerate(("prvi", "drugi", "treci")):
        homepage = f"https://{name}.example/"
        feed = make.feed(id=f"{name}-vesti", outlet=make.outlet(id=name, homepage=homepage))
        copied = make.item("Plan ministara", of=feed, summary=f"{lead}, saopštile su službe")
        at = datetime(2026, 11, 20, 9 + hour, tzinfo=UTC)
        store.record(make.poll(copied, of=feed, at=at, hits=(make.hit(),)), feed)

    unrolled = trends(database, DAY, frozen)
    refresh(database, DAY, DAY, LATER)
    (trend,) = trends(database, DAY, frozen)

    assert unrolled == [trend]
    assert (trend.stories, trend.items, trend.outlets) == (1, 3, 3)
