"""What preserving pages needs from outside."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from monitor.domain.preserving import Entry, Exchange, Fault, History, PageWanted


@dataclass(frozen=True, slots=True)
class Captured:
    """A page that was fetched: the address that it was found at, and all that was said."""

    final_url: str
    exchanges: tuple[Exchange, ...]


class Camera(Protocol):
    """The way to a page, with everything on record."""

    def capture(self, url: str, may_go: Callable[[str], bool]) -> Captured:
        """Fetch the page once, asking before each redirect whether it may be followed.

        Raises FetchError.
        """


class Vault(Protocol):
    """Where records are kept: files, and a manifest to which lines are only added."""

    def holding(self) -> AbstractContextManager[None]:
        """Be the only one who adds, for a block. Raises ConfigError where somebody else is."""

    def histories(self) -> Mapping[int, History]:
        """Return what is known of each item."""

    def keep(self, page: PageWanted, names: Sequence[str], captured: Captured) -> Entry:
        """Write the records, then the line that says so; return it. Raises ConfigError."""

    def add(self, entry: Entry) -> None:
        """Add a line. Raises ConfigError."""

    def remove(self, item_id: int, now: datetime) -> bool:
        """Delete what is kept of an item, and say so in the manifest; False: nothing was."""

    def faults(self) -> Sequence[Fault]:
        """Return all that is not as the manifest says; nothing is the good answer."""


class Hosts(Protocol):
    """The hosts that feeds are polled from: one request at a time each, whoever asks."""

    def holding(self, host: str, pause: timedelta) -> AbstractContextManager[bool]:
        """Keep polls off a host for a block and `pause` after it; False: it is being polled."""

    def asked_at(self, outlet_id: str) -> datetime | None:
        """Return when a feed of the outlet was last polled."""
