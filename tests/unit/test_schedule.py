from dataclasses import replace
from datetime import timedelta

import pytest

import make
from monitor.domain import schedule
from monitor.domain.feed import Document, FeedState, Validators
from monitor.domain.polling import FetchEvent, Outcome

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FEED = make.feed(interval=HOUR / 2)
FRESH = FeedState(FEED.id)
DOCUMENT = Document(FEED.url, b"", validators=Validators('"b"'))


def wait(state: FeedState) -> timedelta:
    """How long until the next poll, without the spread that is added."""
    assert state.next_poll_at
    return state.next_poll_at - make.NOW


def nearly(state: FeedState, asked: timedelta) -> bool:
    return asked <= wait(state) <= asked * (1 + schedule.JITTER)


def event(new: int = 0, known: int = 30) -> FetchEvent:
    return FetchEvent(FEED.id, make.NOW, Outcome.OK, new=new, known=known)


@pytest.mark.parametrize(
    ("failures", "asked", "hours"),
    [(0, 0, 1), (1, 0, 2), (3, 0, 8), (5, 0, 24), (500, 0, 24), (0, 3, 3), (0, 99, 24)],
)
def test_the_more_often_a_feed_failed_the_later_we_come_back(
    failures: int, asked: int, hours: float
) -> None:
    state = FeedState(FEED.id, failures=failures)

    after = schedule.failed(FEED, state, make.NOW, reason="timeout", wait=asked * HOUR)

    assert nearly(after, hours * HOUR)
    assert (after.failures, after.reason) == (failures + 1, "timeout")
    assert after.failing_since == make.NOW


@pytest.mark.parametrize(
    ("reason", "days", "again"),
    [("timeout", 13, DAY), ("timeout", 14, 7 * DAY), ("gone", 2, DAY), ("gone", 3, 7 * DAY)],
)
def test_what_fails_for_long_is_tried_once_a_week_and_never_given_up(
    reason: str, days: int, again: timedelta
) -> None:
    state = FeedState(FEED.id, failures=400, failing_since=make.NOW - days * DAY)

    after = schedule.failed(FEED, state, make.NOW, reason=reason)

    assert nearly(after, again)
    assert after.failing_since == state.failing_since


def test_trouble_with_names_that_may_be_our_own_weighs_half() -> None:
    state = FeedState(FEED.id, failures=3, failing_since=make.NOW - HOUR)

    usual = schedule.failed(FEED, state, make.NOW, reason="dns_not_found")
    half = schedule.failed(FEED, state, make.NOW, reason="dns_temporary")

    assert (usual.failures, half.failures) == (4, 4)
    assert nearly(usual, FEED.interval * 16)
    assert nearly(half, FEED.interval * 4)


def test_a_failure_forgets_nothing() -> None:
    state = FeedState(FEED.id, Validators('"a"'), "00", last_ok_at=make.NOW - HOUR)

    after = schedule.failed(FEED, state, make.NOW, reason="timeout")

    assert (after.validators, after.body_hash) == (state.validators, "00")
    assert after.last_ok_at == state.last_ok_at


def test_a_success_clears_failures_and_takes_the_validators() -> None:
    state = FeedState(FEED.id, failures=9, failing_since=make.NOW - DAY, reason="timeout")

    after = schedule.fetched(FEED, state, event(new=1), DOCUMENT)

    assert (after.failures, after.failing_since, after.reason) == (0, None, "")
    assert (after.validators.etag, after.last_new_at) == ('"b"', make.NOW)
    assert nearly(after, HOUR / 2)


def test_a_busy_feed_is_visited_sooner_and_a_sleepy_one_later_within_bounds() -> None:
    busy = sleepy = FRESH
    waits = []
    for _ in range(20):
        busy = schedule.fetched(FEED, busy, event(new=20, known=10), DOCUMENT)
        sleepy = schedule.unchanged(FEED, sleepy, make.NOW)
        waits.append((busy.interval_s, sleepy.interval_s))

    assert waits == sorted(waits, key=lambda pair: (-pair[0], pair[1]))
    assert waits[-1] == (450, 7200)


