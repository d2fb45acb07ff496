"""What the engine of workers costs a job, and how much two workers do more than one.

`PYTHONPATH=.:tests python -m bench.workers` polls the same feeds on a PostgreSQL of its own with
one worker, then with two, and runs empty jobs. CPU is that of each process, children included.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from typing import Final

import psycopg

from monitor.adapters.database import Database
from monitor.adapters.engine import EngineJobs
from monitor.adapters.engine_worker import EngineWorker
from monitor.adapters.leases import SqlTransaction
from monitor.app.service import END_WITHIN
from monitor.ports.service import Job
from support.many_hosts import ManyHosts
from support.postgres import Cluster, cluster
from support.program import Program
from support.service import Service

ANSWERS_AFTER_S: Final = 0.5  # as servers far away do
TICKS: Final = os.sysconf("SC_CLK_TCK")


def cpu_of(pids: Sequence[int]) -> float:
    """Return the seconds of CPU that processes have used, dead children included."""
    used = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        used += sum(map(int, fields[11:15]))
    return used / TICKS


def server_cpu(url: str) -> float:
    """Return the CPU of this PostgreSQL: of its first process, which gathers ended ones, and all others."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        first = _parent(connection.info.backend_pid)
        rest = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
        return sum(cpu_of([pid]) for pid in rest if pid == first or _parent(pid) == first)


def _parent(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:  # it has ended
        return 0
    return int(status.rpartition(")")[2].split()[1])


def until(claim: Callable[[], bool]) -> float:
    """Wait until this is so; return how long that took."""
    begin = time.monotonic()
    while not claim():
        time.sleep(0.05)
    return time.monotonic() - begin


def empty_jobs(url: str, jobs: int) -> None:
    """Print what a job costs that does nothing."""
    database = Database(url)
    engine = EngineJobs(url, database, {"nothing": "nothing"})
    engine.prepare()
    begin, ours, theirs = time.monotonic(), time.process_time(), server_cpu(url)
    for start in range(0, jobs, 400):
        with database.writing() as connection:
            some = [Job("nothing", f"host-{n}") for n in range(start, min(start + 400, jobs))]
            engine.enqueue(some, SqlTransaction(connection))
    put = time.monotonic() - begin
    stop = Event()
    do = {"nothing": lambda _job: None}
    worker = EngineWorker(url, do, {"nothing": "nothing"}, {"nothing": 20}, END_WITHIN)
    thread = Thread(target=worker.run, args=[stop])
    thread.start()
    took = until(lambda: engine.state().waiting + engine.state().running == 0)
    client, server = time.process_time() - ours, server_cpu(url) - theirs
    stop.set()
    thread.join()
    database.close()
    print(  # noqa: T201
        f"empty jobs  {jobs} enqueued at {jobs / put:,.0f}/s, done at {jobs / took:,.0f}/s;"
        f" CPU a job {1000 * client / jobs:.2f} ms here, {1000 * server / jobs:.2f} ms PostgreSQL"
    )


def polling(server: Cluster, feeds: int, workers: int) -> float:
    """Print and return how many feeds a second so many workers poll, five hosts at once each."""
    url = server.make().render_as_string(hide_password=False)
    scaled = {"MONITOR_DATABASE_URL": url, "MONITOR_ENGINE": "procrastinate"}
    with (
        tempfile.TemporaryDirectory() as home,
        ManyHosts(feeds, ANSWERS_AFTER_S) as hosts,
        ExitStack() as stack,
    ):
        monitor = Program(Path(home))
        monitor.feeds(None, **hosts.feeds())
        monitor("init", DATABASE_URL=url)
        run = stack.enter_context(Service(monitor.home, **scaled))
        at_work = [
            stack.enter_context(
                Service(monitor.home, "--concurrency", "5", command="worker", **scaled)
            )
            for _ in range(workers)
        ]
        connection = stack.enter_context(
            psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        )

        def polled() -> int:
            row = connection.execute("SELECT count(*) FROM fetch_event").fetchone()
            return int(row[0]) if row else 0

        until(lambda: polled() >= feeds // 10)  # all have started
        pids = [run.process.pid, *(one.process.pid for one in at_work)]
        before, first, theirs = cpu_of(pids), polled(), server_cpu(url)
        took = until(lambda: polled() >= feeds)
        done, used = feeds - first, cpu_of(pids) - before
        database = server_cpu(url) - theirs
        for one in (*at_work, run):
            one.stop()
    print(  # noqa: T201
        f"{workers} worker(s)  {done / took:6.1f} feeds/s   CPU a feed {1000 * used / done:.1f} ms"
        f" here (parsers that still run not counted), {1000 * database / done:.1f} ms PostgreSQL"
    )
    return done / took


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=4000)
    asked = parser.parse_args()
    with cluster() as server:
        empty_jobs(server.make().render_as_string(hide_password=False), asked.jobs)
        rates = {workers: polling(server, asked.feeds, workers) for workers in (1, 2, 4)}
    more = ", ".join(f"{n} do {rate / rates[1]:.2f} times as much" for n, rate in rates.items())
    print(f"workers on {os.cpu_count()} cores: {more}")  # noqa: T201


if __name__ == "__main__":
    main()
