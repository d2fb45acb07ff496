"""The service as one tired person runs it."""

import json
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from support.feed_documents import rss
from support.program import Program
from support.raw_server import FOREVER, RawServer, Step, reply
from support.service import CLAIM, Service

END_WITHIN_S = 10


def asked(server: RawServer) -> Counter[str]:
    return Counter(request.split()[1].decode() for request in server.requests)


def feed(request: bytes) -> Iterator[Step]:
    number = request.split()[1].decode().strip("/")
    body = rss([f"{CLAIM} {number}", f"Kiša u {number}"]).replace(
        "primer.example", f"{number}.example"
    )
    return iter([reply(body.encode(), f'ETag: "{number}"')])


def rows(monitor: Program, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(monitor.home / "monitor.db")
    found = connection.execute(query).fetchall()
    connection.close()
    return found


def test_from_start_to_stop(monitor: Program) -> None:
    with RawServer(feed) as server:
        monitor.feeds(server, "/one", "/two")
        with Service(monitor.home) as service:
            service.until(lambda: len(asked(server)) == 2)
            second = monitor("run")
            assert second.code == 1
            assert f"already running, pid {service.process.pid}, lock monitor.db.lock" in second.err

            monitor.feeds(server, "/one", "/two", "/three")
            service.until(lambda: asked(server)["/three"] == 1)
            service.until(lambda: service.health()["status"] == "ok")

            (monitor.home / "feeds.yaml").write_text("version: 1\noutlets: [\n", encoding="utf-8")
            service.process.send_signal(signal.SIGHUP)
            service.until(lambda: service.troubles() == ["configuration"])
            assert "feeds.yaml:3" in service.health()["troubles"][0]["detail"]
            assert service.get("/health")[0] == 200
            assert monitor("doctor").code == 1

            monitor.feeds(server, "/one", "/two", "/three")
            service.until(lambda: service.troubles() == [])
            status, metrics = service.get("/metrics")
            assert status == 200
            assert 'monitor_polls_total{outcome="ok",reason=""} 3.0' in metrics
            assert service.get("/etc/passwd")[0] == 404
            code, took = service.stop()

    assert (code, took < END_WITHIN_S) == (0, True)
    assert asked(server) == Counter({"/one": 1, "/two": 1, "/three": 1})
    assert rows(monitor, "SELECT count(*) FROM hit") == [(3,)]
    assert rows(monitor, "SELECT count(*) FROM host WHERE leased_until IS NOT NULL") == [(0,)]
    assert all("message" in json.loads(line) for line in service.log.splitlines())


def test_stopping_waits_for_no_slow_server_and_gives_leases_back(monitor: Program) -> None:
    with RawServer([FOREVER]) as server:
        monitor.feeds(server, "/slow")
        with Service(monitor.home) as service:
            service.until(lambda: bool(server.requests))
            code, took = service.stop()

    assert (code, took < END_WITHIN_S) == (0, True)
    assert rows(monitor, "SELECT count(*) FROM host WHERE leased_until IS NOT NULL") == [(0,)]


def test_a_second_signal_ends_at_once(monitor: Program) -> None:
    with RawServer([FOREVER]) as server:
        monitor.feeds(server, "/slow")
        with Service(monitor.home) as service:
            service.until(lambda: bool(server.requests))
            service.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            code, took = service.stop()

    assert (code, took < 3) == (0, True)


def test_two_forced_instances_poll_every_feed_once(monitor: Program) -> None:
    with RawServer(feed) as server:
        names = [f"/f-{number}" for number in range(40)]
        monitor.feeds(server, *names)
        with Service(monitor.home, "--no-lock") as one, Service(monitor.home, "--no-lock") as two:
            one.until(lambda: len(asked(server)) == len(names))
            time.sleep(2)
            codes = {one.stop()[0], two.stop()[0]}

    assert codes == {0}
    assert set(asked(server).values()) == {1}
    assert rows(monitor, "SELECT count(*) FROM item") == [(80,)]


def test_a_locked_database_degrades_and_recovers(monitor: Program) -> None:
    with RawServer(feed) as server:
        monitor.feeds(server, "/one")
        with Service(monitor.home) as service:
            service.until(lambda: len(asked(server)) == 1)
            service.until(lambda: service.health()["status"] == "ok")
            other = sqlite3.connect(monitor.home / "monitor.db", isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            monitor.feeds(server, "/one", "/two")
            service.until(lambda: service.troubles() == ["database"])
            assert service.get("/health")[0] == 503
            other.execute("ROLLBACK")
            other.close()

            service.until(lambda: asked(server)["/two"] == 1)
            service.until(lambda: service.health()["status"] == "ok")


@pytest.mark.soak
def test_five_hundred_due_feeds_and_two_forced_instances(monitor: Program) -> None:
    with RawServer(feed) as server:
        names = [f"/f-{number}" for number in range(500)]
        monitor.feeds(server, *names)
        with Service(monitor.home, "--no-lock") as one, Service(monitor.home, "--no-lock") as two:
            one.until(lambda: len(asked(server)) == len(names))
            time.sleep(5)
            codes = {one.stop()[0], two.stop()[0]}

    assert codes == {0}
    assert set(asked(server).values()) == {1}
