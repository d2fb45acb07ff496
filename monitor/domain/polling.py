"""One attempt on a feed and all that it changes: for success, "unchanged" and failure alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from monitor.domain.feed import Document, Feed, FeedState
from monitor.domain.hit import Hit
from monitor.domain.item import Item

MIN_INTERVAL: Final = timedelta(minutes=5)
MAX_INTERVAL: Final = timedelta(hours=24)
FULL_FETCH_EVERY: Final = timedelta(hours=24)  # servers lie with 304
MAX_VERSIONS: Final = 24  # an item edited more often is frozen


class Outcome(StrEnum):
    """How a poll ended."""

    OK = "ok"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FetchEvent:
    """The record of one attempt. `seen` = `new` + `known` + `skipped`.

    `skips` names why entries were skipped: (reason, count).
    """

    feed_id: str
    at: datetime
    outcome: Outcome
    reason: str = ""
    detail: str = ""
    new: int = 0
    known: int = 0
    skips: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    took: timedelta = timedelta(0)

    @property
    def skipped(self) -> int:
        """Entries that were dropped, whatever the reason."""
        return sum(count for _, count in self.skips)

    @property
    def seen(self) -> int:
        """Entries that the document held."""
        return self.new + self.known + self.skipped


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item to store, with its hits."""

    item: Item
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class EditedItem:
    """A new version of a stored item, with the hits of the new text."""

    item_id: int
    version: int
    item: Item
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Poll:
    """All that one attempt changes: committed together or not at all."""

    event: FetchEvent
    state: FeedState
    new: tuple[NewItem, ...] = ()
    edited: tuple[EditedItem, ...] = ()
    learned_keys: tuple[tuple[int, tuple[str, ...]], ...] = ()  # (item id, further keys)
    catalogue_version: str = ""
    matcher_version: str = ""


def due(
    feeds: Iterable[Feed], states: Mapping[str, FeedState], now: datetime
) -> list[Feed]:
    """Return the enabled feeds whose time has come; what was never polled is due."""
    waits = {
        feed_id
        for feed_id, state in states.items()
        if state.next_poll_at is not None and state.next_poll_at > now
    }
    return [feed for feed in feeds if feed.enabled and feed.id not in waits]


def conditional(state: FeedState, now: datetime) -> bool:
    """Say whether the next request may be conditional: once a day it asks for the whole."""
    return state.last_full_at is not None and now - state.last_full_at < FULL_FETCH_EVERY


def failed(
    feed: Feed, state: FeedState, now: datetime, *, reason: str, wait: timedelta = timedelta(0)
) -> FeedState:
    """Decide when to come back after a failure: the later, the more often it failed.

    `wait` is what the server asked for (Retry-After). Nothing but the failure is remembered:
    validators and the body's hash stay as they were.
    """
    failures = state.failures + 1
    backoff = feed.interval * 2 ** min(failures, 10)
    again = min(max(backoff, wait), MAX_INTERVAL)
    return replace(
        state, failures=failures, reason=reason, last_poll_at=now, next_poll_at=now + again
    )


def unchanged(feed: Feed, state: FeedState, now: datetime) -> FeedState:
    """Decide when to come back after the server said that nothing changed."""
    return replace(
        state,
        failures=0,
        reason="",
        last_poll_at=now,
        last_ok_at=now,
        next_poll_at=now + _clamped(feed.interval),
    )


def fetched(
    feed: Feed,
    state: FeedState,
    now: datetime,
    *,
    document: Document,
    body_hash: str,
    wish: timedelta,
) -> FeedState:
    """Decide when to come back after a document came: not before the feed or its server wishes."""
    wait = _clamped(max(feed.interval, wish, document.max_age or timedelta(0)))
    return replace(
        state,
        validators=document.validators,
        body_hash=body_hash,
        failures=0,
        reason="",
        last_poll_at=now,
        last_ok_at=now,
        last_full_at=now,
        next_poll_at=now + wait,
    )


def _clamped(wait: timedelta) -> timedelta:
    return min(max(wait, MIN_INTERVAL), MAX_INTERVAL)
