"""Work spread over processes whose answers come back in order."""

import multiprocessing
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from typing import Final, TypeVar, cast

Task = TypeVar("Task")
Result = TypeVar("Result")

AHEAD: Final = 2  # tasks a process that are under way at once: this bounds memory
IDLE: Final = timedelta(minutes=1)

_hired: Final[list[Callable[..., object]]] = []  # in a worker process: what it does, built once
_built: Final[dict[str, Callable[[object], object]]] = {}  # the same in a process of a crew


def in_order(
    hire: Callable[[], Callable[[Task], Result]],
    tasks: Iterable[Task],
    jobs: int,
    ahead: int = AHEAD,
) -> Generator[Result, None, None]:
    """Yield the result of every task, in the order of the tasks, whatever `jobs` is.

    `hire` builds what does the work, once in each process; it, tasks and results must be
    picklable. Tasks are taken as they are needed, never more than `ahead` a process. With one job
    everything happens here. Whatever the work raises is raised here.
    """
    if jobs <= 1:
        yield from map(hire(), tasks)
        return
    pool = ProcessPoolExecutor(
        jobs,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start,
        initargs=(hire,),
    )
    try:
        do = cast("Callable[[Task], Result]", _do)  # by way of `_hired`, which has no type left
        under_way: deque[Future[Result]] = deque()
        for task in tasks:
            under_way.append(pool.submit(do, task))
            if len(under_way) >= jobs * ahead:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _start(hire: Callable[[], Callable[[Task], Result]]) -> None:
    """Build the work."""
    _begin()
    _hired[:] = [hire()]


def _begin() -> None:
    """Leave interrupts to the parent, and its death to a watcher."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _do(task: object) -> object:
    return _hired[0](task)


def _leave_with_parent() -> None:
    """A killed parent closes no queue: without this its workers would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGTERM)


class Crew:
    """Processes that stay for the next task, and leave when there was none for a while."""

    def __init__(self, size: int, idle: timedelta = IDLE) -> None:
        self._size, self._idle = size, idle
        self._pool: ProcessPoolExecutor | None = None
        self._busy = 0
        self._leaving: threading.Timer | None = None
        self._lock = threading.Lock()

    def do(self, name: str, hire: Callable[[], Callable[[Task], Result]], task: Task) -> Result:
        """Return what comes of a task, which a process does that was hired for tasks of this name.

        Raises what the work raises, and BrokenProcessPool where the process died.
        """
        pool = self._taken()
        try:
            do = cast("Callable[[str, object, Task], Result]", _do_as)
            return pool.submit(do, name, hire, task).result()
        except BrokenProcessPool:
            self._drop(pool)
            raise
        finally:
            self._given_back()

    def close(self) -> None:
        """Let the processes leave once they are done."""
        self._drop(self._pool)

    def _taken(self) -> ProcessPoolExecutor:
        with self._lock:
            self._busy += 1
            if self._leaving:
                self._leaving.cancel()
            if self._pool is None:
                spawn = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(self._size, spawn, _begin)
            return self._pool

    def _given_back(self) -> None:
        with self._lock:
            self._busy -= 1
            if not self._busy:
                self._leaving = threading.Timer(self._idle.total_seconds(), self._leave)
                self._leaving.daemon = True
                self._leaving.start()

    def _leave(self) -> None:
        with self._lock:
            if self._busy or self._pool is None:
                return
            pool, self._pool = self._pool, None
        pool.shutdown(wait=False)

    def _drop(self, pool: ProcessPoolExecutor | None) -> None:
        with self._lock:
            if pool is None or self._pool is not pool:
                return
            self._pool = None
        pool.shutdown(wait=False, cancel_futures=True)


def _do_as(name: str, hire: Callable[[], Callable[[object], object]], task: object) -> object:
    """Do a task in a process of a crew, which keeps what it built for the last two names."""
    if name not in _built:
        for old in list(_built)[:-1]:
            del _built[old]
        _built[name] = hire()
    return _built[name](task)
