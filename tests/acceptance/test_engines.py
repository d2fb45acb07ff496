"""The same service, whatever does its jobs: threads of its own, or workers of the engine."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from support.feed_documents import rss
from support.raw_server import RawServer, Step, reply
from support.service import CLAIM, Scene, Service, mail_to
from support.smtp_server import SmtpServer


def feed(request: bytes) -> Iterator[Step]:
    name = request.split()[1].decode().strip("/")
    if name == "f-broken":
        return iter([reply(b"<html><title>Prijava</title></html>")])
    body = rss([f"{CLAIM} {name}", f"Kiša u {name}"]).replace("primer.example", f"{name}.example")
    return iter([reply(body.encode(), f'ETag: "{name}"')])


@pytest.mark.parametrize("engine", ["embedded", "procrastinate"])
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_service_polls_delivers_reloads_and_stops(scene: Scene, engine: str) -> None:
    people = scene.people("ana", "boris")
    with RawServer(feed) as server, SmtpServer() as mail, ExitStack() as stack:
        settings = mail_to(mail) | {"MONITOR_ENGINE": engine}
        scene.monitor.feeds(server, "/f-1", "/f-2", "/f-broken")
        service = stack.enter_context(scene.service(**settings))
        at_work = [service]
        if engine == "procrastinate":
            home, url = scene.monitor.home, {"MONITOR_DATABASE_URL": scene.url}
            at_work.append(stack.enter_context(Service(home, command="worker", **url, **settings)))
        service.until(lambda: scene.number("SELECT count(*) FROM fetch_event") == 3)
        service.until(lambda: scene.mailed(mail).keys() == people)

        scene.monitor.feeds(server, "/f-1", "/f-2", "/f-3")
        for one in at_work:
            one.process.send_signal(signal.SIGHUP)
        service.until(lambda: scene.number("SELECT count(*) FROM hit") == 3)
        service.until(lambda: service.health()["status"] == "ok")
        ends = [one.stop()[0] for one in reversed(at_work)]

    assert ends == [0] * len(at_work)
    assert scene.rows("SELECT count(*), count(DISTINCT title) FROM item") == [(6, 6)]
    assert scene.rows("SELECT reason FROM fetch_event WHERE outcome = 'failed'") == [
        ("not_a_feed",)
    ]
    assert set(scene.mailed(mail).values()) == {1}
    assert scene.number("SELECT count(*) FROM host WHERE leased_until IS NOT NULL") == 0
    scene.is_sound()
