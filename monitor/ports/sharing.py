"""What sharing needs from the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from monitor.domain.hit import ArchivedHit
from monitor.domain.sharing import Print, Shared
from monitor.ports import Filters


class SharedBook(Protocol):
    """The book of what left the installation."""

    def installation(self) -> str:
        """Return this installation's own id, made at first."""

    def note(self, kind: str, prints: Mapping[str, Print], now: datetime) -> Mapping[str, Shared]:
        """Note that these things leave as they are now, by key; return what is known of each.

        Nothing is written where all of them left like this before.
        """

    def retracted(self, filters: Filters) -> Sequence[ArchivedHit]:
        """Return hits that left or were told in a digest, and may be relied on no more.

        Newest item first. The window is that of the item or that of the retraction; of the
        filters, stances and reviews are left aside. Erased items are blank.
        """

    def named(self, hit_ids: Sequence[int]) -> Sequence[ArchivedHit]:
        """Return these hits, retracted ones too, newest item first."""
