"""When to come back to a feed: by its own rhythm after success, later and later after failure.

A feed is never given up: what fails for a fortnight, or is gone for days, is tried once a week.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from monitor.domain.feed import Document, Feed, FeedState
from monitor.domain.polling import FetchEvent

MIN_INTERVAL: Final = timedelta(minutes=5)
MAX_INTERVAL: Final = timedelta(hours=24)
PROBE_EVERY: Final = timedelta(days=7)
FAILING_FOR_LONG: Final = timedelta(days=14)
GONE_FOR_GOOD: Final = timedelta(days=3)
FULL_FETCH_EVERY: Final = timedelta(hours=24)  # servers lie with 304
STRETCH: Final = 4  # times the listed interval that a rhythm may be slower, or faster
SOONER: Final = 0.75
LATER: Final = 1.25
MANY_NEW: Final = 1 / 3  # share of new entries from which we come sooner
MOVES_SEEN: Final = 3  # polls in a row that a permanent redirect must lead to one address
JITTER: Final = 0.1
LONGEST_WAIT: Final = PROBE_EVERY * (1 + JITTER)
CLOCK_SLACK: Final = timedelta(minutes=5)  # that the clocks of two machines may differ by
OFFLINE_WINDOW: Final = timedelta(minutes=5)

UNREACHED: Final = frozenset({"connect_failed", "dns_not_found", "dns_temporary", "dns_timeout"})
HALF: Final = frozenset({"dns_temporary"})  # a resolver's trouble more often than the feed's
OFFLINE_ATTEMPTS: Final = 20
OFFLINE_HOSTS: Final = 10
OFFLINE_RETRY: Final = timedelta(minutes=3)


def due(feeds: Iterable[Feed], states: Mapping[str, FeedState], now: datetime) -> list[Feed]:
    """Return the enabled feeds whose time has come; what was never polled is due."""
    return [feed for feed in feeds if feed.enabled and due_at(states.get(feed.id), now) <= now]


def due_at(state: FeedState | None, now: datetime) -> datetime:
    """Return when a feed is due.

    A clock that jumped back freezes no feed: nothing waits longer than a week, and what was
    polled in the future is due at once.
    """
    if state is None or state.next_poll_at is None:
        return now
    is_of_the_future = state.last_poll_at is not None and state.last_poll_at > now + CLOCK_SLACK
    return (
        now if is_of_the_future or state.next_poll_at > now + LONGEST_WAIT else state.next_poll_at
    )


def conditional(state: FeedState, now: datetime) -> bool:
    """Say whether the next request may be conditional: once a day it asks for the whole."""
    return state.last_full_at is not None and now - state.last_full_at < FULL_FETCH_EVERY


def address(feed: Feed, state: FeedState) -> str:
    """Return where the feed is fetched from: as listed, unless it has moved for good since."""
    if not state.address or state.listed_url != feed.url:
        return feed.url
    is_refused = _is_http_after_https(state.address, feed.url) and not feed.allow_http
    return feed.url if is_refused else state.address


def failed(
    feed: Feed, state: FeedState, now: datetime, *, reason: str, wait: timedelta = timedelta(0)
) -> FeedState:
    """Decide when to come back after a failure: the later, the more often it failed.

    A failure that says little about the feed weighs half.

    `wait` is what the server asked for (Retry-After). Nothing but the failure is remembered:
    validators and the body's hash stay as they were.
    """
    failures = state.failures + 1
    since = state.failing_since or now
    weight = (failures + 1) // 2 if reason in HALF else failures
    backoff = min(feed.interval * 2 ** min(weight, 10), MAX_INTERVAL)
    lasting = now - since
    if lasting >= FAILING_FOR_LONG or (reason == "gone" and lasting >= GONE_FOR_GOOD):
        backoff = PROBE_EVERY
    again = max(backoff * _jitter(feed.id, failures), min(wait, MAX_INTERVAL))
    return replace(
        state,
        failures=failures,
        failing_since=since,
        reason=reason,
        last_poll_at=now,
        next_poll_at=now + again,
    )


def offline(feed: Feed, state: FeedState, now: datetime) -> FeedState:
    """Decide when to come back after we had no network ourselves: soon, and blame nobody."""
    again = OFFLINE_RETRY * _jitter(feed.id, state.failures)
    return replace(state, last_poll_at=now, next_poll_at=now + again)


def forgiven(feed: Feed, state: FeedState, now: datetime) -> FeedState:
    """Take back the last failure: it turned out to be ours."""
    failures = max(state.failures - 1, 0)
    again = offline(feed, state, now).next_poll_at
    after = replace(state, failures=failures, next_poll_at=again)
    return after if failures else replace(after, failing_since=None, reason="")


def we_are_offline(events: Sequence[FetchEvent], hosts: int) -> bool:
    """Say whether so many attempts reached nobody that the fault must be ours."""
    unreached = sum(event.reason in UNREACHED for event in events)
    return is_our_fault(len(events), unreached, hosts)


def is_our_fault(attempts: int, unreached: int, hosts: int) -> bool:
    """Say the same of their numbers."""
    enough = attempts >= OFFLINE_ATTEMPTS and hosts >= OFFLINE_HOSTS
    return enough and unreached > attempts / 2


def unchanged(feed: Feed, state: FeedState, now: datetime) -> FeedState:
    """Decide when to come back after the server said that nothing changed."""
    return _answered(feed, state, now, factor=LATER)


def fetched(feed: Feed, state: FeedState, event: FetchEvent, document: Document) -> FeedState:
    """Remember a document, learn from what it brought, and come back no sooner than asked to."""
    wish = document.max_age or timedelta(0)
    after = _answered(feed, state, event.at, factor=_factor(event), wish=wish)
    return replace(
        after,
        validators=document.validators,
        last_full_at=event.at,
        last_new_at=event.at if event.new else state.last_new_at,
    )


def wished(feed: Feed, document: Document, least_s: int) -> Document:
    """Return the document with the feed's own wish (`ttl`, `sy:updatePeriod`), in seconds, added.

    It is a hint, for most feeds have it from a template: it counts within bounds only.
    """
    wish = min(timedelta(seconds=least_s), STRETCH * feed.interval)
    return replace(document, max_age=max(wish, document.max_age or timedelta(0)))


def moved(state: FeedState, feed: Feed, document: Document, listed: Collection[str]) -> FeedState:
    """Follow a permanent redirect after it was seen often enough, never to a listed address."""
    if not document.moved_to:
        return replace(state, moved_to="", moved_seen=0)
    seen = state.moved_seen + 1 if document.moved_to == state.moved_to else 1
    after = replace(state, moved_to=document.moved_to, moved_seen=seen)
    if seen < MOVES_SEEN or document.moved_to in listed:
        return after
    return replace(after, address=document.moved_to, listed_url=feed.url)


def _is_http_after_https(address: str, listed: str) -> bool:
    return listed.startswith("https:") and address.startswith("http:")


def _factor(event: FetchEvent) -> float:
    if not event.new:
        return LATER
    return SOONER if event.new >= MANY_NEW * event.seen else 1.0


def _answered(
    feed: Feed,
    state: FeedState,
    now: datetime,
    *,
    factor: float,
    wish: timedelta = timedelta(0),
) -> FeedState:
    learned = timedelta(seconds=state.interval_s) if state.interval_s else feed.interval
    low = max(feed.interval / STRETCH, MIN_INTERVAL)
    high = min(max(feed.interval * STRETCH, MIN_INTERVAL), MAX_INTERVAL)
    interval = min(max(learned * factor, low), high)
    wait = max(interval, wish) * _jitter(feed.id, now.toordinal())
    return replace(
        state,
        interval_s=round(interval.total_seconds()),
        failures=0,
        failing_since=None,
        reason="",
        last_poll_at=now,
        last_ok_at=now,
        next_poll_at=now + min(wait, MAX_INTERVAL),
    )


def _jitter(feed_id: str, salt: int) -> float:
    """Return a factor from 1 to 1 + JITTER that spreads feeds: the same for the same case."""
    digest = blake2b(f"{feed_id}/{salt}".encode(), digest_size=2).digest()
    return 1 + JITTER * int.from_bytes(digest, "big") / 65_535
