"""Jobs inside this process, on APScheduler's threads: the engine of a single machine."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from threading import Condition
from time import monotonic
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from monitor.ports.service import Job, Transaction

AT_ONCE: Final = 50
QUEUED: Final = 2 * AT_ONCE  # enough that no thread waits for the next tick
EXECUTOR: Final = "jobs"


class EmbeddedJobs:
    """Keeps the port `Jobs`. A job that this process loses comes back when its lease lapses."""

    def __init__(
        self,
        scheduler: BackgroundScheduler,
        tasks: Mapping[str, Callable[[Job], None]],
        at_once: int = AT_ONCE,
    ) -> None:
        self._scheduler, self._tasks = scheduler, tasks
        self._taken: set[tuple[str, str]] = set()
        self._change = Condition()
        self._is_open = True
        scheduler.add_executor(ThreadPoolExecutor(at_once), EXECUTOR)

    def enqueue(self, jobs: Sequence[Job], within: Transaction) -> None:
        """Run these soon, if the transaction is committed."""
        within.after_commit(lambda: self._start(jobs))

    def room(self) -> int:
        """Return how many more jobs fit into the queue."""
        with self._change:
            return max(QUEUED - len(self._taken), 0) if self._is_open else 0

    def settle(self, wait: timedelta) -> bool:
        """Wait until nothing is left to do; return whether that came in time."""
        deadline = monotonic() + wait.total_seconds()
        with self._change:
            while self._taken and (left := deadline - monotonic()) > 0:
                self._change.wait(left)
            return not self._taken

    def close(self) -> None:
        """Start nothing any more; what waits is dropped, what runs goes on."""
        self._is_open = False

    def _start(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            with self._change:
                name = (job.task, job.key)
                if not self._is_open or name in self._taken:
                    continue
                self._taken.add(name)
            self._scheduler.add_job(
                self._run, args=[job], executor=EXECUTOR, misfire_grace_time=None
            )

    def _run(self, job: Job) -> None:
        try:
            if self._is_open:
                self._tasks[job.task](job)  # APScheduler logs what fails, and goes on
        finally:
            with self._change:
                self._taken.discard((job.task, job.key))
                self._change.notify_all()
