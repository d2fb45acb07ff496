"""Polls that found nothing changed, put down many at a time: a transaction each is dear."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from monitor.domain.feed import Feed
from monitor.domain.polling import Poll
from monitor.ports import Clock, Store

MOST: Final = 50
LONGEST: Final = timedelta(seconds=1)  # far below the least time between two visits to a host


@dataclass(slots=True)
class Ledger:
    """Holds such polls back for a moment; threads may share it.

    Where a process dies with some held back, their feeds are asked again, and nothing is lost:
    what brings items or names a failure never comes here.
    """

    store: Store
    clock: Clock
    _held: list[tuple[Poll, Feed]] = field(default_factory=list)
    _since: datetime | None = None
    _lock: Lock = field(default_factory=Lock)

    def add(self, poll: Poll, feed: Feed) -> None:
        """Take a poll; record all that are held once they are many or old. Raises StorageError."""
        now = self.clock.now()
        with self._lock:
            self._held.append((poll, feed))
            self._since = self._since or now
            is_full = len(self._held) >= MOST or now - self._since >= LONGEST
        if is_full:
            self.close()

    def close(self) -> None:
        """Record what is held. Raises StorageError."""
        with self._lock:
            held, self._held, self._since = self._held, [], None
        if held:
            self.store.record_unchanged(held)
