from dataclasses import replace
from datetime import timedelta

import pytest

import make
from fakes import FakeClock
from monitor.adapters.database import Database
from monitor.adapters.feed_history import SqlFeedHistory
from monitor.adapters.store import SqlStore
from monitor.domain import schedule
from monitor.domain.digest import Window
from monitor.domain.feed import FeedState
from monitor.domain.health import Condition
from monitor.domain.polling import NO_ENTRIES, FetchEvent, Outcome, Poll
from monitor.services.alarms import feed_alarms
from monitor.services.feed_health import FeedHealth

HOUR = timedelta(hours=1)
NEWS = make.feed()
DEAD = make.feed(id="mrtav", url="https://mrtav.example/rss")


@pytest.fixture(autouse=True)
def polled(database: Database) -> None:
    store = SqlStore(database)
    for hours in (30, 20, 10):
        at = make.NOW - hours * HOUR
        store.record(make.poll(make.item(f"Naslov {hours}"), at=at), NEWS)
    state = FeedState(DEAD.id)
    for hours in (100, 50, 1):
        at = make.NOW - hours * HOUR
        state = schedule.failed(DEAD, state, at, reason="gone")
        event = FetchEvent(DEAD.id, at, Outcome.FAILED, reason="gone", detail="410")
        store.record(Poll(event, state), DEAD)


def test_a_record_has_what_a_feed_brought_in_the_window_and_its_last_attempt(
    database: Database,
) -> None:
    window = Window(make.NOW - 24 * HOUR, make.NOW)

    records = SqlFeedHistory(database).records(window)

    news, dead = records[NEWS.id], records[DEAD.id]
    assert [(event.at, event.new) for event in news.brought] == [
        (make.NOW - 20 * HOUR, 1), (make.NOW - 10 * HOUR, 1),
    ]  # fmt: skip
    assert (news.first_at, news.state.last_new_at) == (make.NOW - 30 * HOUR, make.NOW - 10 * HOUR)
    assert dead.last
    assert (dead.last.at, dead.last.detail) == (make.NOW - HOUR, "410")
    assert (dead.state.failures, dead.state.failing_since) == (3, make.NOW - 100 * HOUR)


def test_a_report_tells_the_gone_from_the_fresh_and_the_new(database: Database) -> None:
    fresh = make.feed(id="nov", url="https://nov.example/rss")
    service = FeedHealth(SqlFeedHistory(database), lambda: [NEWS, fresh, DEAD], FakeClock())

    report = service.report()

    assert [(one.feed.id, one.condition) for one in report] == [
        (DEAD.id, Condition.GONE), (fresh.id, Condition.NEW), (NEWS.id, Condition.OK),
    ]  # fmt: skip
    assert report[2].new_per_day == (*[0] * 12, 1, 2)


def test_an_offline_spell_is_told_from_a_failure(database: Database) -> None:
    event = FetchEvent(NEWS.id, make.NOW, Outcome.FAILED, reason="offline")
    state = SqlStore(database).states([NEWS.id])[NEWS.id]
    SqlStore(database).record(Poll(event, replace(state, last_poll_at=make.NOW)), NEWS)

    (found,) = FeedHealth(SqlFeedHistory(database), lambda: [NEWS], FakeClock()).report()

    assert (found.condition, found.failures) == (Condition.OFFLINE, 0)


def test_a_feed_that_has_entries_no_more_is_told_after_five_polls(database: Database) -> None:
    store = SqlStore(database)
    service = FeedHealth(SqlFeedHistory(database), lambda: [NEWS], FakeClock())
    for minutes, outcome in enumerate((Outcome.OK, *[Outcome.UNCHANGED] * 4), start=1):
        assert feed_alarms(service.report()) == []
        at = make.NOW - 10 * HOUR + timedelta(minutes=minutes)
        notes = (NO_ENTRIES,) if outcome is Outcome.OK else ()
        event = FetchEvent(NEWS.id, at, outcome, notes=notes)
        store.record(make.poll(event=event), NEWS)

    (found,) = service.report()

    assert (found.notes, found.empty_polls, found.condition) == ((NO_ENTRIES,), 5, Condition.OK)
    (alarm,) = feed_alarms([found])
    assert alarm.what == "has answered 5 times in a row without a single entry"
    store.record(make.poll(make.item("Opet"), at=make.NOW - HOUR), NEWS)
    assert feed_alarms(service.report()) == []
