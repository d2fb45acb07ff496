"""Processes for reading what strangers wrote: started on first use, killed if need be."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from types import TracebackType
from typing import Final, ParamSpec, Self, TypeVar

from pebble import ProcessFuture, ProcessPool

from monitor.adapters.parse import worker
from monitor.domain.errors import ParseError

TIME_LIMIT: Final = timedelta(seconds=10)
_TASKS_A_WORKER: Final = 1000  # then a fresh one: what a parser leaks ends with its process

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
        future: ProcessFuture[Result] = self._started().schedule(
            function, args=given, kwargs=named, timeout=self.time_limit.total_seconds()
        )
        error = future.exception()
        if error is None:
            return future.result()
        if isinstance(error, ParseError):
            raise error
        if isinstance(error, TookTooLong):
            limit = f"longer than {self.time_limit.total_seconds():g} s"
            raise ParseError("parse_timeout", limit) from error
        raise ParseError("parse_crashed", type(error).__name__) from error

    def close(self) -> None:
        """End the processes, whatever they are doing; the next document starts new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]  # published without a type
            pool.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
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
