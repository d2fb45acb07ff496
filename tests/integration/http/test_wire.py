from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from monitor.adapters.http.deadline import Deadline
from monitor.adapters.http.fetcher import user_agent
from monitor.adapters.http.limits import Limits
from monitor.adapters.http.wire import Request, Wire
from monitor.domain.errors import FetchError
from support.fetching import public_tls
from support.network import StubNetwork
from support.raw_server import RawServer, Step, reply


def wire(*, allow_private: bool) -> Wire:
    return Wire(StubNetwork().network(), Limits(), public_tls(), allow_private=allow_private)


def test_what_is_posted_arrives_and_the_answer_can_be_read() -> None:
    def echo(request: bytes) -> Iterator[Step]:
        yield reply(request.partition(b"\r\n\r\n")[2], status="202 Accepted")

    with RawServer(echo) as server:
        request = Request("POST", httpx.URL(server.url()), (("X-Id", "1"),), "Вест".encode())
        with wire(allow_private=True).send(request, Deadline(timedelta(seconds=5))) as answer:
            status, body = answer.status, b"".join(answer.pieces())

    assert (status, body.decode()) == (202, "Вест")
    assert server.requests[0].startswith(b"POST /feed HTTP/1.1\r\n")


def test_what_is_posted_goes_to_public_addresses_only() -> None:
    with RawServer(reply()) as canary:
        request = Request("POST", httpx.URL(canary.url()), (), b"{}")
        with (
            pytest.raises(FetchError, match="blocked_address"),
            wire(allow_private=False).send(request, Deadline(timedelta(seconds=5))),
        ):
            pass

    assert canary.connections == 0


def test_a_deadline_that_has_passed_sends_nothing() -> None:
    with RawServer(reply()) as server:
        request = Request("GET", httpx.URL(server.url()))
        with (
            pytest.raises(FetchError, match="deadline"),
            wire(allow_private=True).send(request, Deadline(timedelta(0))),
        ):
            pass

    assert server.requests == []


def test_the_user_agent_names_product_and_contact_on_one_line() -> None:
    agent = user_agent("https://primer.example/kontakt\r\nX-Evil: 1")

    assert agent.startswith("western-balkans-narrative-monitor/")
    assert "(+https://primer.example/kontakt" in agent
    assert "\n" not in agent
