"""The service as one tired person runs it."""

import json
import signal
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from support.feed_documents import rss
from support.raw_server import FOREVER, RawServer, Step, reply
from support.service import CLAIM, EMBEDDED, WORKERS, Scene, mail_to, on_both_engines
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


@on_both_engines()
def test_from_start_to_stop(scene: Scene) -> None:
    with RawServer(feed) as server:
        scene.monitor.feeds(server, "/one", "/two")
        with scene.service() as service:
            service.until(lambda: len(asked(server)) == 2)
            second = scene.command("run")
            assert second.code == 1
            assert f"already running, pid {service.process.pid}, lock " in second.err

            scene.monitor.feeds(server, "/one", "/two", "/three")
            service.until(lambda: asked(server)["/three"] == 1)
            service.until(lambda: service.health()["status"] == "ok")

            (scene.monitor.home / "feeds.yaml").write_text(
                "version: 1\noutlets: [\n", encoding="utf-8"
            )
            service.tell(signal.SIGHUP)
            service.until(lambda: service.troubles() == ["configuration"])
            assert "feeds.yaml:3" in service.health()["troubles"][0]["detail"]
            assert service.get("/health")[0] == 200
            assert scene.command("doctor").code == 1

            scene.monitor.feeds(server, "/one", "/two", "/three")
            service.until(lambda: service.troubles() == [])
            status, metrics = service.polling.get("/metrics")
            assert status == 200
            assert 'monitor_polls_total{outcome="ok",reason=""} 3.0' in metrics
            assert service.get("/etc/passwd")[0] == 404
            code, took = service.stop()

    assert (code, took < END_WITHIN_S) == (0, True)
    assert asked(server) == Counter({"/one": 1, "/two": 1, "/three": 1})
    assert scene.rows("SELECT count(*) FROM hit") == [(3,)]
    assert scene.rows("SELECT count(*) FROM host WHERE leased_until IS NOT NULL") == [(0,)]
    assert all("message" in json.loads(line) for line in service.log.splitlines())


@on_both_engines()
def test_stopping_waits_for_no_slow_server_and_gives_leases_back(scene: Scene) -> None:
    with RawServer([FOREVER]) as server:
        scene.monitor.feeds(server, "/slow")
        with scene.service() as service:
            service.until(lambda: bool(server.requests))
            code, took = service.stop()

    assert (code, took < END_WITHIN_S) == (0, True)
    assert scene.rows("SELECT count(*) FROM host WHERE leased_until IS NOT NULL") == [(0,)]


@on_both_engines(soak=True)
def test_a_second_signal_ends_at_once(scene: Scene) -> None:
    with RawServer([FOREVER]) as server:
        scene.monitor.feeds(server, "/slow")
        with scene.service() as service:
            service.until(lambda: bool(server.requests))
            service.tell(signal.SIGTERM)
            time.sleep(0.3)
            code, took = service.stop()

    assert (code, took < 3) == (0, True)


@pytest.mark.parametrize(
    ("database_url", "engine", "feeds", "people"),
    [
        ("sqlite", EMBEDDED, 40, 10),
        pytest.param("sqlite", EMBEDDED, 500, 100, marks=pytest.mark.soak),
        pytest.param("postgres", EMBEDDED, 500, 100, marks=pytest.mark.soak),
        pytest.param("postgres", WORKERS, 500, 100, marks=pytest.mark.soak),
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
