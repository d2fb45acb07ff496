"""The feeds that the service polls now, by host: swapped as a whole when files change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from monitor.domain.feed import Feed
from monitor.domain.hosts import by_host, next_visit
from monitor.ports import Store
from monitor.ports.service import Leases
from monitor.services.poll import PollFeeds


@dataclass(frozen=True, slots=True)
class Parts:
    """What files say: loaded and validated together, swapped together."""

    feeds: tuple[Feed, ...]
    poller: PollFeeds


@dataclass(slots=True)
class Roster:
    """The present parts, and the plan made of them.

    One that only `follows` groups feeds by host, and leaves it to others when hosts are due.
    """

    parts: Parts
    store: Store
    hosts: Leases
    follows: bool = False
    _grouped: tuple[tuple[Feed, ...], Mapping[str, tuple[str, str]]] | None = None
    _by_host: dict[str, list[Feed]] = field(default_factory=dict)
    _planned_at: datetime | None = None
    _lock: Lock = field(default_factory=Lock)

    def swap(self, parts: Parts) -> None:
        """Put new parts in the place of the old; the next tick plans with them."""
        self.parts = parts
        self._planned_at = None

    def replan(self) -> None:
        """Let the next tick plan again."""
        self._planned_at = None

    def planned_at(self) -> datetime | None:
        """Return when the present plan was made; None where there is none."""
        return self._planned_at

    def plan(self, now: datetime) -> None:
        """Group feeds by host and tell the database when each host is due. Raises StorageError."""
        with self._lock:
            self._planned_at = now
            try:
                if self.follows:
                    self._follow()
                else:
                    self._lead(now)
            except BaseException:
                self._planned_at = None
                raise

    def _lead(self, now: datetime) -> None:
        feeds = [feed for feed in self.parts.feeds if feed.enabled]
        states = self.store.states(feed.id for feed in feeds)
        groups = by_host(feeds, states)
        self.hosts.plan({name: next_visit(of, states, now) for name, of in groups.items()})
        self._by_host = groups

    def _follow(self) -> None:
        """Group anew, if a feed is new, gone or moved: every worker looks each minute."""
        feeds, moved = self.parts.feeds, self.store.moved()
        places = {name: (one.listed_url, one.address) for name, one in moved.items()}
        if self._grouped is None or self._grouped[0] is not feeds or self._grouped[1] != places:
            self._by_host = by_host([feed for feed in feeds if feed.enabled], moved)
            self._grouped = feeds, places

    def of(self, host: str) -> Sequence[Feed]:
        """Return the feeds of a host; there may be none any more."""
        return self._by_host.get(host, ())
