"""How the feeds do, for operators."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.domain.digest import Window
from monitor.domain.feed import Feed
from monitor.domain.health import DAYS, Health, health
from monitor.ports import Clock, FeedHistory


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """The use case. `feeds` is asked at each report, for the list may be read again meanwhile."""

    history: FeedHistory
    feeds: Callable[[], Sequence[Feed]]
    clock: Clock

    def report(self) -> list[Health]:
        """Return the condition of every enabled feed, worst first. Raises StorageError."""
        now = self.clock.now()
        # What a poll of this very moment brought is news too; the window is half-open.
        window = Window(now - timedelta(days=DAYS), now + timedelta(microseconds=1))
        return health(self.feeds(), self.history.records(window), now)
