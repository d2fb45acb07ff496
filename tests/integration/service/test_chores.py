from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from fakes import FakeClock
from monitor.adapters.database import Database
from monitor.adapters.jobs import EmbeddedJobs
from monitor.adapters.leases import chores
from monitor.adapters.metrics import PrometheusMeter
from monitor.services.chores import TASK, Chore, Chores

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Running:
    """A service on a database, that does nothing but note which chores it did."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.done: list[str] = []
        self._chores = Chores(
            {
                "deliver": Chore(MINUTE, lambda: self.done.append("deliver")),
                "feeds": Chore(60 * MINUTE, lambda: self.done.append("feeds")),
            },
            chores(database),
            clock,
            PrometheusMeter(),
        )
        self.jobs = EmbeddedJobs({TASK: self._chores})
        self._chores.plan()

    def tick(self) -> None:
        self._chores.tick(self.jobs)
        assert self.jobs.settle(MINUTE)


@contextmanager
def running(database: Database, clock: FakeClock) -> Iterator[Running]:
    service = Running(database, clock)
    yield service
    service.jobs.close()


def test_chores_are_done_at_their_intervals_and_once_after_a_long_sleep(database: Database) -> None:
    clock = FakeClock()
    with running(database, clock) as service:
        for wait in (timedelta(0), MINUTE, MINUTE, 3 * DAY, timedelta(0)):
            clock.sleep(wait)
            service.tick()

    assert (service.done.count("deliver"), service.done.count("feeds")) == (4, 2)


@pytest.mark.parametrize("restarts", [False, True])
def test_a_clock_that_went_a_day_ahead_and_back_stops_no_chore(
    database: Database, *, restarts: bool
) -> None:
    clock = FakeClock()
    clock.at += DAY
    with running(database, clock) as service:
        service.tick()
        clock.at -= DAY - MINUTE
        if not restarts:
            service.tick()
            assert sorted(service.done) == ["deliver", "deliver", "feeds", "feeds"]
    if restarts:
        with running(database, clock) as again:
            again.tick()
        assert sorted(again.done) == ["deliver", "feeds"]
