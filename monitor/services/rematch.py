"""Apply a catalogue to the whole archive: read and matched by processes, written by one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.domain.rematch import Change, Compared, Plan, Run, Slice, Stored, compare
from monitor.ports import Clock, Matcher


class Rows(Protocol):
    """The items of the archive, read by the processes that match."""

    def stored(self, part: Slice) -> Iterable[Stored]:
        """Return the items of a slice, in order. Raises StorageError."""


class Book(Protocol):
    """The side of the database that one process writes to."""

    def begin(self, plan: Plan, now: datetime) -> Run:
        """Return the unfinished run of the same plan, else a new one. Raises StorageError."""

    def slices(self, run: Run) -> Iterator[Slice]:
        """Yield what is left to do, in order; items that come meanwhile are included."""

    def total(self, run: Run) -> int:
        """Return about how many items are left to do."""

    def commit(self, run: Run, done: Compared, now: datetime) -> tuple[Run, tuple[int, ...]]:
        """Write what changed and how far the run is, in one transaction.

        Items that were edited since they were read are not written but returned.
        """

    def finish(self, run: Run, now: datetime) -> None:
        """Say that the archive is as this catalogue would have made it."""


class Spread(Protocol):
    """The hands that compare slices: processes of this machine, each with rows and a matcher."""

    def __call__(self, tasks: Iterable[Slice], jobs: int) -> Iterator[Compared]:
        """Yield what came of every slice, in their order; `jobs` are done at once, at most."""


@dataclass(frozen=True, slots=True)
class Hire:
    """Builds the work of one process. `build` must be picklable."""

    build: Callable[[], tuple[Rows, Matcher]]

    def __call__(self) -> Callable[[Slice], Compared]:
        """Return what compares a slice."""
        rows, matcher = self.build()
        return lambda part: compared(part, rows.stored(part), matcher)


def compared(part: Slice, items: Iterable[Stored], matcher: Matcher) -> Compared:
    """Match the items of a slice again and return those whose hits change."""
    count = 0
    changes: list[Change] = []
    for item in items:
        count += 1
        found = matcher.match(item.passage)
        if found or item.hits:
            change = compare(item.item_id, item.content_hash, item.hits, found)
            if change:
                changes.append(change)
    return Compared(part, count, tuple(changes))


@dataclass(frozen=True, slots=True)
class Rematch:
    """The use case. A run that was stopped goes on where it was."""

    book: Book
    clock: Clock
    spread: Spread

    def run(self, plan: Plan, jobs: int, seen: Callable[[int, int], None]) -> Run:
        """Apply the plan; `seen` is told how many items are done and how many there are.

        Raises StorageError.
        """
        run = self.book.begin(plan, self.clock.now())
        done_before, total = run.items, self.book.total(run)
        again: list[int] = []
        for done in self.spread(self.book.slices(run), jobs):
            run, refused = self.book.commit(run, done, self.clock.now())
            again += refused
            seen(run.items - done_before, total)
        while again:  # edited while they were matched: few, if any
            part = Slice(run.position, run.position, tuple(sorted(again)))
            (done,) = self.spread([part], 1)
            run, refused = self.book.commit(run, done, self.clock.now())
            again = list(refused)
        self.book.finish(run, self.clock.now())
        return run
