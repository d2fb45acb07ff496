"""What pages look up one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.domain.digest import Window
from monitor.domain.hit import ArchivedHit
from monitor.domain.polling import FetchEvent
from monitor.domain.propagation import Propagation, Sighting
from monitor.ports import Filters


@dataclass(frozen=True, slots=True)
class StoredItem:
    """One item with all that is kept of it."""

    item_id: int
    title: str
    summary: str
    text: str
    url: str
    outlet_id: str
    outlet_name: str
    feed_id: str
    country: str
    lang: str
    published_at: datetime | None
    first_seen_at: datetime
    edited_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """What an item said until it was edited."""

    version: int
    title: str
    summary: str
    text: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Story:
    """Items that say the same, those that our feeds brought first at the head."""

    story_id: int
    items: tuple[Sighting, ...]
    spread: Propagation


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items carried a narrative, by one property of theirs."""

    key: str
    items: int


class Reading(Protocol):
    """The side of the database that pages look single things up in."""

    def item(self, item_id: int) -> StoredItem | None:
        """Return an item, or None for one that is not there."""

    def versions(self, item_id: int) -> Sequence[StoredVersion]:
        """Return what the item said before, the first version first."""

    def hits_of(self, item_id: int) -> Sequence[ArchivedHit]:
        """Return the live hits of one item, best first."""

    def count(self, filters: Filters, most: int, *, with_hits: bool) -> int | None:
        """Return how many items a search finds, `most` at most; None where counting takes long."""

    def days(self, narrative: str, window: Window) -> Sequence[Tally]:
        """Return digest-grade items by day (UTC, ISO 8601), days without any left out."""

    def days_of_all(self, window: Window) -> Mapping[str, Sequence[Tally]]:
        """Return what `days` does, of every narrative that has any."""

    def found_at(self, window: Window) -> Sequence[datetime]:
        """Return when each item with a digest-grade hit was first seen, to about a second."""

    def began_at(self) -> datetime | None:
        """Return when the first item that is kept was seen; None while there is none."""

    def spread(self, narrative: str, window: Window) -> Sequence[tuple[str, str, int]]:
        """Return (country, language, digest-grade items), most items first."""

    def outlets(self, narrative: str, window: Window) -> Sequence[tuple[str, str, int]]:
        """Return (outlet, country, digest-grade items) by the outlet's name."""

    def story(self, number: int) -> Story | None:
        """Return the story with that number, or of the item with it; None where neither is."""

    def propagation(self, narrative: str, window: Window) -> Propagation:
        """Return where digest-grade items carried a narrative first in our feeds, then next."""

    def feed_events(self, feed_id: str, limit: int) -> Sequence[FetchEvent]:
        """Return a feed's last fetch events, newest first."""
