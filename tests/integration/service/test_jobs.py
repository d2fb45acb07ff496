"""The contract of the port `Jobs`, for every engine that keeps it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Lock, Thread
from time import monotonic, sleep

import pytest

from monitor.adapters.database import Database
from monitor.adapters.engine import EngineJobs
from monitor.adapters.engine_worker import EngineWorker
from monitor.adapters.jobs import EmbeddedJobs
from monitor.adapters.leases import SqlTransaction
from monitor.ports.service import Job, Jobs, Transaction

LIMIT = timedelta(seconds=40)  # jobs of one key may wait two seconds each for their turn
AT_ONCE = 3


class Work:
    """What the jobs of a test do: wait while told to, fail if told to, note their key."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.started = Event()
        self.go = Event()
        self.go.set()
        self.most_at_once = 0
        self._running = 0
        self._lock = Lock()

    def __call__(self, job: Job) -> None:
        with self._lock:
            self._running += 1
            self.most_at_once = max(self.most_at_once, self._running)
        self.started.set()
        self.go.wait(LIMIT.total_seconds())
        with self._lock:
            self._running -= 1
        if job.arguments.get("fails"):
            raise RuntimeError("a bug in a job")
        self.done.append(job.key)


@dataclass
class Engine:
    jobs: Jobs
    transaction: Callable[[], AbstractContextManager[Transaction]]
    settle: Callable[[], bool]

    def enqueue(self, *jobs: Job) -> None:
        with self.transaction() as transaction:
            self.jobs.enqueue(jobs, transaction)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def embedded(work: Work, sqlite_url: str) -> Iterator[Engine]:
    jobs = EmbeddedJobs({"note": work})
    database = Database(sqlite_url)

    @contextmanager
    def transaction() -> Iterator[Transaction]:
        with database.writing() as connection:
            opened = SqlTransaction(connection)
            yield opened
        for do in opened.later:
            do()

    yield Engine(jobs, transaction, lambda: jobs.settle(LIMIT))
    work.go.set()
    jobs.close()
    database.close()


@pytest.fixture
def procrastinate(work: Work, postgres_url: str) -> Iterator[Engine]:
    """The engine on PostgreSQL, with a worker of so many jobs at once."""
    database = Database(postgres_url)
    jobs = EngineJobs(postgres_url, database, {"note": "notes"})
    jobs.prepare()
    stop = Event()
    worker = EngineWorker(
        postgres_url, {"note": work}, {"note": "notes"}, {"notes": AT_ONCE}, LIMIT
    )
    thread = Thread(target=worker.run, args=[stop])
    thread.start()

    @contextmanager
    def transaction() -> Iterator[Transaction]:
        with database.writing() as connection:
            yield SqlTransaction(connection)

    def settle() -> bool:
        deadline = monotonic() + LIMIT.total_seconds()
        while (state := jobs.state()).waiting or state.running:
            if monotonic() > deadline:
                return False
            sleep(0.02)
        return True

    yield Engine(jobs, transaction, settle)
    work.go.set()
    stop.set()
    thread.join()
    database.close()


@pytest.fixture(params=["embedded", "procrastinate"])
def engine(request: pytest.FixtureRequest) -> Engine:
    made: Engine = request.getfixturevalue(request.param)
    return made


def test_every_job_runs(engine: Engine, work: Work) -> None:
    engine.enqueue(*(Job("note", f"host-{n}") for n in range(20)))

    assert engine.settle()
    assert sorted(work.done) == sorted(f"host-{n}" for n in range(20))


def test_a_job_that_fails_stops_no_other(engine: Engine, work: Work) -> None:
    engine.enqueue(Job("note", "bad", {"fails": 1}), Job("note", "good"))

    assert engine.settle()
    assert work.done == ["good"]


def test_one_key_never_runs_twice_at_a_time(engine: Engine, work: Work) -> None:
    work.go.clear()
    engine.enqueue(Job("note", "host"), Job("note", "host"))
    work.started.wait(LIMIT.total_seconds())
    engine.enqueue(Job("note", "host"))
    work.go.set()

    assert engine.settle()
    assert work.most_at_once == 1


def test_what_is_rolled_back_never_runs(engine: Engine, work: Work) -> None:
    with pytest.raises(RuntimeError), engine.transaction() as transaction:  # noqa: PT012
        engine.jobs.enqueue([Job("note", "host")], transaction)
        raise RuntimeError("no commit")

    assert engine.settle()
    assert work.done == []


def test_room_shrinks_with_what_waits(engine: Engine, work: Work) -> None:
    work.go.clear()
    engine.enqueue(*(Job("note", f"running-{n}") for n in range(AT_ONCE)))
    deadline = monotonic() + LIMIT.total_seconds()
    while engine.jobs.state().running < AT_ONCE and monotonic() < deadline:
        sleep(0.02)
    before = engine.jobs.room()
    engine.enqueue(*(Job("note", f"host-{n}") for n in range(10)))

    assert engine.jobs.room() == before - 10
