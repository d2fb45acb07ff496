"""How each feed does: told apart by whose fault it is, and by the feed's own rhythm."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from monitor.domain.coverage import silent_since
from monitor.domain.digest import Window
from monitor.domain.feed import Feed, FeedState
from monitor.domain.polling import FetchEvent, Outcome
from monitor.domain.schedule import GONE_FOR_GOOD

DAYS: Final = 14  # shown as new items a day
RHYTHM_PAST: Final = timedelta(days=8)  # as far back as a digest of one day reads a rhythm
_GONE: Final = "gone"
_OFFLINE: Final = "offline"
DAY: Final = timedelta(days=1)


class Condition(StrEnum):
    """What state a feed is in, worst first."""

    GONE = "gone"  # the server has said so for days
    FAILING = "failing"
    SILENT = "silent"  # it answers, and brings nothing for longer than its rhythm allows
    OFFLINE = "offline"  # we could reach hardly anybody: no feed's fault
    NEW = "new"  # never polled
    OK = "ok"


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """What the archive knows of a feed.

    `brought` are its events with new items, oldest first. `earlier` is its last attempt of a day
    ago or before, `read` its last document that was read. `empty_polls` is how often in a row it
    has answered without an entry; failures between do not count.
    """

    state: FeedState
    first_at: datetime | None = None
    last: FetchEvent | None = None
    earlier: FetchEvent | None = None
    brought: tuple[FetchEvent, ...] = ()
    read: FetchEvent | None = None
    empty_polls: int = 0


@dataclass(frozen=True, slots=True)
class Health:
    """One feed's condition. `new_per_day` has DAYS numbers, the last 24 hours at the end."""

    feed: Feed
    condition: Condition
    reason: str = ""
    detail: str = ""
    notes: tuple[str, ...] = ()  # of its last document, such as "malformed" or "no_entries"
    empty_polls: int = 0  # in a row that were answered without an entry
    failures: int = 0
    failing_since: datetime | None = None
    last_ok_at: datetime | None = None
    last_new_at: datetime | None = None
    new_per_day: tuple[int, ...] = (0,) * DAYS
    next_poll_at: datetime | None = None
    yesterday: Condition = Condition.NEW  # its condition a day ago


def health(feeds: Iterable[Feed], records: Mapping[str, FeedRecord], now: datetime) -> list[Health]:
    """Return the condition of every enabled feed, worst first, then by failures and name."""
    enabled = [feed for feed in feeds if feed.enabled]
    found = [
        _one(feed, records.get(feed.id) or FeedRecord(FeedState(feed.id)), now) for feed in enabled
    ]
    order = list(Condition)
    return sorted(found, key=lambda one: (order.index(one.condition), -one.failures, one.feed.id))


def new_per_day(brought: Iterable[FetchEvent], now: datetime) -> tuple[int, ...]:
    """Return new items by spans of 24 hours that end now, oldest first."""
    counts = [0] * DAYS
    for event in brought:
        age = (now - event.at) // DAY
        if 0 <= age < DAYS:
            counts[DAYS - 1 - age] += event.new
    return tuple(counts)


def _one(feed: Feed, record: FeedRecord, now: datetime) -> Health:
    state, last = record.state, record.last
    failed = last is not None and last.outcome is Outcome.FAILED
    return Health(
        feed=feed,
        condition=_condition(record, now),
        reason=last.reason if last and failed else state.reason,
        detail=last.detail if last and failed else "",
        notes=record.read.notes if record.read else (),
        empty_polls=record.empty_polls,
        failures=state.failures,
        failing_since=state.failing_since,
        last_ok_at=state.last_ok_at,
        last_new_at=state.last_new_at,
        new_per_day=new_per_day(record.brought, now),
        next_poll_at=state.next_poll_at,
        yesterday=_yesterday(record, now - DAY),
    )


def _condition(record: FeedRecord, now: datetime) -> Condition:
    state = record.state
    if record.last and record.last.reason == _OFFLINE:
        return Condition.OFFLINE
    if state.failures:
        lasting = now - (state.failing_since or now)
        is_gone = state.reason == _GONE and lasting >= GONE_FOR_GOOD
        return Condition.GONE if is_gone else Condition.FAILING
    if state.last_poll_at is None or record.first_at is None:
        return Condition.NEW
    return Condition.SILENT if _is_silent(record, record.first_at, now) else Condition.OK


def _yesterday(record: FeedRecord, then: datetime) -> Condition:
    """Return the condition at an instant in the past, from what is still known of it."""
    event = record.earlier
    if event is None or record.first_at is None:
        return Condition.NEW
    if event.reason == _OFFLINE:
        return Condition.OFFLINE
    if event.outcome is Outcome.FAILED:
        since = record.state.failing_since
        lasted = event.reason == _GONE and since is not None and then - since >= GONE_FOR_GOOD
        return Condition.GONE if lasted else Condition.FAILING
    return Condition.SILENT if _is_silent(record, record.first_at, then) else Condition.OK


def _is_silent(record: FeedRecord, first_at: datetime, now: datetime) -> bool:
    begin = FetchEvent(record.state.feed_id, first_at, Outcome.OK)
    before = [event for event in record.brought if event.at <= now]
    recent = [event for event in before if now - event.at <= RHYTHM_PAST]
    window = Window(now - RHYTHM_PAST, now)
    return silent_since(recent or [begin], record.state.last_new_at, window) is not None
