"""Processes for reading what strangers wrote: started on first use, killed if need be."""

import logging
import multiprocessing
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import Final, ParamSpec, Self, TypeVar

from pebble import ProcessFuture, ProcessPool

from monitor.adapters.parse import worker
from monitor.domain.errors import ParseError

TIME_LIMIT: Final = timedelta(seconds=10)
LOOK_EVERY: Final = timedelta(seconds=5)
LOST_AFTER: Final = timedelta(minutes=5)  # a queue of fifty that all take too long is quicker
_TASKS_A_WORKER: Final = 1000  # then a fresh one: what a parser leaks ends with its process

log = logging.getLogger(__name__)
Given = ParamSpec("Given")
Result = TypeVar("Result")


@dataclass(slots=True)
class ReadingPool:
    """Runs functions on documents elsewhere. Safe to call from many threads; close it, or `with`.

    A document that takes longer than `time_limit` or more than `max_memory_bytes` costs its own
    process and no other document.
    """

    workers: int
    time_limit: timedelta = TIME_LIMIT
    max_memory_bytes: int = worker.MAX_MEMORY_BYTES
    _pool: ProcessPool | None = field(default=None, init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def run(
        self, function: Callable[Given, Result], *given: Given.args, **named: Given.kwargs
    ) -> Result:
        """Return what the function makes of a document. Raises ParseError."""
        try:
            pool, future = self._scheduled(function, given, named)
        except RuntimeError:  # broken or just closed: it takes nothing any more, a new one does
            pool, future = self._scheduled(function, given, named)
        error = self._awaited(pool, future)
        if error is None:
            return future.result()
        if isinstance(error, ParseError):
            raise error
        if isinstance(error, TookTooLong):
            limit = f"longer than {self.time_limit.total_seconds():g} s"
            raise ParseError("parse_timeout", limit) from error
        raise ParseError("parse_crashed", type(error).__name__) from error

    def _scheduled(
        self,
        function: Callable[..., Result],
        given: tuple[object, ...],
        named: Mapping[str, object],
    ) -> tuple[ProcessPool, ProcessFuture[Result]]:
        pool, limit = self._started(), self.time_limit.total_seconds()
        try:
            given = (function, *given)
            return pool, pool.schedule(worker.bounded, args=given, kwargs=named, timeout=limit)
        except RuntimeError:
            self._forget(pool)
            raise

    def _awaited(self, pool: ProcessPool, future: ProcessFuture[Result]) -> BaseException | None:
        """Return how the work failed, if it did. No thread waits for ever for what was lost."""
        waited = timedelta(0)
        while waited < LOST_AFTER and pool is self._pool:
            try:
                return future.exception(LOOK_EVERY.total_seconds())
            except TookTooLong:
                waited += LOOK_EVERY
                if not pool.active:
                    self._forget(pool)
            except CancelledError as error:
                return error
        return future.exception() if future.done() and not future.cancelled() else CancelledError()

    def _forget(self, pool: ProcessPool) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
                log.error("the processes that read documents broke; new ones take their place")
                pool.stop()  # type: ignore[no-untyped-call]  # published without a type

    def close(self) -> None:
        """End the processes, whatever they are doing; the next document starts new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]  # published without a type
            pool.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _started(self) -> ProcessPool:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPool(
                    max_workers=self.workers,
                    max_tasks=_TASKS_A_WORKER,
                    initializer=worker.initialise,
                    initargs=(self.max_memory_bytes,),
                    context=_context(),
                )
            return self._pool


def _context() -> multiprocessing.context.BaseContext:
    """Return a way to start processes that copies no locks of our threads.

    They share one server, which has read what feeds need.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([worker.__name__])
    return context
