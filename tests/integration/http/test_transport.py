import socket
import threading
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import repeat

import pytest

from monitor.adapters.http.limits import Limits
from monitor.domain.errors import FetchError
from monitor.domain.feed import Validators
from support.fetching import document, failure, fetcher
from support.network import StubNetwork
from support.raw_server import FOREVER, RawServer, Reset, Step, Wait, reply

FEED = b"<rss version='2.0'><channel><title>Primer</title></channel></rss>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n"


def dripping(start: bytes, drop: bytes) -> Iterator[Step]:
    yield start
    for _ in repeat(None):
        yield drop
        yield Wait(0.05)


def one_piece_each(piece: bytes, count: int) -> Iterable[Step]:
    yield HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    yield from repeat(piece, count)


def test_a_healthy_feed_comes_home_whole() -> None:
    answer = reply(FEED, "Content-Type: application/rss+xml; charset=UTF-8")
    with RawServer(answer) as server:
        found = document(fetcher(), server.url())

    assert (found.body, found.content_type, found.charset) == (FEED, "application/rss+xml", "utf-8")
    assert (found.url, found.moved_to, found.max_age) == (server.url(), "", None)


def test_the_request_says_who_asks_and_offers_only_what_is_decoded_here() -> None:
    with RawServer(reply(FEED)) as server:
        document(fetcher(), server.url("/vesti?strana=1"))

    head = server.requests[0].decode().lower()
    assert head.startswith("get /vesti?strana=1 http/1.1\r\n")
    assert f"\r\nhost: 127.0.0.1:{server.port}\r\n" in head
    assert "\r\nuser-agent: monitor-tests/1 (+https://primer.example/contact)\r\n" in head
    assert "\r\naccept-encoding: gzip, deflate\r\n" in head
    assert "\r\nif-" not in head


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    error = failure(fetcher(), f"http://127.0.0.1:{port}/feed")

    assert (error.reason, "refused" in error.detail) == ("connect_failed", True)


def test_the_second_address_of_a_host_is_tried_when_the_first_refuses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        dead_port = closed.getsockname()[1]
    with RawServer(reply(FEED)) as server:
        stub = StubNetwork(
            {"primer.example": ["192.0.2.1", "192.0.2.2"]},
            {"192.0.2.1": dead_port, "192.0.2.2": server.port},
        )

        found = document(fetcher(stub), "http://primer.example/feed")

    assert found.body == FEED
    assert stub.looked_up == ["primer.example"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "dns_not_found"),
        (socket.gaierror(socket.EAI_NODATA, "no data"), "dns_not_found"),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), "dns_temporary"),
        (socket.gaierror(socket.EAI_FAIL, "servfail"), "dns_temporary"),
        (UnicodeError("label too long"), "dns_not_found"),
        ([], "dns_not_found"),
    ],
)
def test_a_name_without_an_address_says_why(answer: Exception | list[str], reason: str) -> None:
    error = failure(fetcher(StubNetwork({"primer.example": answer})), "http://primer.example/")

    assert (error.reason, "primer.example" in str(error) or not error.detail) == (reason, True)


