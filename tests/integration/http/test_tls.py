import ssl
from pathlib import Path

import pytest

from monitor.domain.feed import Validators
from support.fetching import document, failure, fetcher, guarded
from support.network import StubNetwork
from support.raw_server import FOREVER, RawServer, redirect, reply

TLS = Path(__file__).parents[2] / "support" / "tls"
PUBLIC = "93.184.215.14"
OTHER = "93.184.215.15"
FEED = b"<rss/>"


def server_tls(name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / name)
    return context


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(TLS / "ca.pem"))


def test_a_valid_certificate_is_accepted() -> None:
    with RawServer(reply(FEED), tls=server_tls("good.pem")) as server:
        stub = StubNetwork({"primer.example": ["127.0.0.1"]})
        found = document(fetcher(stub, tls=trusting()), server.url(host="primer.example"))

    assert found.body == FEED


@pytest.mark.parametrize(
    ("certificate", "host", "tls", "words"),
    [
        ("expired.pem", "primer.example", trusting(), "expired"),
        ("good.pem", "other.example", trusting(), "mismatch"),
        ("good.pem", "primer.example", None, "issuer"),
    ],
)
def test_a_bad_certificate_is_refused_with_its_fault(
    certificate: str, host: str, tls: ssl.SSLContext | None, words: str
) -> None:
    with RawServer(reply(FEED), tls=server_tls(certificate)) as server:
        stub = StubNetwork({host: ["127.0.0.1"]})
        error = failure(fetcher(stub, tls=tls), server.url(host=host))

    assert (error.reason, words in error.detail, host in error.detail) == (
        "tls_invalid",
        True,
        True,
    )
    assert server.requests == []


def test_plain_http_on_a_secure_address_is_refused_and_nothing_is_sent_in_clear() -> None:
    with RawServer(b"HTTP/1.1 400 Bad\r\n\r\n") as server:
        error = failure(fetcher(), server.url().replace("http:", "https:"))

    assert error.reason in {"tls_invalid", "timeout"}
    assert not any(b"GET" in request for request in server.requests)


def test_a_handshake_that_never_comes_ends_in_time() -> None:
    with RawServer([FOREVER]) as server:
        error = failure(fetcher(), server.url().replace("http:", "https:"))

    assert error.reason == "timeout"


def test_a_redirect_from_https_to_http_is_refused_unless_allowed() -> None:
    with RawServer(reply(FEED)) as plain:
        hop = redirect(plain.url(), "301 Moved Permanently")
        with RawServer(hop, tls=server_tls("good.pem")) as server:
            web = fetcher(tls=trusting())
            own = (("X-Key", "a"),)

            error = failure(web, server.url())
            seen_before = plain.connections
            found = web.fetch(server.url(), Validators("tag"), own, allow_http=True)

    assert (error.reason, seen_before) == ("bad_redirect", 0)
    assert "allow_http: true" in error.detail
    assert found is not None
    assert found.body == FEED
    assert b"x-key" not in plain.requests[0].lower()
    assert b"if-none-match" not in plain.requests[0].lower()


def test_a_feed_that_moves_to_https_keeps_its_headers() -> None:
    hop = redirect("https://primer.example/feed")
    with (
        RawServer(hop) as plain,
        RawServer(reply(FEED), tls=server_tls("good.pem")) as secure,
    ):
        answers = iter([[PUBLIC], [OTHER]])
        stub = StubNetwork(
            {"primer.example": lambda: next(answers)}, {PUBLIC: plain.port, OTHER: secure.port}
        )
        web = fetcher(stub, tls=trusting(), allow_private_networks=False)
        web.fetch("http://primer.example/feed", Validators(), (("X-Key", "a"),))

    assert b"x-key: a\r\n" in secure.requests[0].lower()


def test_a_guarded_fetcher_judges_before_it_shakes_hands() -> None:
    with RawServer(reply(FEED), tls=server_tls("good.pem")) as canary:
        assert failure(guarded(StubNetwork()), canary.url()).reason == "blocked_address"

    assert canary.connections == 0
