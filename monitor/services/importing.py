"""Bring past items in: read and matched by processes, stored once, with their own time of first sight."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Final, Protocol

from monitor.domain.errors import ConfigError
from monitor.domain.feed import Feed, Outlet
from monitor.domain.hit import Passage
from monitor.domain.identity import sort_out
from monitor.domain.importing import Imported, Line, Row, Vocabulary, feed_of, item_of
from monitor.domain.imprint import Imprint
from monitor.domain.item import KnownItem
from monitor.domain.rematch import Plan
from monitor.ports import Matcher
from monitor.services.parallel import in_order

PART: Final = 500  # lines that a process reads at once
AHEAD: Final = 12  # such parts a process: enough to do while a transaction is written
# Items of a transaction. The more, the fewer pages are written twice, for keys land anywhere in
# the file; but polls wait for its two or three seconds.
BATCH: Final = 20_000


class Shelf(Protocol):
    """The side of the database that takes past items in."""

    def known(self, outlets: Iterable[str], keys: Sequence[str]) -> Mapping[str, KnownItem]:
        """Return the stored items of outlets that bear any of these keys, by key."""

    def add(
        self, feeds: Collection[Feed], items: Sequence[Imported], plan: Plan, unmet: Iterable[str]
    ) -> bool:
        """Store new items of these feeds with their hits, in one transaction.

        Return False, and store none, where somebody else has stored one of them meanwhile.
        `unmet` are the words of theirs that no transaction before was given.
        """

    def settle(self) -> None:
        """Make searches quick again, after the last items."""


@dataclass(slots=True)
class Brought:
    """What came of an import. `bad` counts lines that are wrong."""

    new: int = 0
    known: int = 0
    hits: int = 0
    bad: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """What some lines hold: items ready to be stored, and what is wrong with others.

    `unmet` are the words of theirs that the process meets for the first time.
    """

    items: tuple[tuple[Feed, Imported], ...]
    faults: tuple[tuple[int, ConfigError], ...]
    unmet: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reader:
    """Makes items of lines. `outlet` is that of lines that name none; none is of after `now`."""

    decode: Callable[[bytes], Row]
    matcher: Matcher
    now: datetime
    outlets: Mapping[str, Outlet]
    detect: Callable[[str], str] | None = None
    outlet: str = ""
    vocabulary: Vocabulary = field(default_factory=Vocabulary, repr=False, compare=False)

    def __call__(self, lines: Sequence[Line]) -> Part:
        """Read, match and fold."""
        items: list[tuple[Feed, Imported]] = []
        faults: list[tuple[int, ConfigError]] = []
        for number, line in lines:
            try:
                if isinstance(line, ConfigError):
                    raise line
                row = self.decode(line) if isinstance(line, bytes) else line
                feed = feed_of(row, self.outlet, self.outlets)
                items.append((feed, self._ready(item_of(row, feed, self.now, self.detect), feed)))
            except ConfigError as error:
                faults.append((number, error))
        imprints = [one.imprint for _, one in items if one.imprint]
        return Part(tuple(items), tuple(faults), self.vocabulary.unmet(imprints))

    def _ready(self, one: Imported, feed: Feed) -> Imported:
        item = one.item
        fields = item.title, item.summary, item.text
        passage = Passage(*fields, item.lang, item.country, feed.outlet.kind)
        hits = tuple(self.matcher.match(passage))
        return replace(one, hits=hits, imprint=Imprint.of(*fields))


@dataclass(frozen=True, slots=True)
class Import:
    """The use case. `hire` builds what reads lines, in each of `jobs` processes."""

    shelf: Shelf
    plan: Plan
    hire: Callable[[], Callable[[Sequence[Line]], Part]]
    jobs: int = 1

    def run(
        self,
        lines: Iterable[Line],
        fault: Callable[[int, ConfigError], None],
        told: Callable[[int], None],
    ) -> Brought:
        """Store what is new; a line that is wrong is told to `fault`, and the others stored.

        Bringing the same file twice is harmless. Raises StorageError.
        """
        brought = Brought()
        waiting: list[tuple[Feed, Imported]] = []
        unmet: set[str] = set()
        with closing(in_order(self.hire, _parts(lines), self.jobs, AHEAD)) as parts:
            for part in parts:
                for number, error in part.faults:
                    brought.bad += 1
                    fault(number, error)
                waiting += part.items
                unmet |= part.unmet
                if len(waiting) >= BATCH:
                    self._store(waiting, unmet, brought)
                    waiting = []
                    told(brought.new + brought.known + brought.bad)
        self._store(waiting, unmet, brought)
        self.shelf.settle()
        told(brought.new + brought.known + brought.bad)
        return brought

    def _store(
        self, batch: Sequence[tuple[Feed, Imported]], unmet: set[str], brought: Brought
    ) -> None:
        by_feed: dict[Feed, list[Imported]] = defaultdict(list)
        for feed, one in batch:
            by_feed[feed].append(one)
        new = self._unknown(by_feed)
        while new and not self.shelf.add(by_feed, new, self.plan, unmet):
            new = self._unknown(by_feed)  # a poll or another import brought some of them meanwhile
        if new:
            unmet.clear()  # where nothing is new they wait: a later item may bear them
        brought.known += len(batch) - len(new)
        brought.new += len(new)
        brought.hits += sum(len(one.hits) for one in new)

    def _unknown(self, by_feed: Mapping[Feed, Sequence[Imported]]) -> list[Imported]:
        """Return those items that are stored nowhere, each once."""
        keys = [key for items in by_feed.values() for one in items for key in one.item.keys]
        known = self.shelf.known({feed.outlet.id for feed in by_feed}, keys)
        all_new = not known and len(set(keys)) == len(keys)
        new: list[Imported] = []
        for items in by_feed.values():
            new += items if all_new else _new(items, known)
        return new


def _parts(lines: Iterable[Line]) -> Iterator[list[Line]]:
    rest = iter(lines)
    while part := list(islice(rest, PART)):
        yield part


def _new(items: Sequence[Imported], known: Mapping[str, KnownItem]) -> Iterator[Imported]:
    """Yield those items of one feed that are stored nowhere, each once."""
    firsts = {one.item.keys[0]: one for one in reversed(items)}
    for item in sort_out([one.item for one in items], known).new:
        yield replace(firsts[item.keys[0]], item=item)
