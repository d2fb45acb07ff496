import gzip
from collections.abc import Iterator
from itertools import repeat

import pytest

from monitor.domain.feed import Validators
from support.fetching import document, failure, fetcher, guarded
from support.network import StubNetwork
from support.raw_server import Answer, RawServer, Step, redirect, reply

FEED = b"<rss/>"
PUBLIC = "93.184.215.14"
OTHER = "93.184.215.15"
MOVED = "301 Moved Permanently"


def chain(length: int, status: str = "302 Found") -> dict[str, Answer]:
    hops: dict[str, Answer] = {
        f"/{number}": redirect(f"/{number + 1}", status) for number in range(length)
    }
    return {**hops, f"/{length}": reply(FEED)}


@pytest.mark.parametrize("length", [1, 5])
def test_up_to_five_redirects_are_followed(length: int) -> None:
    with RawServer(chain(length)) as server:
        found = document(fetcher(), server.url("/0"))

    assert (found.body, found.url, found.moved_to) == (FEED, server.url(f"/{length}"), "")


def test_the_sixth_redirect_is_one_too_many() -> None:
    with RawServer(chain(6)) as server:
        assert failure(fetcher(), server.url("/0")).reason == "too_many_redirects"

    assert len(server.requests) == 6


@pytest.mark.parametrize("answers", [{"*": "/a"}, {"/a": "/b", "/b": "/a"}])
def test_a_circle_is_noticed(answers: dict[str, str]) -> None:
    script = {path: redirect(target) for path, target in answers.items()}
    with RawServer(script) as server:
        error = failure(fetcher(), server.url("/a"))

    assert error.reason == "too_many_redirects"
    assert len(server.requests) <= 3


@pytest.mark.parametrize("status", ["301 Moved", "308 Permanent"])
def test_a_chain_of_permanent_redirects_tells_the_new_address(status: str) -> None:
    with RawServer(chain(3, status)) as server:
        assert document(fetcher(), server.url("/0")).moved_to == server.url("/3")


@pytest.mark.parametrize("status", ["302 Found", "303 See Other", "307 Temporary"])
def test_one_temporary_redirect_means_not_moved(status: str) -> None:
    script = {"/0": redirect("/1", MOVED), "/1": redirect("/2", status), "/2": reply(FEED)}
    late = {**script, "/1": redirect("/2", MOVED), "/0": redirect("/1", status)}
    with RawServer(script) as one, RawServer(late) as other:
        assert document(fetcher(), one.url("/0")).moved_to == ""
        assert document(fetcher(), other.url("/0")).moved_to == ""


def test_the_body_of_a_redirect_is_never_read() -> None:
    packed = gzip.compress(bytes(10_000_000))

    def endless(_: bytes) -> Iterator[Step]:
        yield b"HTTP/1.1 302 Found\r\nLocation: /bomb\r\n\r\n"
        yield from repeat(b"x" * 65_536)

    script: dict[str, Answer] = {
        "/feed": endless,
        "/bomb": reply(packed, "Location: /1", "Content-Encoding: gzip", status="302 Found"),
        "/1": reply(FEED),
    }
    with RawServer(script) as server:
        assert document(fetcher(), server.url()).body == FEED


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "gopher://primer.example/",
        "ftp://primer.example/rss",
        "javascript:alert(1)",
        "data:text/xml,<rss/>",
        "http://",
        "https:///rss",
        "http://primer.example:99999/",
        "http://primer.example:0/",
        "http://primer.example:abc/",
        "http://[::1/",
        "http://primer.example\x01/",
        "http://" + "a" * 70_000 + "/",
    ],
)
def test_a_redirect_that_leads_nowhere_sane_is_refused(location: str) -> None:
    with RawServer(redirect(location)) as server:
        error = failure(fetcher(), server.url())

    assert error.reason == "bad_redirect"
    assert len(error.detail) < 300


def test_a_redirect_may_not_choose_the_port() -> None:
    script = {"/22": redirect("http://primer.example:22/"), "/feed": redirect("https://x.example/")}
    with RawServer(script) as server:
        names = {"primer.example": [PUBLIC], "x.example": ["10.0.0.1"]}
        web = guarded(StubNetwork(names, {PUBLIC: server.port}))

        chosen = failure(web, "http://primer.example:8080/22")
        usual = failure(web, "http://primer.example:8080/feed")

    assert (chosen.reason, "port 22" in chosen.detail) == ("bad_redirect", True)
    assert usual.reason == "blocked_address"


def test_the_port_that_the_operator_named_stays_open() -> None:
    script = {"/a": redirect("http://www.primer.example:8080/b"), "/b": reply(FEED)}
    with RawServer(script) as server:
        names = {"primer.example": [PUBLIC], "www.primer.example": [PUBLIC]}
        web = guarded(StubNetwork(names, {PUBLIC: server.port}))

        assert document(web, "http://primer.example:8080/a").body == FEED


def test_secrets_of_one_origin_are_not_told_to_another() -> None:
    script = {"/a": redirect("/b"), "/b": redirect("http://other.example/c")}
    with RawServer(script) as first, RawServer(reply(FEED)) as second:
        names = {"primer.example": [PUBLIC], "other.example": [OTHER]}
        web = guarded(StubNetwork(names, {PUBLIC: first.port, OTHER: second.port}))
        web.fetch(
            "http://citalac:tajna@primer.example/a",
            Validators('"v1"', "Mon, 02 Mar 2026 08:00:00 GMT"),
            (("X-Key", "kanarinac"),),
        )

    told = (b"authorization: basic", b"x-key: kanarinac", b'if-none-match: "v1"', b"if-modified")
    assert all(word in request.lower() for word in told for request in first.requests)
    assert not any(word in second.requests[0].lower() for word in told)


def test_userinfo_in_a_redirect_is_dropped() -> None:
    with RawServer({"/b": reply(FEED)}) as target:
        hop = redirect(f"http://ana:tajna@127.0.0.1:{target.port}/b#deo", MOVED)
        with RawServer(hop) as server:
            found = document(fetcher(), server.url())

    assert (found.url, found.moved_to) == (target.url("/b"), target.url("/b"))
    assert b"authorization" not in target.requests[0].lower()


@pytest.mark.parametrize(
    "location",
    [
        "http://ana:tajna@[::1/",
        "ftp://ana:tajna@primer.example/",
        "http://primer.example:0/?k=tajna",
    ],
)
def test_secrets_in_addresses_are_not_shown(location: str) -> None:
    with RawServer(redirect(location)) as server:
        error = failure(fetcher(), server.url().replace("//", "//ana:tajna@"))

    assert error.reason == "bad_redirect"
    assert "tajna" not in str(error)


def test_a_location_in_raw_letters_is_followed() -> None:
    script = {"/feed": redirect("/вести"), "/%D0%B2%D0%B5%D1%81%D1%82%D0%B8": reply(FEED)}
    with RawServer(script) as server:
        assert document(fetcher(), server.url()).body == FEED


@pytest.mark.parametrize("status", ["300 Choices", "304 Not Modified", "305 Proxy", "306 Unused"])
def test_only_five_statuses_are_redirects(status: str) -> None:
    with RawServer({"/feed": redirect("/b", status), "/b": reply(FEED)}) as server:
        failure(fetcher(), server.url())

    assert len(server.requests) == 1
