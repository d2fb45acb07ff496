"""What the service does now and then, one process at a time: leased like hosts, kept in rows."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from monitor.domain.errors import MonitorError, StorageError
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


@dataclass(frozen=True, slots=True)
class Chores:
    """The tick of chores, and the job that does one."""

    chores: Mapping[str, Chore]
    leases: Leases
    clock: Clock
    meter: Meter

    def plan(self) -> None:
        """Know every chore; a new one is due at once, others when they were. Raises StorageError."""
        self.leases.learn(list(self.chores), self.clock.now())

    def tick(self, jobs: Jobs) -> None:
        """Lease the chores that are due and enqueue them."""
        now = self.clock.now()
        try:
            if not self.leases.waiting(now) or not jobs.room():
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
