"""The parts of the service that need nothing but a clock."""

import random
from datetime import timedelta

import make
from monitor.domain import schedule
from monitor.domain.feed import FeedState
from monitor.domain.hosts import by_host, next_visit
from monitor.domain.polling import FetchEvent, Outcome
from monitor.services.reach import Reach
from monitor.services.vitals import SETTLED, Trouble, Vitals, alarms

SECOND = timedelta(seconds=1)


def failed(number: int, reason: str = "connect_failed") -> FetchEvent:
    return FetchEvent(f"f{number}", make.NOW + number * SECOND, Outcome.FAILED, reason=reason)


def test_a_host_has_its_pause_after_any_of_its_feeds() -> None:
    first, second = (make.feed(id=name, host_delay=5 * SECOND) for name in ("a", "b"))
    states = {
        "a": FeedState("a", last_poll_at=make.NOW, next_poll_at=make.NOW + timedelta(hours=1))
    }

    assert next_visit([first, second], states, make.NOW) == make.NOW + 5 * SECOND
    assert next_visit([first], states, make.NOW) == make.NOW + timedelta(hours=1)


def test_feeds_are_grouped_by_address_and_port() -> None:
    urls = ("https://a.example/1", "https://a.example:443/2", "http://a.example/3")
    feeds = [make.feed(id=str(n), url=url) for n, url in enumerate(urls)]

    assert {host: len(of) for host, of in by_host(feeds, {}).items()} == {
        "a.example:443": 2,
        "a.example:80": 1,
    }


def test_when_most_hosts_are_unreached_it_is_us_and_early_blame_is_taken_back() -> None:
    reach = Reach()

    judged = [reach.judge(f"host-{n}", [failed(n)]) for n in range(30)]

    assert judged.index(True) == 19
    forgiven = {event.feed_id for event in reach.to_forgive()}
    assert forgiven == {f"f{n}" for n in range(19)}
    assert reach.to_forgive() == []


def test_other_failures_are_the_feeds_own() -> None:
    reach = Reach()

    assert not any(reach.judge(f"host-{n}", [failed(n, "server_error")]) for n in range(30))


def test_attempts_that_are_counted_as_they_come_and_go_are_judged_as_all_of_them_would_be() -> None:
    chance = random.Random(5)  # noqa: S311
    reach, tried = Reach(), list[tuple[str, FetchEvent]]()

    judged, expected = [], []
    for n in range(2_000):
        is_down = (n // 150) % 2 == chance.randrange(3) % 2
        reason = "connect_failed" if is_down else "server_error"
        event = failed(n * 5 - chance.randrange(20), reason)
        tried.append((host := f"host-{chance.randrange(15)}", event))
        newest = max(one.at for _, one in tried)
        while newest - tried[0][1].at > schedule.OFFLINE_WINDOW:
            tried.pop(0)
        events, hosts = [one for _, one in tried], {name for name, _ in tried}
        judged.append(reach.judge(host, [event]))
        expected.append(schedule.we_are_offline(events, len(hosts)))

    assert judged == expected
    assert 0 < sum(judged) < len(judged)


def test_a_service_without_a_tick_says_so() -> None:
    vitals = Vitals(make.NOW)
    vitals.ticked_at = make.NOW

    assert vitals.report(make.NOW).status == "ok"
    late = vitals.report(make.NOW + timedelta(minutes=3))
    assert (late.status, late.is_severe) == ("degraded", True)


def test_a_short_trouble_alarms_nobody() -> None:
    vitals = Vitals(make.NOW)
    assert vitals.wrong(Trouble.DISK, "90 MB", make.NOW)
    assert not vitals.wrong(Trouble.DISK, "80 MB", make.NOW + SECOND)
    vitals.ticked_at = make.NOW + SETTLED

    assert alarms(vitals.report(make.NOW + SECOND)) == []
    (alarm,) = alarms(vitals.report(make.NOW + SETTLED))
    assert (alarm.name, alarm.what) == ("service disk", "80 MB")
    assert vitals.right(Trouble.DISK)
    assert vitals.report(make.NOW + SETTLED).troubles == ()