@pytest.mark.parametrize(
    ("wish", "max_age", "hours"), [(1, 0, 1), (99, 0, 2), (0, 3, 3), (0, 99, 24)]
)
def test_we_come_back_no_sooner_than_the_feed_or_its_server_wish(
    wish: int, max_age: int, hours: int
) -> None:
    document = schedule.wished(FEED, replace(DOCUMENT, max_age=max_age * HOUR), wish * 3600)

    after = schedule.fetched(FEED, FRESH, event(new=1), document)

    assert nearly(after, hours * HOUR) or wait(after) == DAY


def test_once_a_day_the_whole_is_asked_for() -> None:
    def seen(hours: int) -> FeedState:
        return FeedState(FEED.id, last_full_at=make.NOW - hours * HOUR)

    assert schedule.conditional(seen(23), make.NOW)
    assert not schedule.conditional(seen(24), make.NOW)
    assert not schedule.conditional(FRESH, make.NOW)


def test_due_is_what_was_never_polled_and_what_has_waited_long_enough() -> None:
    feeds = [make.feed(id=name) for name in ("new", "late", "early", "frozen")]
    off = make.feed(id="off", enabled=False)
    states = {
        "late": FeedState("late", next_poll_at=make.NOW),
        "early": FeedState("early", next_poll_at=make.NOW + HOUR),
        "frozen": FeedState("frozen", next_poll_at=make.NOW + 365 * DAY),  # the clock jumped back
    }

    due = [feed.id for feed in schedule.due([*feeds, off], states, make.NOW)]

    assert due == ["new", "late", "frozen"]


def test_a_permanent_redirect_is_followed_for_good_after_three_polls() -> None:
    there = replace(DOCUMENT, moved_to="https://new.example/rss")
    state = FRESH
    addresses = []
    for _ in range(3):
        state = schedule.moved(state, FEED, there, {FEED.url})
        addresses.append(schedule.address(FEED, state))

    assert addresses == [FEED.url, FEED.url, "https://new.example/rss"]
    edited = replace(FEED, url="https://edited.example/rss")
    assert schedule.address(edited, state) == "https://edited.example/rss"


def test_a_move_to_http_holds_only_while_the_feed_allows_it() -> None:
    secure = replace(FEED, url="https://primer.example/rss", allow_http=True)
    plain = replace(DOCUMENT, moved_to="http://primer.example/rss")
    state = FRESH
    for _ in range(3):
        state = schedule.moved(state, secure, plain, set())

    assert schedule.address(secure, state) == "http://primer.example/rss"
    assert schedule.address(replace(secure, allow_http=False), state) == secure.url


def test_a_redirect_that_changes_its_mind_or_leads_to_a_listed_feed_is_not_followed() -> None:
    state = FRESH
    for place in ("https://a.example/", "https://a.example/", "https://b.example/", ""):
        state = schedule.moved(state, FEED, replace(DOCUMENT, moved_to=place), set())
    for _ in range(5):
        listed = replace(DOCUMENT, moved_to="https://other.example/rss")
        state = schedule.moved(state, FEED, listed, {"https://other.example/rss"})

    assert schedule.address(FEED, state) == FEED.url


def test_what_was_polled_in_the_future_is_due_at_once() -> None:
    now = make.NOW
    ahead = FeedState(
        "f", last_poll_at=now + timedelta(days=1), next_poll_at=now + timedelta(days=1, hours=1)
    )
    waits = FeedState("f", last_poll_at=now, next_poll_at=now + timedelta(hours=1))

    assert schedule.due_at(ahead, now) == now
    assert schedule.due_at(waits, now) == waits.next_poll_at
    assert schedule.due_at(None, now) == now


def test_a_failure_that_was_ours_is_taken_back() -> None:
    feed = make.feed()
    once = schedule.failed(feed, FeedState(feed.id), make.NOW, reason="connect_failed")
    twice = schedule.failed(feed, once, make.NOW, reason="connect_failed")

    assert schedule.forgiven(feed, once, make.NOW).failures == 0
    assert schedule.forgiven(feed, once, make.NOW).failing_since is None
    assert schedule.forgiven(feed, twice, make.NOW).failures == 1
