from datetime import timedelta

import pytest

import make
from monitor.domain.feed import FeedState
from monitor.domain.health import DAYS, Condition, FeedRecord, health, new_per_day
from monitor.domain.polling import FetchEvent, Outcome

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FEED = make.feed()


def event(ago: timedelta, new: int = 0, reason: str = "") -> FetchEvent:
    outcome = Outcome.FAILED if reason else Outcome.OK
    return FetchEvent(FEED.id, make.NOW - ago, outcome, reason=reason, new=new)


def record(*brought: FetchEvent, last: FetchEvent | None = None, **state: object) -> FeedRecord:
    values = {"last_poll_at": make.NOW - HOUR, "last_ok_at": make.NOW - HOUR} | state
    newest = brought[-1].at if brought else None
    return FeedRecord(
        state=FeedState(FEED.id, last_new_at=newest, **values),  # type: ignore[arg-type] # by name
        first_at=make.NOW - 30 * DAY,
        last=last or event(HOUR),
        brought=brought,
    )


def condition(of: FeedRecord) -> Condition:
    return health([FEED], {FEED.id: of}, make.NOW)[0].condition


def test_a_feed_that_brings_news_in_its_rhythm_is_ok() -> None:
    steady = [event(hours * HOUR, new=3) for hours in range(60, 0, -6)]

    assert condition(record(*steady)) is Condition.OK


def test_a_feed_that_was_never_polled_is_new() -> None:
    (found,) = health([FEED], {}, make.NOW)

    assert (found.condition, found.new_per_day) == (Condition.NEW, (0,) * DAYS)


def test_silence_is_judged_by_the_feeds_own_rhythm() -> None:
    hourly = [event(3 * DAY + hours * HOUR, new=1) for hours in range(20, 0, -1)]
    weekly = [event(3 * DAY + days * DAY, new=1) for days in (4, 3, 2, 0)]

    assert condition(record(*hourly)) is Condition.SILENT
    assert condition(record(*weekly)) is Condition.OK


def test_a_feed_that_never_brought_anything_is_silent_in_the_end() -> None:
    assert condition(record()) is Condition.SILENT


@pytest.mark.parametrize(
    ("reason", "lasting", "is_gone"),
    [("gone", 4 * DAY, True), ("gone", DAY, False), ("not_found", 9 * DAY, False)],
)
def test_a_feed_is_gone_when_its_server_says_so_for_days(
    reason: str, lasting: timedelta, *, is_gone: bool
) -> None:
    failing = record(
        last=event(HOUR, reason=reason),
        failures=5,
        failing_since=make.NOW - lasting,
        reason=reason,
    )

    assert condition(failing) is (Condition.GONE if is_gone else Condition.FAILING)


def test_no_feed_is_blamed_while_we_are_offline() -> None:
    before = record(event(2 * HOUR, new=1), last=event(HOUR, reason="offline"))
    failing = record(last=event(HOUR, reason="offline"), failures=2, reason="timeout")

    assert condition(before) is Condition.OFFLINE
    assert condition(failing) is Condition.OFFLINE


def test_the_worst_stand_first_and_switched_off_feeds_nowhere() -> None:
    names = ("fine", "bad", "worse", "off")
    feeds = [make.feed(id=name, enabled=name != "off") for name in names]
    fine = record(event(HOUR, new=1))
    records = {
        "fine": fine,
        "bad": record(last=event(HOUR, reason="timeout"), failures=1, reason="timeout"),
        "worse": record(last=event(HOUR, reason="timeout"), failures=7, reason="timeout"),
        "off": fine,
    }

    found = health(feeds, records, make.NOW)

    assert [one.feed.id for one in found] == ["worse", "bad", "fine"]
    assert (found[0].failures, found[0].reason) == (7, "timeout")


def test_days_are_spans_of_24_hours_that_end_now() -> None:
    events = [
        event(14 * DAY, new=64),
        event(14 * DAY - HOUR, new=16),
        event(DAY, new=4),
        event(23 * HOUR, new=2),
        event(timedelta(0), new=1),
    ]

    days = new_per_day(events, make.NOW)

    assert days == (16, *[0] * 11, 4, 3)
