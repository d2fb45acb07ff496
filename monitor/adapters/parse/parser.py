"""The parser that services see: feeds are read in processes that may be killed."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Self

from monitor.adapters.parse import worker
from monitor.adapters.parse.pool import TIME_LIMIT, ReadingPool
from monitor.domain.feed import Document, FeedType
from monitor.domain.item import ParsedFeed

WORKERS: Final = 2


@dataclass(slots=True)
class FeedParser:
    """Keeps the port `Parser`. Safe to call from many threads; close it, or use `with`."""

    workers: int = WORKERS
    time_limit: timedelta = TIME_LIMIT
    max_memory_bytes: int = worker.MAX_MEMORY_BYTES
    _pool: ReadingPool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._pool = ReadingPool(self.workers, self.time_limit, self.max_memory_bytes)

    def parse(self, document: Document, feed_type: FeedType) -> ParsedFeed:
        """Return every entry of the document, and what was dropped by reason.

        Raises ParseError.
        """
        return self._pool.run(worker.read, document, feed_type)

    def close(self) -> None:
        """End the processes, whatever they are doing; the next document starts new ones."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
