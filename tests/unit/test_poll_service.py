from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import make
from fakes import FakeClock, FakeFetcher, LineParser, WordMatcher
from monitor.adapters.nowhere import ForgetfulStore
from monitor.domain.errors import FetchError
from monitor.domain.feed import Document, Feed
from monitor.domain.polling import Outcome
from monitor.services.poll import Polled, PollFeeds


def polled(
    answer: Callable[[str], bytes | None], *feeds: Feed
) -> tuple[Polled, FakeFetcher, FakeClock]:
    clock = FakeClock()
    fetcher = FakeFetcher(answer, clock)
    service = PollFeeds(
        fetcher=fetcher,
        parser=LineParser(),
        matcher=WordMatcher(),
        store=ForgetfulStore(),
        clock=clock,
    )
    return service.poll(feeds), fetcher, clock


def feeds(*hosts: str, delay_s: int = 0) -> list[Feed]:
    return [
        make.feed(id=f"f{n}", url=f"https://{host}/rss", host_delay=timedelta(seconds=delay_s))
        for n, host in enumerate(hosts)
    ]


def test_one_broken_feed_does_not_stop_the_others() -> None:
    def answer(url: str) -> bytes:
        if "dead" in url:
            raise FetchError("timeout", "nothing came", retry_after=timedelta(hours=5))
        if "cursed" in url:
            raise RuntimeError("a bug in the fetcher")
        return b"Otvoreni balkan\nVreme"

    result, _, _ = polled(answer, *feeds("dead.example", "cursed.example", "good.example"))

    outcomes = {event.feed_id: (event.outcome, event.reason) for event in result.events}
    assert outcomes == {
        "f0": (Outcome.FAILED, "timeout"),
        "f1": (Outcome.FAILED, "program_fault"),
        "f2": (Outcome.OK, ""),
    }
    assert result.new_hits == 1
    assert not result.reached_nothing


def test_an_empty_feed_is_read_and_noted() -> None:
    result, _, _ = polled(lambda _: b"", *feeds("a.example"))

    (event,) = result.events
    assert (event.outcome, event.seen, event.notes) == (Outcome.OK, 0, ("no_entries",))


def test_a_feed_that_moved_to_a_listed_address_is_noted() -> None:
    class Moved(FakeFetcher):
        def fetch(self, *arguments: Any, **allowed: Any) -> Document | None:
            found = super().fetch(*arguments, **allowed)
            return found and replace(found, moved_to="https://b.example/rss")

    clock = FakeClock()
    service = PollFeeds(
        fetcher=Moved(lambda _: b"Vreme", clock),
        parser=LineParser(),
        matcher=WordMatcher(),
        store=ForgetfulStore(),
        clock=clock,
        listed=frozenset({"https://a.example/rss", "https://b.example/rss"}),
    )

    (event,) = service.poll(feeds("a.example")).events

    assert (event.new, event.notes) == (1, ("duplicate_feed",))


def test_a_bug_on_one_item_costs_only_its_hits() -> None:
    result, _, _ = polled(lambda _: b"balkan one\na bug\nbalkan two", *feeds("a.example"))

    (event,) = result.events
    assert (event.new, result.new_hits) == (3, 2)


def test_a_host_sees_one_request_at_a_time_and_has_its_pause() -> None:
    _, fetcher, clock = polled(lambda _: b"Naslov", *feeds("a.example", "a.example", delay_s=5))

    (first, second) = (at for _, _, at in fetcher.asked)
    assert second - first == timedelta(seconds=5)
    assert clock.now() == make.NOW + timedelta(seconds=5)


def test_entries_that_are_dropped_are_counted_with_their_reason() -> None:
    result, _, _ = polled(lambda _: b"Naslov\nNaslov\nDrugi", *feeds("a.example"))

    (event,) = result.events
    assert (event.seen, event.new, event.skips) == (3, 2, (("duplicate", 1),))


def test_when_every_feed_fails_nothing_was_reached() -> None:
    def answer(url: str) -> bytes:
        raise FetchError("connect_failed", url)

    result, _, _ = polled(answer, *feeds("a.example", "b.example"))

    assert result.reached_nothing


def test_when_we_are_offline_no_feed_is_blamed() -> None:
    def answer(url: str) -> bytes:
        if "17" in url:
            return b"Naslov"
        raise FetchError("dns_not_found", url)

    result, fetcher, _ = polled(answer, *feeds(*(f"h{n}.example" for n in range(25))))

    reasons = {event.reason for event in result.events}
    assert reasons == {"offline", ""}
    assert len(fetcher.asked) == 25


def test_a_few_dead_hosts_are_their_own_fault() -> None:
    def answer(url: str) -> bytes:
        if "h1" in url:
            raise FetchError("connect_failed", url)
        return b"Naslov"

    result, _, _ = polled(answer, *feeds(*(f"h{n}.example" for n in range(25))))

    assert {event.reason for event in result.events} == {"connect_failed", ""}


def test_a_host_that_asks_for_patience_gets_it_for_all_its_feeds() -> None:
    def answer(url: str) -> bytes:
        raise FetchError("too_many_requests", url, retry_after=timedelta(hours=1))

    result, fetcher, _ = polled(answer, *feeds("a.example", "a.example", "a.example"))

    assert len(fetcher.asked) == len(result.events) == 1
