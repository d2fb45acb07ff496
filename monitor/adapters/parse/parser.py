"""The parser that services see: a pool of processes, started on first use, killed if need be."""

import multiprocessing
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from types import TracebackType
from typing import Final, Self

from pebble import ProcessFuture, ProcessPool

from monitor.adapters.parse import worker
from monitor.domain.errors import ParseError
from monitor.domain.feed import Document, FeedType
from monitor.domain.item import ParsedFeed

TIME_LIMIT: Final = timedelta(seconds=10)
WORKERS: Final = 2
_TASKS_A_WORKER: Final = 1000  # then a fresh one: what a parser leaks ends with its process


@dataclass(slots=True)
class FeedParser:
    """Keeps the port `Parser`. Safe to call from many threads; close it, or use `with`.

    A document that takes longer than `time_limit` or more than `max_memory_bytes` costs its own
    process and no other document.
    """

    workers: int = WORKERS
    time_limit: timedelta = TIME_LIMIT
    max_memory_bytes: int = worker.MAX_MEMORY_BYTES
    _pool: ProcessPool | None = field(default=None, init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def parse(self, document: Document, feed_type: FeedType) -> ParsedFeed:
        """Return every entry of the document, and what was dropped by reason.

        Raises ParseError.
        """
        future: ProcessFuture[ParsedFeed] = self._started().schedule(
            worker.read,
            args=(document, feed_type),
            timeout=self.time_limit.total_seconds(),
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
    """Return a way to start processes that copies no locks of our threads."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([worker.__name__])
    return context
