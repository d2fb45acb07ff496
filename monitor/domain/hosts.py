"""Hosts: feeds that are fetched from one address and port, one request at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.domain import schedule
from monitor.domain.feed import Feed, FeedState


def host_of(feed: Feed, state: FeedState | None) -> str:
    """Return the address and port that a feed is fetched from."""
    parts = urlsplit(schedule.address(feed, state or FeedState(feed.id)))
    port = parts.port or {"https": 443}.get(parts.scheme, 80)
    return f"{parts.hostname or ''}:{port}"


def by_host(feeds: Iterable[Feed], states: Mapping[str, FeedState]) -> dict[str, list[Feed]]:
    """Group feeds by the host that they are fetched from, in their order."""
    hosts: dict[str, list[Feed]] = defaultdict(list)
    for feed in feeds:
        hosts[host_of(feed, states.get(feed.id))].append(feed)
    return dict(hosts)


def next_visit(feeds: Sequence[Feed], states: Mapping[str, FeedState], now: datetime) -> datetime:
    """Return when a host may be visited again: a feed of it is due, and it has had its pause."""
    on = [feed for feed in feeds if feed.enabled]
    due = min(
        (schedule.due_at(states.get(feed.id), now) for feed in on),
        default=now + schedule.MAX_INTERVAL,
    )
    polled = [state.last_poll_at for feed in on if (state := states.get(feed.id))]
    last = max((at for at in polled if at and at <= now), default=None)
    pause = max((feed.host_delay for feed in on), default=timedelta(0))
    return max(due, last + pause if last else due)
