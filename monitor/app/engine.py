"""Wiring of the engine that runs the service's jobs: the one place where it is chosen."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING, Final

from monitor.adapters.jobs import EmbeddedJobs
from monitor.domain.errors import ConfigError
from monitor.ports.service import Job, Jobs
from monitor.services.chores import TASK as CHORE
from monitor.services.hosts import TASK as HOST

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.app.service import Signals

log = logging.getLogger(__name__)
QUEUE_OF: Final = {HOST: "hosts", CHORE: "chores"}  # deliveries never wait behind polls
CHORES_AT_ONCE: Final = 2
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
    return EngineJobs(app.settings.database_url.get_secret_value(), app.database, QUEUE_OF)


def work(app: "App", signals: "Signals", concurrency: int) -> bool:
    """Do jobs until told to stop; return whether all had ended by then.

    Raises ConfigError, StorageError.
    """
    from monitor.adapters.engine_worker import EngineWorker
    from monitor.adapters.scheduler import every, new_scheduler
    from monitor.app import service as wiring

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
        worker = EngineWorker(
            url=app.settings.database_url.get_secret_value(),
            tasks=service.tasks,
            queue_of=QUEUE_OF,
            queues={QUEUE_OF[HOST]: concurrency, QUEUE_OF[CHORE]: CHORES_AT_ONCE},
            end_within=wiring.END_WITHIN - timedelta(seconds=1),
        )
        thread = Thread(target=worker.run, args=[signals.stop], name="worker", daemon=True)
        thread.start()
        scheduler = new_scheduler()
        every(scheduler, wiring.TICK, service.tick_hosts)
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
            service.end()
        return not thread.is_alive()
