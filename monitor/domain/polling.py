"""One attempt on a feed and all that it changes: for success, "unchanged" and failure alike."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from monitor.domain.feed import FeedState
from monitor.domain.hit import Hit
from monitor.domain.item import Item
from monitor.domain.memory import Memory

NO_ENTRIES: Final = "no_entries"  # the note on a document that is a feed, and an empty one
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
    memory: Memory | None = None  # of the document's entries; None: as it was
    catalogue_version: str = ""
    matcher_version: str = ""
