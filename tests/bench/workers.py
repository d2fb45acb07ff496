"""What the engine of workers costs a job, and how much many workers do more than one.

`PYTHONPATH=.:tests python -m bench.workers` runs empty jobs on a PostgreSQL of its own; then more and
more workers poll feeds that answer slowly, until the cores are full. CPU is that of the service, of
PostgreSQL and of the server of the feeds, each with all of its processes.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from typing import Final

import psycopg

from bench.processes import cpu_s, tree
from monitor.adapters.database import Database
from monitor.adapters.engine import EngineJobs
from monitor.adapters.engine_worker import EngineWorker
from monitor.adapters.leases import SqlTransaction
from monitor.app.service import END_WITHIN
from monitor.ports.service import Job
from support.many_hosts import ManyHosts, everything_is_due
from support.postgres import Cluster, cluster
from support.program import Program
from support.service import Service

ANSWERS_AFTER_S: Final = 0.5  # as servers far away do
HOSTS_AT_ONCE: Final = 6  # a worker: so it waits, rather than computes, until there are many
FEEDS_A_WORKER: Final = 96
PAUSE_S: Final = 6  # a host has five between two requests
WORKERS: Final = (1, 2, 4, 8)  # the last are more than two cores feed; twelve want 200 connections
OK: Final = 200


def server_cpu(url: str) -> float:
    """Return the CPU of this PostgreSQL: of its first process, which gathers ended ones, and all others."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        status = Path(f"/proc/{connection.info.backend_pid}/stat").read_text(encoding="ascii")
        return cpu_s(tree([int(status.rpartition(")")[2].split()[1])]))


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


def polling(server: Cluster, workers: int) -> float:
    """Print and return how many feeds a second so many workers poll."""
    url, feeds = server.make().render_as_string(hide_password=False), FEEDS_A_WORKER * workers
    with (
        tempfile.TemporaryDirectory() as home,
        ManyHosts(feeds, ANSWERS_AFTER_S) as hosts,
        ExitStack() as stack,
    ):
        monitor = Program(Path(home))
        monitor.feeds(None, **hosts.feeds())
        monitor("init", DATABASE_URL=url)
        all_ = [stack.enter_context(_one(monitor, "worker", url)) for _ in range(workers)]
        until(lambda: all(one.get("/health")[0] == OK for one in all_))
        all_.append(stack.enter_context(_one(monitor, "run", url)))
        plain = url.replace("+psycopg", "")
        asking = stack.enter_context(psycopg.connect(plain, autocommit=True))
        plain = url.replace("+psycopg", "")
        asking = stack.enter_context(psycopg.connect(plain, autocommit=True))
        until(lambda: _polled(asking) >= feeds)  # now all know their feeds, and parsers run
        time.sleep(PAUSE_S)
        hosts.publish()
        pids = [one.process.pid for one in all_]
        before, theirs, sites = cpu_s(tree(pids)), server_cpu(url), time.process_time()
        everything_is_due(url)
        took = until(lambda: _polled(asking) >= 2 * feeds)
        used, database = cpu_s(tree(pids)) - before, server_cpu(url) - theirs
        sites = time.process_time() - sites
        for one in all_:
            one.stop()
    print(  # noqa: T201
        f"{workers:>2} worker(s) {feeds:>5} feeds  {feeds / took:6.1f} feeds/s of at most"
        f" {workers * HOSTS_AT_ONCE / ANSWERS_AFTER_S:.0f};"
        f" CPU a feed {1000 * used / feeds:.1f} ms here, {1000 * database / feeds:.1f} ms PostgreSQL;"
        f" cores busy {used / took:.2f} here, {database / took:.2f} PostgreSQL,"
        f" {sites / took:.2f} the feeds' server, of {os.cpu_count()}",
        flush=True,
    )
    return feeds / took


def _one(monitor: Program, command: str, url: str) -> Service:
    flags = ("--concurrency", str(HOSTS_AT_ONCE)) if command == "worker" else ()
    scaled = {"MONITOR_DATABASE_URL": url, "MONITOR_ENGINE": "procrastinate"}
    return Service(monitor.home, *flags, command=command, **scaled)


def _polled(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT count(*) FROM fetch_event").fetchone()
    return int(row[0]) if row else 0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="*", default=WORKERS)
    parser.add_argument("--jobs", type=int, default=4000)
    asked = parser.parse_args()
    with cluster() as server:
        empty_jobs(server.make().render_as_string(hide_password=False), asked.jobs)
        rates = {workers: polling(server, workers) for workers in asked.workers}
    first = rates[asked.workers[0]] / asked.workers[0]
    more = ", ".join(f"{n} do {rate / first:.1f} times" for n, rate in rates.items())
    print(f"workers on {os.cpu_count()} cores: {more} as much as one")  # noqa: T201


if __name__ == "__main__":
    main()
