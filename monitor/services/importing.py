"""Bring past items in: matched, stored once, with their own time of first sight."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Protocol

from monitor.domain.errors import ConfigError
from monitor.domain.feed import Feed, Outlet
from monitor.domain.hit import Passage
from monitor.domain.identity import sort_out
from monitor.domain.importing import Imported, Line, feed_of, item_of
from monitor.domain.item import KnownItem
from monitor.domain.rematch import Plan
from monitor.ports import Clock, Matcher

BATCH: Final = 2_000


class Shelf(Protocol):
    """The side of the database that takes past items in."""

    def known(self, outlet_id: str, keys: Sequence[str]) -> Mapping[str, KnownItem]:
        """Return the stored items of an outlet that bear any of these keys, by key."""

    def add(self, feeds: Iterable[Feed], items: Sequence[Imported], plan: Plan) -> None:
        """Store new items of these feeds with their hits, in one transaction."""


@dataclass(slots=True)
class Brought:
    """What came of an import. `bad` counts lines that are wrong."""

    new: int = 0
    known: int = 0
    hits: int = 0
    bad: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """The use case. `outlet` is that of rows that name none."""

    shelf: Shelf
    matcher: Matcher
    clock: Clock
    outlets: Mapping[str, Outlet]
    detect: Callable[[str], str] | None = None
    outlet: str = ""

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
        rest = iter(lines)
        while batch := list(islice(rest, BATCH)):
            self._store(self._read(batch, fault, brought), brought)
            told(brought.new + brought.known + brought.bad)
        return brought

    def _read(
        self, batch: Sequence[Line], fault: Callable[[int, ConfigError], None], brought: Brought
    ) -> dict[Feed, list[Imported]]:
        now = self.clock.now()
        found: dict[Feed, list[Imported]] = defaultdict(list)
        for number, row in batch:
            try:
                if isinstance(row, ConfigError):
                    raise row
                feed = feed_of(row, self.outlet, self.outlets)
                found[feed].append(item_of(row, feed, now, self.detect))
            except ConfigError as error:
                brought.bad += 1
                fault(number, error)
        return found

    def _store(self, batch: Mapping[Feed, Sequence[Imported]], brought: Brought) -> None:
        matched: list[Imported] = []
        for feed, items in batch.items():
            keys = [key for one in items for key in one.item.keys]
            known = self.shelf.known(feed.outlet.id, keys)
            firsts = {one.item.keys[0]: one for one in reversed(items)}
            new = [
                replace(firsts[item.keys[0]], item=item)
                for item in sort_out([one.item for one in items], known).new
            ]
            matched += self._matched(new, feed)
            brought.known += len(items) - len(new)
        plan = Plan(self.matcher.catalogue_version, self.matcher.matcher_version)
        self.shelf.add(batch, matched, plan)
        brought.new += len(matched)
        brought.hits += sum(len(one.hits) for one in matched)

    def _matched(self, items: Iterable[Imported], feed: Feed) -> Iterator[Imported]:
        for one in items:
            item = one.item
            passage = Passage(
                item.title, item.summary, item.text, item.lang, item.country, feed.outlet.kind
            )
            yield replace(one, hits=tuple(self.matcher.match(passage)))
