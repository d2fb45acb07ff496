"""Tell across hosts whether it is us who are offline."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from monitor.domain import schedule
from monitor.domain.polling import FetchEvent


@dataclass(slots=True)
class Reach:
    """The attempts of the last minutes, whoever made them. Safe between threads."""

    is_offline: bool = False
    _tried: deque[tuple[str, FetchEvent]] = field(default_factory=deque)
    _blamed: list[FetchEvent] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def judge(self, host: str, events: Sequence[FetchEvent]) -> bool:
        """Add attempts on a host; return whether those that reached nobody are our fault."""
        with self._lock:
            self._tried.extend((host, event) for event in events)
            newest = max((event.at for _, event in self._tried), default=None)
            while newest and newest - self._tried[0][1].at > schedule.OFFLINE_WINDOW:
                self._tried.popleft()
            recent = [event for _, event in self._tried]
            self.is_offline = schedule.we_are_offline(
                recent, len({host for host, _ in self._tried})
            )
            self._blamed += [event for event in events if event.reason in schedule.UNREACHED]
            if self.is_offline:
                own = {(event.feed_id, event.at) for event in events}
                self._blamed = [e for e in self._blamed if (e.feed_id, e.at) not in own]
            elif newest:
                limit = newest - schedule.OFFLINE_WINDOW
                self._blamed = [event for event in self._blamed if event.at >= limit]
            return self.is_offline

    def to_forgive(self) -> list[FetchEvent]:
        """Return, once, the failures that were blamed on feeds before we knew better."""
        with self._lock:
            if not self.is_offline:
                return []
            forgiven, self._blamed = self._blamed, []
            return forgiven
