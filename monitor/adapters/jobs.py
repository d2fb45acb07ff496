"""Jobs on threads of this process: the engine of a single machine."""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Condition
from time import monotonic
from typing import Final

from monitor.ports.service import Job, JobsState, Transaction

log = logging.getLogger(__name__)
AT_ONCE: Final = 50


class EmbeddedJobs:
    """Keeps the port `Jobs`. A job that this process loses comes back when its lease lapses."""

    def __init__(self, tasks: Mapping[str, Callable[[Job], None]], at_once: int = AT_ONCE) -> None:
        self._tasks = tasks
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="job")
        self._at_once = at_once
        self._queue = 2 * at_once  # enough that no thread waits for the next tick
        self._taken: set[tuple[str, str]] = set()
        self._change = Condition()
        self._is_open = True

    def prepare(self) -> None:
        """Nothing is needed."""

    def enqueue(self, jobs: Sequence[Job], within: Transaction) -> None:
        """Run these soon, if the transaction is committed."""
        within.after_commit(partial(self._start, jobs))

    def room(self) -> int:
        """Return how many more jobs fit into the queue."""
        with self._change:
            return max(self._queue - len(self._taken), 0) if self._is_open else 0

    def state(self) -> JobsState:
        """Return what waits and runs here."""
        with self._change:
            taken = len(self._taken)
        return JobsState(max(taken - self._at_once, 0), min(taken, self._at_once))

    def reap(self, give_back: Callable[[Job], None]) -> int:
        """Jobs die with this process: their leases are void at the next start."""
        del give_back
        return 0

    def settle(self, wait: timedelta) -> bool:
        """Wait until nothing is left to do; return whether that came in time."""
        deadline = monotonic() + wait.total_seconds()
        with self._change:
            while self._taken and (left := deadline - monotonic()) > 0:
                self._change.wait(left)
            return not self._taken

    def close(self) -> None:
        """Start nothing any more; what waits is dropped, what runs goes on."""
        with self._change:
            self._is_open = False
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _start(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            name = (job.task, job.key)
            with self._change:
                if not self._is_open or name in self._taken:
                    continue
                self._taken.add(name)
                started = self._threads.submit(self._tasks[job.task], job)
            started.add_done_callback(partial(self._ended, name))

    def _ended(self, name: tuple[str, str], job: Future[None]) -> None:
        with self._change:
            self._taken.discard(name)
            self._change.notify_all()
        error = None if job.cancelled() else job.exception()
        if error:
            log.error("job %s of %s failed", *name, exc_info=error)
