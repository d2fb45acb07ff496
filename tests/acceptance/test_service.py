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
from support.service import CLAIM, Scene, Service, mail_to
from support.smtp_server import SmtpServer

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


@pytest.mark.parametrize(
    ("database_url", "feeds", "people"),
    [
        ("sqlite", 40, 10),
        pytest.param("sqlite", 500, 100, marks=pytest.mark.soak),
        pytest.param("postgres", 500, 100, marks=pytest.mark.soak),
    ],
    indirect=["database_url"],
)
def test_two_forced_instances_poll_every_feed_once_and_mail_once(
    scene: Scene, feeds: int, people: int
) -> None:
    addresses = scene.people(*(f"reader-{number}" for number in range(people)))
    with RawServer(feed) as server, SmtpServer() as mail:
        scene.monitor.feeds(server, *(f"/f-{number}" for number in range(feeds)))
        settings = mail_to(mail)
        with (
            scene.service("--no-lock", **settings) as one,
            scene.service("--no-lock", **settings) as two,
        ):
            one.until(lambda: len(asked(server)) == feeds)
            one.until(lambda: scene.mailed(mail).keys() == addresses)
            time.sleep(2)
            codes = {one.stop()[0], two.stop()[0]}

    assert codes == {0}
    assert set(asked(server).values()) == {1}
    assert set(scene.mailed(mail).values()) == {1}
    assert scene.number("SELECT count(*) FROM item") == 2 * feeds
    scene.is_sound()
