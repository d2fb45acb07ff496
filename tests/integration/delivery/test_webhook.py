"""Webhooks: signed, pinned to public addresses, and tried again."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.domain.subscription import Channel, Shape, Standing
from support.delivering import Delivering
from support.network import StubNetwork
from support.raw_server import RawServer, Step, Wait, reply


def ready(service: Delivering, server: RawServer, shape: Shape = Shape.JSON) -> str:
    """Let a digest be due for a webhook; return its secret."""
    added = service.added(server.url("/hook"), channel=Channel.WEBHOOK, shape=shape)
    service.publish("Balkan <otvoren> & @channel")
    service.pass_time(hours=24)
    return added.secret


def parts(request: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}, body


def test_a_body_is_signed_and_its_id_stays_when_it_is_sent_again(service: Delivering) -> None:
    got: list[bytes] = []
    answers = iter(["500 Oops", "200 OK"])

    def script(request: bytes) -> Iterator[Step]:
        got.append(request)
        return iter([reply(status=next(answers))])

    with RawServer(script) as server:
        secret = ready(service, server)
        for _ in range(3):
            service.deliver()
            service.pass_time(minutes=2)

    assert service.states == ["sent"]
    (first, body), (second, again) = map(parts, got)
    assert first["webhook-id"] == second["webhook-id"]
    assert body == again
    signed = f"{second['webhook-id']}.{second['webhook-timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
    assert second["webhook-signature"] == f"v1,{mac}"
    assert json.loads(body)["digest"]["items"] == 1


@pytest.mark.parametrize("shape", [Shape.SLACK, Shape.MATTERMOST])
def test_a_chat_gets_a_post_in_its_own_shape(service: Delivering, shape: Shape) -> None:
    got: list[bytes] = []

    def script(request: bytes) -> Iterator[Step]:
        got.append(request)
        return iter([reply()])

    with RawServer(script) as server:
        ready(service, server, shape)
        service.deliver()

    body = json.loads(parts(got[0])[1])
    assert ("blocks" in body) == (shape is Shape.SLACK)
    assert "<otvoren>" not in json.dumps(body)


def test_a_private_address_is_never_connected_to(service: Delivering) -> None:
    network = StubNetwork()
    service.network = network.network()
    with RawServer(reply()) as server:
        ready(service, server)
        (sent,) = service.deliver()

    assert sent.answer.text.startswith("blocked_address")
    assert network.dialled == []


def test_a_redirect_is_not_followed_and_a_webhook_that_is_gone_is_left_alone(
    service: Delivering,
) -> None:
    answers = iter(["302 Found", "410 Gone"])
    with RawServer(
        lambda _: iter([reply(b"", "Location: /other", status=next(answers))])
    ) as server:
        ready(service, server)
        service.deliver()
        assert service.states == ["ready"]
        service.pass_time(minutes=2)
        service.deliver()

    assert service.states == ["failed"]
    assert service.subscribers.all()[0].standing is Standing.SUSPENDED


def test_a_webhook_that_does_not_answer_in_time_is_tried_again_with_the_same_id(
    service: Delivering,
) -> None:
    got: list[bytes] = []
    service.deadline = timedelta(seconds=0.3)

    def script(request: bytes) -> Iterator[Step]:
        got.append(request)
        return iter([Wait(1.0), reply()] if len(got) == 1 else [reply()])

    with RawServer(script) as server:
        ready(service, server)
        (late,) = service.deliver()
        service.pass_time(minutes=2)
        service.deadline = timedelta(seconds=10)
        service.deliver()

    assert late.answer.text.startswith(("timeout", "deadline"))
    assert service.states == ["sent"]
    assert len({parts(request)[0]["webhook-id"] for request in got}) == 1


def test_an_endless_answer_is_not_read(service: Delivering) -> None:
    with RawServer(reply(b"x" * 10_000_000)) as server:
        ready(service, server)
        service.deliver()

    assert service.states == ["sent"]
