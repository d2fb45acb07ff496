"""Sweeps without an engine: what a command hands out is done at once, in this process."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event

import pytest
import sqlalchemy as sa

import make
from fakes import FakeClock
from monitor.adapters import leases, tables
from monitor.adapters.database import Database
from monitor.adapters.metrics import PrometheusMeter
from monitor.adapters.part_rows import PartBook, SqlParts
from monitor.adapters.rematch_rows import RematchBook
from monitor.adapters.store import SqlStore
from monitor.adapters.sweep_rows import SqlSweeps
from monitor.app.keeping import Keeping
from monitor.domain.errors import ConfigError, LeaseLostError, NotFoundError
from monitor.domain.rematch import Compared, Slice
from monitor.domain.sweep import Part, Progress, Purpose, Sweep
from monitor.ports.service import Job, JobsState, Lease, Transaction
from monitor.services.hosts import FENCE
from monitor.services.rematch import Rematch
from monitor.services.sweep import TASK, DoPart, HandOut

Kept = Callable[..., Keeping]
ITEMS = 10


class AtOnce:
    """Keeps the port `Jobs`: what is enqueued is done as soon as its transaction is committed."""

    def __init__(self, do: Callable[[Job], None], workers: int = 1) -> None:
        self._do, self._workers = do, workers
        self.done: list[str] = []

    def prepare(self) -> None:
        """Nothing is needed."""

    def enqueue(self, jobs: Sequence[Job], within: Transaction) -> None:
        within.after_commit(lambda: self._do_all(jobs))

    def room(self) -> int:
        return 1

    def state(self) -> JobsState:
        return JobsState(0, 0, workers=self._workers)

    def reap(self, give_back: Callable[[Job], None]) -> int:
        del give_back
        return 0

    def settle(self, wait: timedelta) -> bool:
        del wait
        return True

    def close(self) -> None:
        """Nothing is open."""

    def _do_all(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            self.done.append(job.key)
            self._do(job)


@dataclass
class Workers:
    """A sweep on an archive, with a worker that has the same catalogue."""

    database: Database
    keeping: Keeping
    clock: FakeClock = field(default_factory=FakeClock)
    fails: str = ""
    stops_after: int = 0
    stop: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.sweeps = SqlSweeps(self.database)
        self.parts = SqlParts(self.database)
        self.does = DoPart(
            self.parts,
            leases.parts(self.database),
            {Purpose.REMATCH: self._rematch},
            self.clock,
            PrometheusMeter(),
            self.stop,
        )
        self.jobs = AtOnce(self.does)

    def begin(self, *, full: bool = True) -> tuple[Sweep, Sequence[int] | None]:
        plan, candidates = self.keeping.planned(None, full=full)
        run = RematchBook(self.database, candidates).begin(plan, self.clock.now())
        items = None if candidates is None else sorted(candidates)
        return self.sweeps.rematch(run, self.clock.now()), items

    def hand_out(self, sweep: Sweep, items: Sequence[int] | None = None) -> Progress | None:
        hand_out = HandOut(self.sweeps, self.jobs, lambda: 0, self.clock)
        return hand_out(sweep, items, nothing)

    def column(self, name: str) -> list[object]:
        query = sa.select(tables.sweep_part.c[name]).order_by(tables.sweep_part.c.first)
        with self.database.reading() as connection:
            return list(connection.execute(query).scalars())

    def claimed(self, sweep: Sweep) -> Sequence[Lease]:
        with self.sweeps.claiming(sweep, self.clock.now(), 9) as (_, taken):
            pass
        return sorted(taken, key=lambda one: one.name)

    def voided(self) -> None:
        """Let all leases lapse."""
        long_ago = sa.update(tables.sweep_part).where(tables.sweep_part.c.leased_until.is_not(None))
        with self.database.writing() as connection:
            connection.execute(long_ago.values(leased_until=make.NOW - timedelta(days=99)))

    def spread(self, tasks: Iterable[Slice], jobs: int) -> Iterator[Compared]:
        del jobs
        do = self.keeping.hire(None)()
        for number, one in enumerate(tasks, 1):
            yield do(one)
            if number == self.stops_after:
                self.stop.set()

    def _rematch(
        self, part: Part, lease: Lease, until: Callable[[Iterator[Slice]], Iterator[Slice]]
    ) -> None:
        if self.fails:
            raise ConfigError(self.fails)

        def spread(tasks: Iterable[Slice], jobs: int) -> Iterator[Compared]:
            return self.spread(until(iter(tasks)), jobs)

        book = PartBook(self.database, part, lease)
        Rematch(book, self.clock, spread).run(part.sweep.plan, 1, nothing)


def nothing(_done: int, _all: int) -> None:
    """Be told, and do nothing."""


@pytest.fixture
def workers(
    database: Database, keeping: Kept, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> Workers:
    monkeypatch.setattr("monitor.adapters.sweep_rows.PART", 4)
    titles = [f"Tajna brana broj {number}" for number in range(ITEMS)]
    store.record(make.poll(*map(make.item, titles)), make.feed())
    return Workers(database, keeping(brana="tajna brana"))


def test_every_part_is_done_once(workers: Workers) -> None:
    sweep, _ = workers.begin()

    done = workers.hand_out(sweep)

    assert done
    assert (done.parts, done.items, done.items_done) == (3, ITEMS, ITEMS)
    run = workers.sweeps.run(sweep)
    assert (run.items, run.gained, run.lost) == (ITEMS, ITEMS, 0)
    assert workers.column("size") == [4, 4, 2]
    assert len(workers.jobs.done) == 3


@pytest.mark.parametrize("full", [True, False])
def test_items_of_the_last_century_are_of_a_part_too(
    workers: Workers, store: SqlStore, *, full: bool
) -> None:
    old = make.item("Tajna brana iz prošlog veka")
    store.record(make.poll(old, at=make.NOW.replace(year=1998)), make.feed())
    sweep, candidates = workers.begin(full=full)

    workers.hand_out(sweep, candidates)

    assert workers.sweeps.run(sweep).gained == ITEMS + 1


def test_a_later_command_does_what_is_left(workers: Workers) -> None:
    sweep, _ = workers.begin()
    workers.sweeps.cut(sweep, None, workers.clock.now())
    first, *_ = workers.claimed(sweep)
    workers.does(Job(TASK, first.name, {FENCE: first.fence}))
    workers.voided()

    again, _ = workers.begin()
    workers.hand_out(again)

    assert again == sweep
    assert len(workers.jobs.done) == 2
    assert workers.sweeps.run(again).gained == ITEMS


def test_a_worker_that_is_told_to_stop_keeps_what_it_did(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.adapters.part_rows.IDS", 1)
    sweep, _ = workers.begin()
    workers.stops_after = 3
    with workers.database.reading() as connection:
        items = list(connection.execute(sa.select(tables.item.c.id)).scalars())
    workers.sweeps.cut(sweep, items, workers.clock.now())
    for one in workers.claimed(sweep):
        workers.does(Job(TASK, one.name, {FENCE: one.fence}))
    done = workers.column("items")
    workers.stop.clear()
    workers.stops_after = 0

    workers.hand_out(sweep, items)

    assert done == [3, 0, 0]
    assert workers.sweeps.run(sweep).items == ITEMS


def test_a_late_worker_writes_nothing(workers: Workers) -> None:
    sweep, _ = workers.begin()
    workers.sweeps.cut(sweep, None, workers.clock.now())
    lease, *_ = workers.claimed(sweep)
    part = workers.parts.taken(lease)
    assert part
    book = PartBook(workers.database, part, lease)
    workers.voided()
    workers.claimed(sweep)

    with pytest.raises(LeaseLostError):
        Rematch(book, workers.clock, workers.spread).run(sweep.plan, 1, nothing)

    assert workers.parts.taken(lease) is None
    assert workers.column("items") == [0, 0, 0]


def test_items_that_come_meanwhile_are_included(workers: Workers, store: SqlStore) -> None:
    sweep, _ = workers.begin()
    workers.sweeps.cut(sweep, None, workers.clock.now())
    more = make.poll(make.item("Tajna brana juče"), at=make.NOW + timedelta(days=1))
    store.record(more, make.feed())

    done = workers.hand_out(sweep)

    assert done
    assert (done.parts, done.items) == (4, ITEMS + 1)


def test_a_part_that_nobody_can_do_ends_the_command_with_its_reason(workers: Workers) -> None:
    workers.fails = "a worker has another catalogue"
    sweep, _ = workers.begin()

    with pytest.raises(ConfigError, match="workers fail: a worker has another catalogue"):
        workers.hand_out(sweep)
    workers.fails = ""
    workers.hand_out(sweep)

    assert workers.sweeps.run(sweep).gained == ITEMS


def test_nobody_waits_for_workers_that_are_not_there(workers: Workers) -> None:
    workers.jobs = AtOnce(workers.does, workers=0)
    sweep, _ = workers.begin()

    with pytest.raises(ConfigError, match="no worker is alive"):
        workers.hand_out(sweep)


def test_another_rematch_takes_the_place_of_an_unfinished_one(
    workers: Workers, keeping: Kept
) -> None:
    old, _ = workers.begin()
    workers.sweeps.cut(old, None, workers.clock.now())
    (lease, *_) = workers.claimed(old)

    workers.keeping = keeping(brana="tajna")
    new, _ = workers.begin()

    assert new != old
    assert workers.hand_out(old) is None
    assert workers.parts.taken(lease) is None
    with pytest.raises(NotFoundError, match="another rematch"):
        workers.sweeps.run(old)
