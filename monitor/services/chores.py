"""What the service does now and then, one process at a time: leased like hosts, kept in rows."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.domain.errors import MonitorError, StorageError
from monitor.domain.schedule import CLOCK_SLACK
from monitor.ports import Clock
from monitor.ports.service import Job, Jobs, Lease, Leases, Meter
from monitor.services.boundary import boundary
from monitor.services.hosts import FENCE

log = logging.getLogger(__name__)
TASK = "chore"


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to do at an interval."""

    every: timedelta
    do: Callable[[], None]


@dataclass(slots=True)
class Chores:
    """The tick of chores, and the job that does one."""

    chores: Mapping[str, Chore]
    leases: Leases
    clock: Clock
    meter: Meter
    _ticked_at: datetime | None = None

    def plan(self) -> None:
        """Know every chore; a new one is due at once, others when they were. Raises StorageError.

        None waits for longer than its interval: the clock may have been set back.
        """
        now = self.clock.now()
        latest = {name: now + chore.every + CLOCK_SLACK for name, chore in self.chores.items()}
        self.leases.learn(latest, now)

    def tick(self, jobs: Jobs) -> None:
        """Lease the chores that are due and enqueue them."""
        now = self.clock.now()
        try:
            if self._ticked_at and now < self._ticked_at - CLOCK_SLACK:
                self.plan()
            self._ticked_at = now
            if not self.leases.waiting(now):
                return
            names = list(self.chores)
            with self.leases.claiming(now, len(names), names) as (transaction, leases):
                due = [Job(TASK, lease.name, {FENCE: lease.fence}) for lease in leases]
                jobs.enqueue(due, transaction)
        except StorageError as error:
            log.debug("chores wait: %s", error)  # the tick of hosts says so aloud

    def __call__(self, job: Job) -> None:
        """Do one chore and give its lease back, whatever came of it."""
        chore, started = self.chores[job.key], self.clock.now()
        result = "failed"
        try:
            with boundary(f"chore {job.key}"):
                chore.do()
                result = "done"
        except MonitorError as error:
            log.error("chore %s: %s", job.key, error)  # noqa: TRY400 - expected: no trace
        now = self.clock.now()
        self.meter.ran(job.key, result, now - started)
        lease = Lease(job.key, int(job.arguments[FENCE]))
        try:
            self.leases.release(lease, now + chore.every)
        except StorageError as error:
            log.warning("chore %s keeps its lease until it lapses: %s", job.key, error)
