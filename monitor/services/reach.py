"""Tell across hosts whether it is us who are offline."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from monitor.domain import schedule
from monitor.domain.polling import FetchEvent


@dataclass(slots=True)
class Reach:
    """The attempts of the last minutes, whoever made them. Safe between threads.

    They are counted as they come and go: there may be ten thousands of them.
    """

    is_offline: bool = False
    _tried: deque[tuple[str, FetchEvent]] = field(default_factory=deque)
    _hosts: Counter[str] = field(default_factory=Counter)  # of those
    _unreached: int = 0  # of those
    _newest: datetime | None = None  # of those
    _blamed: deque[FetchEvent] = field(default_factory=deque)
    _lock: Lock = field(default_factory=Lock)

    def judge(self, host: str, events: Sequence[FetchEvent]) -> bool:
        """Add attempts on a host; return whether those that reached nobody are our fault."""
        with self._lock:
            for event in events:
                self._add(host, event)
            self._drop_old()
            self.is_offline = schedule.is_our_fault(
                len(self._tried), self._unreached, len(self._hosts)
            )
            if not self.is_offline:
                self._blamed += [event for event in events if event.reason in schedule.UNREACHED]
            return self.is_offline

    def to_forgive(self) -> list[FetchEvent]:
        """Return, once, the failures that were blamed on feeds before we knew better."""
        with self._lock:
            if not self.is_offline:
                return []
            forgiven = list(self._blamed)
            self._blamed.clear()
            return forgiven

    def _add(self, host: str, event: FetchEvent) -> None:
        self._tried.append((host, event))
        self._hosts[host] += 1
        self._unreached += event.reason in schedule.UNREACHED
        self._newest = max(self._newest or event.at, event.at)

    def _drop_old(self) -> None:
        if self._newest is None:
            return
        limit = self._newest - schedule.OFFLINE_WINDOW
        while self._tried[0][1].at < limit:  # the newest stays
            host, event = self._tried.popleft()
            self._hosts[host] -= 1
            if not self._hosts[host]:
                del self._hosts[host]
            self._unreached -= event.reason in schedule.UNREACHED
        while self._blamed and self._blamed[0].at < limit:
            self._blamed.popleft()
