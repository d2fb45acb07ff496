"""Jobs for workers on any number of machines: Procrastinate, in the PostgreSQL that we have anyway.

Its tables live in a schema of their own and hold nothing that matters: the schedule, the leases
and all state are ours, so that an emptied queue loses nothing. What we keep away from, as the
engine's known faults want it: its retries, its queueing locks, jobs in the future, and finished
jobs that stay.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from importlib.metadata import version
from typing import Any, Final

import procrastinate
import sqlalchemy as sa
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as Row
from procrastinate.jobs import Status
from sqlalchemy.engine import make_url

from monitor.adapters.database import Database
from monitor.adapters.leases import SqlTransaction
from monitor.domain.errors import ConfigError, StorageError
from monitor.ports.service import Job, JobsState, Transaction

log = logging.getLogger(__name__)
SCHEMA: Final = "engine"
WAIT_AT_MOST: Final = 400  # jobs in the queue: few enough that none waits as long as its lease
HEARTBEAT_S: Final = 10.0
CONNECTIONS: Final = 6  # a worker listens on one for each queue, and needs some to take jobs
IDLE_S: Final = 30.0  # then one that nobody used is given back
DEAD_AFTER_S: Final = float(os.environ.get("ENGINE_DEAD_AFTER_S", "60"))  # shorter in tests only
_LOCK: Final = 0x6D6F6E65  # any number that no other program takes: "mone"
# Without it the engine reads the whole queue for each job that it hands out.
_INDEX: Final = (
    "CREATE INDEX monitor_jobs_lock ON procrastinate_jobs (lock, priority DESC, id)"
    " WHERE status IN ('todo', 'doing')"
)
_STATE: Final = f"""
    SELECT count(*) FILTER (WHERE status = 'todo' AND NOT apart) AS waiting,
           count(*) FILTER (WHERE status = 'doing' AND NOT apart) AS running,
           count(*) FILTER (WHERE status = 'todo' AND apart) AS waiting_apart,
           count(*) FILTER (WHERE status = 'doing' AND apart) AS running_apart,
           coalesce(extract(epoch FROM clock_timestamp() - min(at) FILTER
               (WHERE status = 'todo' AND NOT apart)), 0) AS lag_s
    FROM (SELECT id, status, queue_name = :apart AS apart FROM {SCHEMA}.procrastinate_jobs
        WHERE status IN ('todo', 'doing')) AS jobs
    LEFT JOIN LATERAL (SELECT min(events.at) AS at FROM {SCHEMA}.procrastinate_events AS events
        WHERE events.job_id = jobs.id AND events.type = 'deferred') AS deferred ON true
    """  # noqa: S608 - a constant
_WORKERS: Final = f"""
    SELECT count(*) FILTER (WHERE last_heartbeat >= now() - make_interval(secs => :dead)) AS alive,
           count(*) FILTER (WHERE last_heartbeat < now() - make_interval(secs => :dead)) AS dead
    FROM {SCHEMA}.procrastinate_workers"""  # noqa: S608 - a constant


class EngineJobs:
    """Keeps the port `Jobs`; `queues` has the queue of each task.

    What waits in the queue `apart` may wait for long, and takes no room from others. Raises
    ConfigError where the database is none that the engine can use.
    """

    def __init__(
        self, url: str, database: Database, queues: Mapping[str, str], apart: str = ""
    ) -> None:
        self._url, self._database, self._queues, self._apart = url, database, queues, apart
        self._app = new_app(url)

    def prepare(self) -> None:
        """Create the engine's tables, or anew after another version of it. Raises StorageError."""
        with self._database.writing() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            ours = f"procrastinate {version('procrastinate')}"
            found = connection.scalar(
                sa.text("SELECT obj_description(to_regnamespace(:name), 'pg_namespace')"),
                {"name": SCHEMA},
            )
            if found == ours:
                return
            statements = (
                f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE",
                f"CREATE SCHEMA {SCHEMA}",
                f"SET LOCAL search_path TO {SCHEMA}, public",
                self._app.schema_manager.get_schema(),
                _INDEX,
                f"COMMENT ON SCHEMA {SCHEMA} IS '{ours}'",
            )
            driver = connection.connection.driver_connection
            assert driver is not None  # noqa: S101 - an open connection has one
            for statement in statements:
                driver.execute(statement)

    def enqueue(self, jobs: Sequence[Job], within: Transaction) -> None:
        """Run these soon, if the transaction is committed: they are rows of the same database."""
        if not jobs:
            return
        if not isinstance(within, SqlTransaction):
            raise StorageError("the engine's jobs need a transaction of the database")
        rows = [
            Row(
                queue=self._queues[job.task],
                lock=f"{job.task}:{job.key}",
                queueing_lock=None,
                task_name=job.task,
                task_kwargs={"key": job.key, "arguments": dict(job.arguments)},
            )
            for job in jobs
        ]
        within.connection.exec_driver_sql(f"SET LOCAL search_path TO {SCHEMA}, public")
        driver = within.connection.connection.driver_connection
        self._app.job_manager.batch_defer_jobs(rows, connection=driver)

    def room(self) -> int:
        """Return how many more jobs may wait."""
        return max(WAIT_AT_MOST - self.state().waiting, 0)

    def state(self) -> JobsState:
        """Return what waits and runs, and who works. Raises StorageError."""
        with self._database.reading() as connection:
            jobs = connection.execute(sa.text(_STATE), {"apart": self._apart}).one()
            workers = connection.execute(sa.text(_WORKERS), {"dead": DEAD_AFTER_S}).one()
        return JobsState(
            jobs.waiting,
            jobs.running,
            timedelta(seconds=float(jobs.lag_s)),
            workers.alive,
            workers.dead,
            jobs.waiting_apart,
            jobs.running_apart,
        )

    def reap(self, give_back: Callable[[Job], None]) -> int:
        """Give back the leases of jobs whose worker died, then forget these jobs.

        In this order: whoever dies in between leaves a job that is found again.
        """
        return asyncio.run(self._reap(give_back))

    def settle(self, wait: timedelta) -> bool:
        """Nothing of ours is running: workers are processes of their own."""
        del wait
        return True

    def close(self) -> None:
        """Nothing is open."""

    async def _reap(self, give_back: Callable[[Job], None]) -> int:
        reaped = 0
        async with new_app(self._url).open_async() as app:
            manager = app.job_manager
            for row in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_S):
                give_back(job_of(row.task_name, row.task_kwargs))
                with contextlib.suppress(ConnectorException):  # another reaper was quicker
                    await manager.finish_job(row, Status.FAILED, delete_job=True)
                    reaped += 1
            await manager.prune_stalled_workers(10 * DEAD_AFTER_S)
        return reaped


def new_app(url: str) -> procrastinate.App:
    """Return the engine's own entry point; nothing is opened. Raises ConfigError."""
    if make_url(url).get_backend_name() != "postgresql":
        raise ConfigError(
            "MONITOR_ENGINE=procrastinate needs PostgreSQL; "
            "set MONITOR_DATABASE_URL=postgresql+psycopg://USER@HOST/NAME"
        )
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    options = {"options": f"-c search_path={SCHEMA},public"}
    connector = procrastinate.PsycopgConnector(
        conninfo=plain, kwargs=options, min_size=1, max_size=CONNECTIONS, max_idle=IDLE_S
    )
    return procrastinate.App(connector=connector)


def job_of(task: str, arguments: Mapping[str, Any]) -> Job:
    """Return our view of a job of the engine's."""
    return Job(task, str(arguments["key"]), arguments["arguments"])
