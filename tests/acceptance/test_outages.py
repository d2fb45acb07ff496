"""The service while its database is away, locked or full: it says so, and recovers by itself."""

import json
import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import pytest

from monitor.adapters.database import Database
from support.feed_documents import rss
from support.postgres import Cluster, own_cluster
from support.program import Program
from support.raw_server import RawServer, Step, reply
from support.service import CLAIM, EMBEDDED, WORKERS, Scene, Service

LONG = pytest.param(60, marks=pytest.mark.soak)


def feed(request: bytes) -> Iterator[Step]:
    number = request.split()[1].decode().strip("/")
    body = rss([f"{CLAIM} {number}"]).replace("primer.example", f"{number}.example")
    return iter([reply(body.encode(), f'ETag: "{number}"')])


@contextmanager
def locked(scene: Scene) -> Iterator[None]:
    """Hold SQLite's one right to write, as another program may."""
    with closing(sqlite3.connect(str(scene.database.file), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(service: Service) -> Iterator[None]:
    """Let no file of the service grow, as on a full disk."""
    pid = service.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    yield
    resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def goes_through(
    scene: Scene, outage: Callable[[Service], AbstractContextManager[None]], seconds: int
) -> None:
    """Have a feed polled, another added during the outage, and both known after it."""
    with RawServer(feed) as server:
        scene.monitor.feeds(server, "/one")
        with scene.service() as service:
            service.until(lambda: scene.number("SELECT count(*) FROM item") == 1)
            service.until(lambda: service.health()["status"] == "ok")
            with outage(service):
                scene.monitor.feeds(server, "/one", "/two")
                service.until(lambda: service.troubles() == ["database"])
                end = time.monotonic() + seconds
                service.until(lambda: time.monotonic() > end)
                status, health = service.get("/health")
                assert (status, json.loads(health)["status"]) == (503, "degraded")
            service.until(lambda: scene.number("SELECT count(*) FROM item") == 2)
            service.until(lambda: service.health()["status"] == "ok")
            assert service.stop()[0] == 0
    scene.is_sound()


@pytest.mark.parametrize("seconds", [0, LONG])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_locked_database_degrades_and_recovers(scene: Scene, seconds: int) -> None:
    goes_through(scene, lambda _service: locked(scene), seconds)


@pytest.mark.parametrize("seconds", [0, LONG])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_degrades_and_recovers(scene: Scene, seconds: int) -> None:
    goes_through(scene, full, seconds)


@pytest.fixture
def own() -> Iterator[Cluster]:
    """A PostgreSQL that may be stopped."""
    with own_cluster() as cluster:
        yield cluster


@pytest.mark.parametrize("engine", [EMBEDDED, WORKERS])
@pytest.mark.parametrize("seconds", [0, LONG])
def test_a_stopped_server_degrades_and_recovers_and_a_second_instance_is_refused(
    monitor: Program, own: Cluster, seconds: int, engine: str
) -> None:
    url = own.make().render_as_string(hide_password=False)

    def stopped(service: Service) -> AbstractContextManager[None]:
        second = scene.command("run")
        assert second.code == 1
        assert f"already running, pid {service.process.pid}, lock postgresql" in second.err
        return own.stopped()

    with closing(Database(url)) as database:
        database.upgrade()
        scene = Scene(monitor, url, database, engine)
        goes_through(scene, stopped, seconds)
