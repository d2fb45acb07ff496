"""Wiring of rematches and backtests that workers do: the command's side, and the worker's."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

from monitor.app.engine import jobs_of, reaping
from monitor.app.keeping import Compared, Told, is_few, rows_and_matcher
from monitor.domain.backtest import Difference
from monitor.domain.errors import ConfigError, NotFoundError
from monitor.domain.matching import MATCHER_VERSION, Matcher
from monitor.domain.rematch import Compared as Answer
from monitor.domain.rematch import Plan, Run, Slice
from monitor.domain.sweep import Part, Progress, Purpose, Sweep
from monitor.ports.service import Lease, Meter
from monitor.services.backtest import Scales
from monitor.services.parallel import Crew
from monitor.services.rematch import Hire, Rematch, Rows
from monitor.services.sweep import DoPart, HandOut

if TYPE_CHECKING:
    from monitor.app import App

NICE: Final = 10  # polls and deliveries of the same machine come first

Live = Callable[[], "App"]
UntilStopped = Callable[[Iterator[Slice]], Iterator[Slice]]


@dataclass(frozen=True, slots=True)
class Sweeping:
    """What `Keeping` does with processes here, done by workers wherever they are."""

    app: "App"

    def rematch(self, since: datetime | None, jobs: int, told: Told, *, full: bool) -> Run:
        """Bring every hit to what the present catalogue says. Raises StorageError, ConfigError.

        `jobs` counts for the few items that are not worth a worker.
        """
        from monitor.adapters.rematch_rows import RematchBook
        from monitor.adapters.sweep_rows import SqlSweeps

        database, clock, keeping = self.app.database, self.app.clock, self.app.keeping
        plan, candidates = keeping.planned(since, full=full)
        if is_few(candidates):
            return keeping.apply(plan, candidates, jobs, told)
        book, sweeps = RematchBook(database, candidates), SqlSweeps(database)
        sweep = sweeps.rematch(book.begin(plan, clock.now()), clock.now())
        self._hand_out(sweep, candidates, told)
        run = sweeps.run(sweep)
        book.finish(run, clock.now())
        sweeps.end(sweep)
        return run

    def backtest(self, candidate: Path, since: datetime | None, jobs: int, told: Told) -> Compared:
        """Hold the catalogue of a directory against the present one, on the archive.

        Raises StorageError, ConfigError.
        """
        from monitor.adapters import catalogue
        from monitor.adapters.shipped import packed
        from monitor.adapters.sweep_rows import SqlSweeps

        keeping, clock = self.app.keeping, self.app.clock
        other = catalogue.load(candidate)
        chosen = keeping.chosen(other, since)
        if is_few(chosen):
            return keeping.weigh(candidate, other, chosen, (since, jobs), told)
        sweeps, plan = SqlSweeps(self.app.database), Plan(keeping.version, MATCHER_VERSION, since)
        sweep = sweeps.backtest(plan, other.version, packed(candidate), clock.now())
        done = self._hand_out(sweep, chosen, told)
        if done is None:
            raise NotFoundError("another command ended this backtest; start it again")
        found = sweeps.differences(sweep)
        compared = keeping.compared(found, other, lambda: done.items_done)
        sweeps.end(sweep)
        return compared

    def _hand_out(self, sweep: Sweep, items: set[int] | None, told: Told) -> Progress | None:
        from monitor.adapters.sweep_rows import SqlSweeps

        jobs = jobs_of(self.app, {})
        jobs.prepare()
        hand_out = HandOut(
            SqlSweeps(self.app.database), jobs, reaping(self.app, jobs), self.app.clock
        )
        return hand_out(sweep, None if items is None else sorted(items), told)


class Hands:
    """The worker's side: what does a part, with processes of its own."""

    def __init__(self, live: Live, processes: int) -> None:
        self._live, self._crew = live, Crew(processes)

    def job(self, meter: Meter, stop: Event) -> DoPart:
        """Return the job that does a part."""
        from monitor.adapters import leases
        from monitor.adapters.part_rows import SqlParts

        database, clock = self._live().database, self._live().clock
        does = {Purpose.REMATCH: self._rematch, Purpose.BACKTEST: self._backtest}
        return DoPart(SqlParts(database), leases.parts(database), does, clock, meter, stop)

    def close(self) -> None:
        """Let the processes leave."""
        self._crew.close()

    def _rematch(self, part: Part, lease: Lease, until_stopped: UntilStopped) -> None:
        from monitor.adapters.part_rows import PartBook

        app, sweep = self._live(), part.sweep
        hire = Hire(partial(_matcher, app.keeping.url, app.narratives_directory, sweep))

        def spread(tasks: Iterable[Slice], jobs: int) -> Iterator[Answer]:
            del jobs  # parts are done at once, the slices of one after another
            for one in until_stopped(iter(tasks)):
                yield self._crew.do(str(sweep.id), hire, one)

        book = PartBook(app.database, part, lease)
        Rematch(book, app.clock, spread).run(sweep.plan, 1, lambda _done, _total: None)

    def _backtest(self, part: Part, lease: Lease, until_stopped: UntilStopped) -> None:
        from monitor.adapters.part_rows import SqlParts

        app, sweep = self._live(), part.sweep
        scales = Scales(partial(_matchers, app.keeping.url, app.narratives_directory, sweep))
        parts, items, found = SqlParts(app.database), 0, list[Difference]()
        for one in until_stopped(parts.slices(part)):
            weighed = self._crew.do(str(sweep.id), scales, one)
            items += weighed.items
            found += weighed.differences
        parts.keep(lease, items, found, app.clock.now())


def _matcher(url: str, narratives: Path, sweep: Sweep) -> tuple[Rows, Matcher]:
    """Return what a process does a rematch with. Raises ConfigError if its catalogue is another."""
    with suppress(OSError):  # where that is not allowed
        os.nice(NICE - os.nice(0))
    rows, matcher = rows_and_matcher(url, narratives, sweep.plan.since)
    ours = (matcher.catalogue_version, MATCHER_VERSION)
    wanted = (sweep.plan.catalogue_version, sweep.plan.matcher_version)
    if ours != wanted:
        raise ConfigError(
            f"a worker has catalogue {ours[0]} (matcher {ours[1]}), the command {wanted[0]} "
            f"({wanted[1]}); give both the same program and narratives",
            file=str(narratives),
        )
    return rows, matcher


def _matchers(url: str, narratives: Path, sweep: Sweep) -> tuple[Rows, Matcher, Matcher]:
    """Return what a process does a backtest with, the candidate as it was sent along."""
    from contextlib import closing

    from monitor.adapters.compiled import matcher_of
    from monitor.adapters.database import Database
    from monitor.adapters.shipped import unpacked
    from monitor.adapters.sweep_rows import candidate_files

    rows, present = _matcher(url, narratives, sweep)
    with closing(Database(url)) as database, database.reading() as connection:
        files = candidate_files(connection, sweep.id)
    with unpacked(files) as home:
        candidate = matcher_of(home)
    if candidate.catalogue_version != sweep.candidate_version:
        what = f"the candidate arrived as {candidate.catalogue_version}, not as"
        raise ConfigError(f"{what} {sweep.candidate_version}; give both the same program")
    return rows, present, candidate
