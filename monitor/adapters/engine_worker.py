"""One worker: takes jobs from the engine and does them on threads of its own, until told to stop."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Final

from monitor.adapters.engine import DEAD_AFTER_S, HEARTBEAT_S, job_of, new_app
from monitor.ports.service import Job

if TYPE_CHECKING:
    import procrastinate

log = logging.getLogger(__name__)
LOOK_AT_STOP_S: Final = 0.2
COME_BACK_S: Final = 2.0
LISTENED: Final = 2.0  # seconds between two looks at the queue: a job may wait for its key, too


@dataclass(frozen=True, slots=True)
class EngineWorker:
    """`tasks` does the jobs; `queues` has how many of each queue are done at once."""

    url: str
    tasks: Mapping[str, Callable[[Job], None]]
    queue_of: Mapping[str, str]
    queues: Mapping[str, int]
    end_within: timedelta

    def run(self, stop: Event) -> None:
        """Work until told to stop. An engine that fails is come back to: leases and rows stay."""
        asyncio.run(self._run(stop))

    async def _run(self, stop: Event) -> None:
        threads = ThreadPoolExecutor(sum(self.queues.values()) + 2, thread_name_prefix="job")
        asyncio.get_running_loop().set_default_executor(threads)
        while not stop.is_set():
            try:
                await self._work(stop)
            except Exception:  # whatever it is, a worker that ends helps nobody
                log.exception("the engine failed; back in %g s", COME_BACK_S)
            if not stop.is_set():
                await asyncio.sleep(COME_BACK_S)
        threads.shutdown(wait=False, cancel_futures=True)

    async def _work(self, stop: Event) -> None:
        app = new_app(self.url)
        for task, do in self.tasks.items():
            app.task(name=task, queue=self.queue_of[task])(partial(_done, task, do))
        async with app.open_async():
            queues = [
                asyncio.create_task(self._serve(app, name, at_once))
                for name, at_once in self.queues.items()
            ]
            ended = asyncio.create_task(_told(stop))
            await asyncio.wait([*queues, ended], return_when=asyncio.FIRST_COMPLETED)
            for running in (*queues, ended):
                running.cancel()
            limit = self.end_within.total_seconds()
            await asyncio.wait([*queues, ended], timeout=limit)
            for served in queues:
                if served.done() and not served.cancelled() and (error := served.exception()):
                    raise error

    async def _serve(self, app: "procrastinate.App", queue: str, at_once: int) -> None:
        await app.run_worker_async(
            queues=[queue],
            name=queue,
            concurrency=at_once,
            fetch_job_polling_interval=LISTENED,
            shutdown_graceful_timeout=self.end_within.total_seconds() - 1,
            delete_jobs="always",
            install_signal_handlers=False,
            update_heartbeat_interval=min(HEARTBEAT_S, DEAD_AFTER_S / 4),
            stalled_worker_timeout=DEAD_AFTER_S,
        )


async def _told(stop: Event) -> None:
    while not stop.is_set():  # noqa: ASYNC110 - it is set from another thread
        await asyncio.sleep(LOOK_AT_STOP_S)


def _done(task: str, do: Callable[[Job], None], **arguments: object) -> None:
    do(job_of(task, arguments))
