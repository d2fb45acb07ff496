"""The wiring of the archive's upkeep: backups, copies, imports, erasing, retention."""

import gc
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from monitor.domain.errors import ConfigError
from monitor.domain.feed import Feed, Outlet
from monitor.domain.rematch import Plan
from monitor.domain.weekday import WEEKS, DayTrend, unfinished
from monitor.ports import Clock, Matcher
from monitor.services.importing import Brought, Import, Reader

if TYPE_CHECKING:
    from monitor.adapters.database import Database

SELDOM: Final = 1_000_000  # values made
WORTH_PROCESSES: Final = 4 << 20  # bytes of a file: each process takes a second to begin

Told = Callable[[int, int], None]
Fault = Callable[[int, ConfigError], None]


@dataclass(frozen=True)
class Upkeep:
    """What an operator does to the archive. `feeds` and `matcher` are asked for when needed."""

    database: "Database"
    clock: Clock
    feeds: Callable[[], tuple[Feed, ...]]
    matcher: Callable[[], Matcher]
    narratives: Path
    used: Callable[[datetime], None]  # notes that items are matched with the present catalogue
    keep: Mapping[str, timedelta]
    unsettled: Callable[[datetime], Collection[str]]  # narratives whose rules changed since then

    def back_up(self, file: Path, told: Told) -> None:
        """Write a consistent copy while the service runs. Raises ConfigError, StorageError."""
        from monitor.adapters.backup import back_up

        back_up(self.database, file, self.clock.now(), told)

    def back_up_nightly(self, directory: Path) -> None:
        """Write the backup of the night, unless there is one, and delete what is too old.

        Raises ConfigError, StorageError.
        """
        from monitor.adapters.backup import written
        from monitor.domain.backups import plan

        due = plan(written(directory), self.clock.now())
        if due.name:
            self.back_up(directory / due.name, lambda _done, _total: None)
            for name in due.outdated:
                (directory / name).unlink(missing_ok=True)

    def restore(self, file: Path, told: Told, *, force: bool) -> None:
        """Bring a backup back. Raises ConfigError where there is something already."""
        from monitor.adapters.backup import restore

        restore(self.database, file, self.clock.now(), told, force=force)

    def bring(
        self, file: Path, outlet: str, jobs: int, fault: Fault, told: Callable[[int], None]
    ) -> Brought:
        """Import past items. Raises ConfigError for a file that cannot be read, StorageError."""
        from monitor.adapters.importing import SqlShelf, lines

        self.database.check(create=True)
        now = self.clock.now()
        shelf = SqlShelf(self.database, now)
        listed = {feed.outlet.id: feed.outlet for feed in self.feeds()}
        outlets = shelf.outlets() | listed
        self.used(now)
        matcher = self.matcher()
        plan = Plan(matcher.catalogue_version, matcher.matcher_version)
        is_small = file.exists() and file.stat().st_size < WORTH_PROCESSES
        hire = partial(_reader, self.narratives, now, outlets, outlet)
        service = Import(shelf, plan, hire, 1 if is_small else jobs)

        def heard(done: int) -> None:
            self.used(self.clock.now())  # a rematch may begin, and end, meanwhile
            told(done)

        with unhurried():
            return service.run(lines(file), fault, heard)

    def erase(self, item_id: int, reason: str) -> bool:
        """Take the words of an item out for good; False where that was done before."""
        from monitor.adapters.erasing import erase

        self.database.check()
        return erase(self.database, item_id, reason, self.clock.now())

    def forget(self, *, dry_run: bool) -> dict[str, int]:
        """Delete what is older than the settings keep it, or count it. Raises StorageError."""
        from monitor.adapters.retention import forget

        self.database.check()
        return forget(self.database, self.keep, self.clock.now(), dry_run=dry_run)

    def roll_up(self) -> None:
        """Count each past day that trends look at and that is not counted yet."""
        from monitor.adapters import rollups

        yesterday = self.clock.now().date() - timedelta(days=1)
        first = yesterday - timedelta(weeks=WEEKS)
        rollups.refresh(self.database, first, yesterday, self.clock.now())

    def trends(self, day: date) -> list[DayTrend]:
        """Return what can be said of every narrative on a day. Raises StorageError."""
        from monitor.adapters import rollups

        self.database.check()
        found = rollups.trends(self.database, day, self.unsettled)
        is_over = day < self.clock.now().date()
        return found if is_over else list(map(unfinished, found))

    def faults(self) -> list[str]:
        """Return what is wrong with the archive; nothing is the good answer. Slow."""
        from monitor.adapters.integrity import faults

        self.database.check()
        return faults(self.database)


def _reader(narratives: Path, now: datetime, outlets: Mapping[str, Outlet], outlet: str) -> Reader:
    from monitor.adapters.compiled import matcher_of
    from monitor.adapters.jsonlines import decoded
    from monitor.adapters.langid import LanguageDetector

    matcher = matcher_of(narratives)
    gc.freeze()  # the catalogue's tables never become garbage
    gc.set_threshold(SELDOM, 10, 10)
    return Reader(decoded, matcher, now, outlets, LanguageDetector(), outlet)


@contextmanager
def unhurried() -> Iterator[None]:
    """Let the collector of garbage look seldom, and never at what is there already.

    Thousands of items at once are hundreds of thousands of small values, none of them garbage
    before they are stored: looking for some among them takes a third of the time.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def copy(source: str, target: str, told: Told) -> dict[str, int]:
    """Copy an archive to an empty database, of either kind. Raises ConfigError, StorageError."""
    from contextlib import closing

    from monitor.adapters import copying
    from monitor.adapters.database import Database

    with closing(Database(source)) as one, closing(Database(target)) as other:
        return copying.copy(one, other, told)
