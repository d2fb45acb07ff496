"""Bring hits out: each under its permanent name, retracted ones among them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from itertools import islice
from typing import Final

from monitor.domain.hit import ArchivedHit
from monitor.domain.sharing import HIT, Names, Print, Shared, SharedHit, print_of_hit
from monitor.ports import Archive, Clock, Filters
from monitor.ports.sharing import SharedBook

BATCH: Final = 500  # hits that are noted at once, before the first of them leaves


@dataclass(frozen=True)
class Share:
    """The use case. Whatever leaves is noted before, so that its retraction can follow it."""

    archive: Archive
    book: SharedBook
    clock: Clock

    @cached_property
    def names(self) -> Names:
        """The permanent names that this installation gives."""
        return Names(self.book.installation())

    def search(
        self, filters: Filters, found: Iterable[ArchivedHit] | None = None
    ) -> Iterator[SharedHit]:
        """Yield every hit of a search, and retractions of hits that left before; newest first.

        `found` are the hits of the search, where they were read already. Raises StorageError,
        ConfigError.
        """
        found = self.archive.window_hits(filters) if found is None else found
        retracted = self.book.retracted(filters)
        buried = {one.hit_id for one in retracted}
        live = (one for one in found if one.hit_id not in buried)
        return self.noted(merge(retracted, live, key=_place, reverse=True))

    def named(self, hit_ids: Sequence[int]) -> Iterator[SharedHit]:
        """Yield these hits, newest first. Raises StorageError."""
        return self.noted(self.book.named(hit_ids))

    def noted(self, hits: Iterable[ArchivedHit]) -> Iterator[SharedHit]:
        """Yield the hits in their order, noted as shared."""
        rest = iter(hits)
        while some := list(islice(rest, BATCH)):
            prints = {str(one.hit_id): print_of_hit(one) for one in some}
            records = self.book.note(HIT, prints, self.clock.now())
            for one in some:
                story = self.names.story(int(one.story_id)) if one.story_id else ""
                record = records[str(one.hit_id)]
                yield SharedHit(one, self.names.hit(one.hit_id), record, story)

    def thing(self, kind: str, key: str, content: Print) -> Shared:
        """Note that something else leaves; return what is known of it."""
        return self.book.note(kind, {key: content}, self.clock.now())[key]


def _place(one: ArchivedHit) -> tuple[int, str]:
    return one.item_id, one.hit.narrative
