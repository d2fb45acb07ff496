from datetime import timedelta

import pytest

import make
from monitor.domain import polling
from monitor.domain.feed import Document, FeedState, Validators

HOUR = timedelta(hours=1)
FEED = make.feed(interval=HOUR / 2)
FRESH = FeedState(FEED.id)


@pytest.mark.parametrize(
    ("failures", "asked", "hours"),
    [(0, 0, 1), (1, 0, 2), (3, 0, 8), (5, 0, 24), (500, 0, 24), (0, 3, 3), (0, 99, 24)],
)
def test_the_more_often_a_feed_failed_the_later_we_come_back(
    failures: int, asked: int, hours: float
) -> None:
    state = FeedState(FEED.id, failures=failures)

    after = polling.failed(FEED, state, make.NOW, reason="timeout", wait=asked * HOUR)

    assert after.next_poll_at == make.NOW + hours * HOUR
    assert (after.failures, after.reason) == (failures + 1, "timeout")


def test_a_failure_forgets_nothing() -> None:
    state = FeedState(FEED.id, Validators('"a"'), "00", last_ok_at=make.NOW - HOUR)

    after = polling.failed(FEED, state, make.NOW, reason="timeout")

    assert (after.validators, after.body_hash) == (state.validators, "00")
    assert after.last_ok_at == state.last_ok_at


def test_a_success_clears_failures_and_takes_the_validators() -> None:
    state = FeedState(FEED.id, failures=9, reason="timeout")
    document = Document(FEED.url, b"", validators=Validators('"b"'))

    after = polling.fetched(
        FEED, state, make.NOW, document=document, body_hash="11", wish=timedelta(0)
    )

    assert (after.failures, after.reason, after.validators.etag) == (0, "", '"b"')
    assert after.next_poll_at == make.NOW + HOUR / 2


@pytest.mark.parametrize(("wish", "max_age", "hours"), [(2, 0, 2), (0, 3, 3), (99, 0, 24)])
def test_we_come_back_no_sooner_than_the_feed_or_its_server_wish(
    wish: int, max_age: int, hours: int
) -> None:
    document = Document(FEED.url, b"", max_age=max_age * HOUR)

    after = polling.fetched(
        FEED, FRESH, make.NOW, document=document, body_hash="11", wish=wish * HOUR
    )

    assert after.next_poll_at == make.NOW + hours * HOUR


def test_once_a_day_the_whole_is_asked_for() -> None:
    def seen(hours: int) -> FeedState:
        return FeedState(FEED.id, last_full_at=make.NOW - hours * HOUR)

    assert polling.conditional(seen(23), make.NOW)
    assert not polling.conditional(seen(24), make.NOW)
    assert not polling.conditional(FRESH, make.NOW)


def test_due_is_what_was_never_polled_and_what_has_waited_long_enough() -> None:
    feeds = [make.feed(id=name) for name in ("new", "late", "early")]
    off = make.feed(id="off", enabled=False)
    states = {
        "late": FeedState("late", next_poll_at=make.NOW),
        "early": FeedState("early", next_poll_at=make.NOW + HOUR),
    }

    assert [feed.id for feed in polling.due([*feeds, off], states, make.NOW)] == ["new", "late"]
