"""Wiring of the engine that runs the service's jobs: the one place where it is chosen."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING, Final

from monitor.adapters.jobs import EmbeddedJobs
from monitor.domain.errors import ConfigError, StorageError
from monitor.ports.service import Job, Jobs, Lease
from monitor.services.chores import TASK as CHORE
from monitor.services.hosts import FENCE
from monitor.services.hosts import TASK as HOST
from monitor.services.sweep import TASK as PART

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.app.service import Signals

log = logging.getLogger(__name__)
# Deliveries never wait behind polls, and neither behind what is done to the whole archive.
QUEUE_OF: Final = {HOST: "hosts", CHORE: "chores", PART: "parts"}
CHORES_AT_ONCE: Final = 10  # as many as there are: a backup or a reading of articles takes long
EMBEDDED: Final = "embedded"


def jobs_of(app: "App", tasks: Mapping[str, Callable[[Job], None]]) -> Jobs:
    """Return the engine of the settings. Raises ConfigError where it cannot be used."""
    if app.settings.engine == EMBEDDED:
        return EmbeddedJobs(tasks)
    try:
        from monitor.adapters.engine import EngineJobs
    except ImportError as error:
        raise ConfigError(
            "MONITOR_ENGINE=procrastinate needs the extra `scale`: "
            "pip install 'western-balkans-narrative-monitor[scale]'"
        ) from error
    url = app.settings.database_url.get_secret_value()
    return EngineJobs(url, app.database, QUEUE_OF, apart=QUEUE_OF[PART])


def reaping(app: "App", jobs: Jobs) -> Callable[[], int]:
    """Return what gives back all that dead workers held, and says how much that was."""
    from monitor.adapters import leases

    kept = {
        HOST: leases.hosts(app.database),
        CHORE: leases.chores(app.database),
        PART: leases.parts(app.database),
    }

    def give_back(job: Job) -> None:
        lease = Lease(job.key, int(job.arguments[FENCE]))
        kept[job.task].release(lease, app.clock.now())

    return lambda: jobs.reap(give_back)


def work(app: "App", signals: "Signals", concurrency: int, processes: int) -> bool:
    """Do jobs until told to stop; return whether all had ended by then.

    Raises ConfigError, StorageError.
    """
    from monitor.adapters.engine_worker import EngineWorker
    from monitor.adapters.scheduler import every, new_scheduler
    from monitor.app import service as wiring
    from monitor.app.sweeping import Hands

    if app.settings.engine == EMBEDDED:
        raise ConfigError(
            "`monitor worker` needs MONITOR_ENGINE=procrastinate, for `monitor run` too; "
            "on one machine `monitor run` alone does all the work"
        )
    app.database.check()
    with app.poller() as poller:
        service = wiring.Service(app, poller, signals, follows=True)
        service.jobs.prepare()
        service.tick()
        hands = Hands(service.present, processes)
        part = hands.job(service.meter, signals.stop)
        at_once = {HOST: concurrency, CHORE: CHORES_AT_ONCE, PART: processes}
        worker = EngineWorker(
            url=app.settings.database_url.get_secret_value(),
            tasks={**service.tasks, PART: part},
            queue_of=QUEUE_OF,
            queues={QUEUE_OF[task]: count for task, count in at_once.items()},
            end_within=wiring.END_WITHIN - timedelta(seconds=1),
        )
        thread = Thread(target=worker.run, args=[signals.stop], name="worker", daemon=True)
        thread.start()
        scheduler = new_scheduler()
        every(scheduler, wiring.TICK, service.tick_hosts)
        every(scheduler, wiring.LOOK_AT_CHORES, part.release_the_rest)
        every(scheduler, wiring.LOOK_AT_FILES, service.reload)
        every(scheduler, wiring.LOOK_AT_OURSELVES, service.look_at_ourselves)
        scheduler.start()
        try:
            with service.listening():
                service.wait(lambda: None)
        finally:
            scheduler.pause()
            scheduler.shutdown(wait=False)
            signals.stop.set()
            thread.join(wiring.END_WITHIN.total_seconds())
            hands.close()
            with suppress(StorageError):  # then they lapse by themselves
                part.abandon()
            service.end()
        return not thread.is_alive()
