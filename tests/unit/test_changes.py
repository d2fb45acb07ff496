from datetime import timedelta

import make
from monitor.domain.alarms import Alarm, notice
from monitor.domain.changes import Changes, changes
from monitor.domain.feed import FeedState
from monitor.domain.health import Condition, FeedRecord, Health, health
from monitor.domain.polling import FetchEvent, Outcome

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FEED = make.feed()


def event(ago: timedelta, new: int = 0, reason: str = "") -> FetchEvent:
    outcome = Outcome.FAILED if reason else Outcome.OK
    return FetchEvent(FEED.id, make.NOW - ago, outcome, reason=reason, new=new)


def hourly(*, until: timedelta, since: timedelta = 6 * DAY) -> tuple[FetchEvent, ...]:
    hours = range(since // HOUR, until // HOUR, -1)
    return tuple(event(hour * HOUR, new=1) for hour in hours)


def changed(
    now: FetchEvent,
    earlier: FetchEvent | None,
    *brought: FetchEvent,
    failing_for: timedelta | None = None,
) -> Changes:
    state = FeedState(
        FEED.id,
        failures=3 if failing_for else 0,
        failing_since=make.NOW - failing_for if failing_for else None,
        reason=now.reason,
        last_poll_at=now.at,
        last_new_at=brought[-1].at if brought else None,
    )
    record = FeedRecord(state, make.NOW - 30 * DAY, now, earlier, brought)
    return changes(health([FEED], {FEED.id: record}, make.NOW))


def named(found: Changes) -> list[str]:
    return [name for name, feeds in found.kinds if feeds]


def test_a_feed_that_began_to_fail_is_told() -> None:
    found = changed(
        event(HOUR, reason="timeout"), event(25 * HOUR), *hourly(until=DAY), failing_for=3 * HOUR
    )

    assert named(found) == ["failing"]
    assert found.lines == [f"1 newly failing: {FEED.id}"]


def test_a_feed_that_goes_on_failing_is_no_news() -> None:
    broken = event(HOUR, reason="timeout"), event(25 * HOUR, reason="timeout")

    assert not changed(*broken, failing_for=5 * DAY)


def test_a_feed_is_told_gone_on_the_day_that_it_is_taken_for_gone() -> None:
    gone = event(HOUR, reason="gone"), event(25 * HOUR, reason="gone")

    assert named(changed(*gone, failing_for=3 * DAY + HOUR)) == ["gone"]
    assert not changed(*gone, failing_for=5 * DAY)


def test_a_feed_that_fell_silent_since_yesterday_is_told_once() -> None:
    answers = event(HOUR), event(25 * HOUR)

    assert named(changed(*answers, *hourly(until=30 * HOUR))) == ["silent"]
    assert not changed(*answers, *hourly(until=60 * HOUR))


def test_a_feed_that_answers_or_speaks_again_has_recovered() -> None:
    failed = event(25 * HOUR, reason="timeout")
    spoke = *hourly(until=3 * DAY), event(2 * HOUR, new=4)

    assert named(changed(event(HOUR), failed, *hourly(until=HOUR))) == ["recovered"]
    assert named(changed(event(HOUR), event(25 * HOUR), *spoke)) == ["recovered"]


def test_being_offline_ourselves_and_a_feeds_first_day_change_nothing() -> None:
    assert not changed(event(HOUR, reason="offline"), event(25 * HOUR), *hourly(until=DAY))
    assert not changed(event(HOUR), None, *hourly(until=HOUR, since=20 * HOUR))


def test_many_feeds_make_a_short_line() -> None:
    many = [Health(make.feed(id=f"f-{number}"), Condition.SILENT) for number in range(30)]

    (line,) = changes(many).lines

    assert line.startswith("30 newly silent: f-0, f-1, ")
    assert line.endswith("and 20 more")


def test_a_notice_says_at_its_end_what_else_changed() -> None:
    text = notice([Alarm("feed mrtav", "failing")], [], make.NOW).text_with(["1 recovered: vesti"])

    assert text.endswith("Since yesterday:\n- 1 recovered: vesti\n")
