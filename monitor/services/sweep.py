"""Sweep the archive with all workers: a command hands out parts, workers do them, it gathers.

What is done and what is not stands in rows: a command that was stopped goes on where it was, a
part whose worker died is handed out again, and what a queue loses comes back with its lease.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Final, Protocol

from monitor.domain.backtest import Difference
from monitor.domain.errors import ConfigError, LeaseLostError, MonitorError, StorageError
from monitor.domain.rematch import Slice
from monitor.domain.sweep import Part, Progress, Purpose, Sweep
from monitor.ports import Clock
from monitor.ports.service import Job, Jobs, Lease, Leases, Meter, Transaction
from monitor.services.boundary import boundary
from monitor.services.hosts import FENCE

log = logging.getLogger(__name__)
TASK: Final = "part"
AHEAD: Final = 100  # parts in the queue: few enough that none waits as long as its lease
LOOK: Final = timedelta(milliseconds=500)
REAP_EVERY: Final = timedelta(seconds=10)
LONELY: Final = timedelta(seconds=60)  # without a worker: is one restarted?
AGAIN_AFTER: Final = timedelta(seconds=10)
MOST_FAILURES: Final = 5  # of one part
NOBODY: Final = (
    "no worker is alive: start `monitor worker` and this command again, which goes on where it "
    "was, or set MONITOR_ENGINE=embedded to do it here"
)


class Sweeps(Protocol):
    """What the command knows of its sweep."""

    def cut(self, sweep: Sweep, candidates: Sequence[int] | None, now: datetime) -> int:
        """Make parts of items that are in none yet; return how many. Raises StorageError."""

    def progress(self, sweep: Sweep) -> Progress | None:
        """Return how far it is; None where it is over, or another one took its place."""

    def claiming(
        self, sweep: Sweep, now: datetime, limit: int
    ) -> AbstractContextManager[tuple[Transaction, Sequence[Lease]]]:
        """Lease parts that are not done, at most `limit`, in a transaction that ends there."""

    def forgive(self, sweep: Sweep, now: datetime) -> None:
        """Let parts that failed be tried again."""


class Parts(Protocol):
    """What a worker knows of parts."""

    def taken(self, lease: Lease) -> Part | None:
        """Return the part that a lease is of; None where it is done, gone or another's."""

    def slices(self, part: Part) -> Iterator[Slice]:
        """Yield what is left to do of it."""

    def failed(self, lease: Lease, reason: str, again_at: datetime) -> None:
        """Note that it did not go, and give the lease back."""

    def keep(self, lease: Lease, items: int, found: Sequence[Difference], now: datetime) -> None:
        """Keep what a part of a backtest found. Raises LeaseLostError."""


@dataclass(frozen=True, slots=True)
class HandOut:
    """The command's side. `reap` gives back what workers held that died."""

    sweeps: Sweeps
    jobs: Jobs
    reap: Callable[[], int]
    clock: Clock

    def __call__(
        self, sweep: Sweep, candidates: Sequence[int] | None, told: Callable[[int, int], None]
    ) -> Progress | None:
        """Have every part done; return None where the sweep has vanished meanwhile.

        Items that come meanwhile are included. `told` hears how many items are done, and of how
        many. Raises ConfigError where no worker is alive or none can do a part, StorageError.
        """
        now = reaped_at = seen_at = self.clock.now()
        if not self.jobs.state().workers:
            raise ConfigError(NOBODY)
        self.sweeps.forgive(sweep, now)
        self.sweeps.cut(sweep, candidates, now)
        while (progress := self.sweeps.progress(sweep)) is not None:
            now = self.clock.now()
            told(progress.items_done, progress.items)
            if progress.failures >= MOST_FAILURES:
                raise ConfigError(f"workers fail: {progress.reason}")
            if progress.parts_done == progress.parts:
                if not self.sweeps.cut(sweep, candidates, now):
                    return progress
                continue
            if now - reaped_at >= REAP_EVERY:
                reaped_at = now
                self.reap()
                seen_at = now if self.jobs.state().workers else seen_at
                if now - seen_at > LONELY:
                    raise ConfigError(NOBODY)
            self._hand_out(sweep, AHEAD - progress.handed_out, now)
            self.clock.sleep(LOOK)
        return None

    def _hand_out(self, sweep: Sweep, room: int, now: datetime) -> None:
        if room <= 0:
            return
        with self.sweeps.claiming(sweep, now, room) as (transaction, leases):
            jobs = [Job(TASK, lease.name, {FENCE: lease.fence}) for lease in leases]
            self.jobs.enqueue(jobs, transaction)


Do = Callable[[Part, Lease, Callable[[Iterator[Slice]], Iterator[Slice]]], None]


@dataclass(frozen=True, slots=True)
class DoPart:
    """The worker's side: the job. `does` has what each purpose asks for."""

    parts: Parts
    leases: Leases
    does: Mapping[Purpose, Do]
    clock: Clock
    meter: Meter
    stop: Event
    _held: dict[str, Lease] = field(default_factory=dict)
    _unreleased: list[Lease] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, job: Job) -> None:
        """Do a part, or what is left of it, and give its lease back."""
        lease, started = Lease(job.key, int(job.arguments[FENCE])), self.clock.now()
        with self._lock:
            self._held[lease.name] = lease
        try:
            result = self._done(lease)
        except StorageError as error:
            log.warning("part %s waits for the database: %s", lease.name, error)
            result = "failed"
            with self._lock:
                self._unreleased.append(lease)
        finally:
            with self._lock:
                self._held.pop(lease.name, None)
        self.meter.ran(TASK, result, self.clock.now() - started)

    def release_the_rest(self) -> None:
        """Give back what could not be given back while the database was away."""
        with self._lock:
            rest, self._unreleased[:] = list(self._unreleased), []
        for lease in rest:
            try:
                self.leases.release(lease, self.clock.now())
            except StorageError as error:
                log.debug("part %s waits for the database: %s", lease.name, error)
                with self._lock:
                    self._unreleased.append(lease)

    def abandon(self) -> None:
        """Give back the leases of parts that did not end in time; they can commit nothing more."""
        with self._lock:
            held = list(self._held.values())
        for lease in held:
            self.leases.release(lease, self.clock.now())

    def _done(self, lease: Lease) -> str:
        part = self.parts.taken(lease)
        if part is None:
            return "dropped"
        reason = "a fault of the program, of which the worker's log tells more"
        try:
            with boundary(f"part {lease.name}"):
                self.does[part.sweep.purpose](part, lease, self._until_stopped)
                return "done"
        except _StoppedError:
            self.leases.release(lease, self.clock.now())
            return "stopped"
        except LeaseLostError as error:
            log.warning("%s", error)
            return "lost"
        except StorageError:
            raise
        except MonitorError as error:
            reason = str(error)
            log.error("part %s: %s", lease.name, error)  # noqa: TRY400 - expected: no trace
        if not self.stop.is_set():
            self.parts.failed(lease, reason, self.clock.now() + AGAIN_AFTER)
        return "failed"

    def _until_stopped(self, slices: Iterator[Slice]) -> Iterator[Slice]:
        for one in slices:
            if self.stop.is_set():
                raise _StoppedError
            yield one


class _StoppedError(MonitorError):
    """The worker is to end; what is done of the part is done."""
