"""From a fetched document to what is new in it, reading no more of it than must be read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from monitor.domain.errors import ParseError
from monitor.domain.feed import Document, Feed
from monitor.domain.identity import Sorted, sort_out
from monitor.domain.item import Item, KnownItem, ParsedFeed
from monitor.domain.memory import Memory
from monitor.domain.normalise import normalise
from monitor.domain.polling import NO_ENTRIES
from monitor.domain.skim import Pieces, cut, remember
from monitor.ports import Parser, Store
from monitor.services.boundary import boundary

_COSTLY: Final = frozenset({"parse_timeout", "parse_crashed"})
_MALFORMED: Final = "malformed"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document brought. `skips` are all that was dropped, by reason, in any order.

    `memory` is what to remember of its entries from now on; None: what was remembered before.
    """

    found: Sorted
    skips: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]
    min_interval_s: int
    memory: Memory | None


@dataclass(frozen=True, slots=True)
class _Read:
    """Entries as they were read: an item each, or the reason why there is none."""

    parsed: ParsedFeed
    made: tuple[Item | str, ...]
    known: Mapping[str, KnownItem]
    found: Sorted

    @property
    def skips(self) -> tuple[tuple[str, int], ...]:
        reasons = [(reason, 1) for reason in self.made if isinstance(reason, str)]
        return (*self.parsed.dropped, *reasons, *self.found.skips)

    @property
    def is_clean(self) -> bool:
        return not self.parsed.dropped and _MALFORMED not in self.parsed.notes


@dataclass(frozen=True, slots=True)
class DocumentReader:
    """Reads documents; `detect` is as in `PollFeeds`."""

    parser: Parser
    store: Store
    detect: Callable[[str], str] | None = None

    def read(self, feed: Feed, document: Document, now: datetime) -> Reading:
        """Return what the document brings, as if all of it were read. Raises ParseError."""
        pieces = cut(document, feed)
        memory = self.store.memory(feed.id) if pieces else Memory()
        skimmed = self._skim(feed, document, pieces, memory, now) if pieces else None
        return skimmed or self._whole(feed, document, pieces, now)

    def _whole(
        self, feed: Feed, document: Document, pieces: Pieces | None, now: datetime
    ) -> Reading:
        read = self._read(feed, document, now)
        keys: Mapping[bytes, tuple[str, ...]] = {}
        if pieces and read.is_clean and len(pieces.blocks) == len(read.made):
            keys = remember(pieces.blocks, read.made, read.found, read.known)
        memory = Memory(keys, read.parsed.encoding, read.parsed.min_interval_s)
        reading = _reading(read, read.found, memory if keys else Memory())
        return reading if read.made else replace(reading, notes=(*reading.notes, NO_ENTRIES))

    def _skim(
        self, feed: Feed, document: Document, pieces: Pieces, memory: Memory, now: datetime
    ) -> Reading | None:
        """Read what is not remembered; None where only the whole document can tell."""
        fresh = [block for block in pieces.blocks if block.digest not in memory.keys]
        kept = {b.digest: memory.keys[b.digest] for b in pieces.blocks if b.digest in memory.keys}
        if not kept:
            return None
        read = _Read(ParsedFeed((), "", memory.min_interval_s), (), {}, Sorted())
        if fresh:
            rest = replace(document, body=pieces.without(kept), encoding=memory.encoding)
            try:
                read = self._read(feed, rest, now)
            except ParseError as error:
                if error.reason in _COSTLY:
                    raise
                return None
            if not read.is_clean or len(read.made) != len(fresh) or _touches(read, kept):
                return None
        keys = kept | remember(fresh, read.made, read.found, read.known)
        found = replace(read.found, known_count=read.found.known_count + len(kept))
        after = Memory(keys, memory.encoding, read.parsed.min_interval_s)
        return _reading(read, found, after if after != memory else None)

    def _read(self, feed: Feed, document: Document, now: datetime) -> _Read:
        parsed = self.parser.parse(document, feed.type)
        made = self._items(feed, parsed, now)
        items = [item for item in made if isinstance(item, Item)]
        known = self.store.known(feed.outlet.id, [key for item in items for key in item.keys])
        return _Read(parsed, made, known, sort_out(items, known))

    def _items(self, feed: Feed, parsed: ParsedFeed, now: datetime) -> tuple[Item | str, ...]:
        items: list[Item | str] = []
        for entry in parsed.entries:
            made: Item | str = "program_fault"
            with boundary(f"an entry of feed {feed.id}"):
                made = normalise(entry, feed, now, parsed.language, self.detect)
            items.append(made)
        return tuple(items)


def _touches(read: _Read, kept: Mapping[bytes, Sequence[str]]) -> bool:
    """Say whether what was read may be the same item as something that was not."""
    theirs = {key for keys in kept.values() for key in keys}
    ours = {key for item in read.made if isinstance(item, Item) for key in item.keys}
    return not theirs.isdisjoint(ours | {key for one in read.known.values() for key in one.keys})


def _reading(read: _Read, found: Sorted, memory: Memory | None) -> Reading:
    return Reading(found, read.skips, read.parsed.notes, read.parsed.min_interval_s, memory)
