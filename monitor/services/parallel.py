"""Work spread over processes whose answers come back in order."""

import multiprocessing
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Final, TypeVar, cast

Task = TypeVar("Task")
Result = TypeVar("Result")

AHEAD: Final = 2  # tasks a process that are under way at once: this bounds memory

_hired: Final[list[Callable[..., object]]] = []  # in a worker process: what it does, built once


def in_order(
    hire: Callable[[], Callable[[Task], Result]], tasks: Iterable[Task], jobs: int
) -> Generator[Result, None, None]:
    """Yield the result of every task, in the order of the tasks, whatever `jobs` is.

    `hire` builds what does the work, once in each process; it, tasks and results must be
    picklable. Tasks are taken as they are needed, never more than `AHEAD` a process. With one job
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
            if len(under_way) >= jobs * AHEAD:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _start(hire: Callable[[], Callable[[Task], Result]]) -> None:
    """Build the work, and leave interrupts to the parent and its death to a watcher."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _hired[:] = [hire()]


def _do(task: object) -> object:
    return _hired[0](task)


def _leave_with_parent() -> None:
    """A killed parent closes no queue: without this its workers would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGTERM)