def test_a_resolver_that_never_answers_ends_in_time() -> None:
    release = threading.Event()

    def hang() -> list[str]:
        release.wait(10)
        return []

    error = failure(fetcher(StubNetwork({"primer.example": hang})), "http://primer.example/")
    release.set()

    assert error.reason == "dns_timeout"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param([FOREVER], "timeout", id="silent"),
        pytest.param([HEAD, FOREVER], "timeout", id="silent amid headers"),
        pytest.param([HEAD + b"\r\n<rss", FOREVER], "timeout", id="silent amid the body"),
        pytest.param(dripping(HEAD + b"\r\n", b"x"), "deadline", id="body drips"),
        pytest.param(dripping(HEAD, b"X-A: b\r\n"), "deadline", id="headers drip"),
        pytest.param(dripping(b"HTTP/1.1 100 Continue\r\n", b"\r\n"), "protocol_error", id="junk"),
        pytest.param([], "connect_failed", id="closes at once"),
        pytest.param([Reset()], "connect_failed", id="resets at once"),
        pytest.param([HEAD], "protocol_error", id="closes amid headers"),
        pytest.param([b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"], "protocol_error", id="tls"),
        pytest.param([b"SSH-2.0-OpenSSH_9.6\r\n"], "protocol_error", id="not http"),
        pytest.param([FEED], "protocol_error", id="no head at all"),
        pytest.param(
            [HEAD + b"Content-Length: 5000\r\n\r\n" + FEED], "truncated", id="shorter than said"
        ),
        pytest.param(
            [HEAD + b"Content-Length: 5000\r\n\r\n" + FEED, Wait(0.1), Reset()],
            "truncated",
            id="reset amid the body",
        ),
        pytest.param(
            [HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n"],
            "truncated",
            id="chunks end",
        ),
        pytest.param(
            [HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n<rss>\r\n0\r\n\r\n"],
            "protocol_error",
            id="bad chunk",
        ),
        pytest.param(
            [HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n<rss/>"],
            "protocol_error",
            id="two lengths",
        ),
        pytest.param(
            [b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 200_000 + b"\r\n"],
            "protocol_error",
            id="200,000 headers",
        ),
        pytest.param(
            [b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 1_000_000 + b"\r\n\r\n"],
            "protocol_error",
            id="one 1 MB header",
        ),
        pytest.param(
            repeat(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 1_000),
            "protocol_error",
            id="endless interim answers",
        ),
    ],
)
def test_a_broken_server_ends_in_time_with_a_reason(answer: Iterable[Step], reason: str) -> None:
    with RawServer(answer) as server:
        error = failure(fetcher(), server.url())

    assert error.reason == reason
    assert server.connections == 1


def test_a_deadline_holds_over_redirects() -> None:
    def slowly(_: bytes) -> Iterator[Step]:
        yield Wait(0.3)
        yield reply(b"", f"Location: /{len(server.requests)}", status="302 Found")

    with RawServer(slowly) as server:
        error = failure(fetcher(), server.url())

    assert error.reason == "deadline"
    assert len(server.requests) < 5


def test_dribbled_chunks_are_refused_before_they_cost_seconds() -> None:
    patient = Limits(total=timedelta(seconds=20))
    with RawServer(one_piece_each(b"1\r\nx\r\n" * 10_000, 30)) as server:
        error = failure(fetcher(limits=patient), server.url())

    assert (error.reason, "pieces" in error.detail) == ("protocol_error", True)


def test_proxies_and_netrc_of_the_environment_are_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / ".netrc"
    netrc.write_text("default login canary password canary\n")
    with RawServer(reply(FEED)) as server, RawServer(reply(FEED)) as canary:
        monkeypatch.setenv("NETRC", str(netrc))
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, canary.url(""))

        document(fetcher(), server.url())

    assert canary.connections == 0
    assert b"authorization" not in server.requests[0].lower()


def test_cookies_are_not_kept() -> None:
    cookies = [f"Set-Cookie: a{number}=b" for number in range(1_000)]
    with RawServer(reply(FEED, *cookies)) as server:
        web = fetcher()
        document(web, server.url())
        document(web, server.url())

    assert b"cookie" not in server.requests[1].lower()


def test_ten_thousand_cookies_are_too_many_headers() -> None:
    cookies = [f"Set-Cookie: a{number}=b" for number in range(10_000)]
    with RawServer(reply(FEED, *cookies)) as server:
        assert failure(fetcher(), server.url()).reason == "protocol_error"


def test_a_connection_is_not_hoarded() -> None:
    with RawServer(reply(FEED)) as server:
        web = fetcher()
        document(web, server.url())
        document(web, server.url())

    assert server.connections == 2
    assert b"connection: close" in server.requests[0].lower()


def test_many_threads_share_one_fetcher() -> None:
    bodies: dict[int, bytes] = {}

    def fetch(number: int) -> None:
        bodies[number] = document(web, server.url(f"/{number}")).body

    def echo(head: bytes) -> Iterator[Step]:
        yield reply(head.split(b" ")[1])

    web = fetcher(limits=Limits())
    with RawServer(echo) as server:
        threads = [threading.Thread(target=fetch, args=(number,)) for number in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert bodies == {number: f"/{number}".encode() for number in range(40)}


def test_a_feeds_own_headers_are_sent_but_cannot_break_the_framing() -> None:
    own = (("X-Key", "tajna"), ("user-agent", "named by the operator"), ("Accept-Encoding", "br"))
    with RawServer(reply(FEED)) as server:
        fetcher().fetch(server.url(), Validators(), own)

    head = server.requests[0].lower()
    assert b"x-key: tajna" in head
    assert head.count(b"user-agent:") == 1
    assert b"user-agent: named by the operator" in head
    assert b"accept-encoding: gzip, deflate" in head


def test_a_header_that_would_smuggle_another_is_refused() -> None:
    with RawServer(reply(FEED)) as server, pytest.raises(FetchError) as caught:
        fetcher().fetch(server.url(), Validators(), (("X-Key", "a\r\nX-Other: b"),))

    assert caught.value.reason == "protocol_error"
    assert server.requests == []
