import pytest

from monitor.adapters.http.addresses import is_public
from monitor.domain.feed import Validators
from support.fetching import document, failure, fetcher, guarded
from support.network import StubNetwork
from support.raw_server import RawServer, redirect, reply

PUBLIC = "93.184.215.14"
FEED = b"<rss/>"

INSIDE = [
    "0.0.0.0",  # noqa: S104 - judged, not bound
    "0.1.2.3",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "primer.example",
    "",
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_that_leads_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.215.14", "100.63.255.255", "2606:4700::1", "2a00:1450::1"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "localhost.",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "10.0.0.1",
        "100.64.0.1",
        "user:pw@127.0.0.1",
    ],
)
def test_a_redirect_does_not_lead_inside(host: str) -> None:
    with RawServer(reply(FEED)) as canary:
        hop = redirect(f"http://{host}:{canary.port}/")
        with RawServer(hop) as server:
            stub = StubNetwork({"primer.example": [PUBLIC]}, {PUBLIC: server.port})
            # The operator's own port is the canary's, so that only the address stands in the way.
            error = failure(guarded(stub), f"http://primer.example:{canary.port}/")

    assert error.reason == "blocked_address"
    assert " leads to " in error.detail
    assert stub.dialled == [PUBLIC]
    assert canary.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0177.0.0.1"])
def test_a_private_address_is_the_fault_that_is_named_whatever_the_port(host: str) -> None:
    with RawServer(redirect(f"http://{host}:8123/")) as server:
        stub = StubNetwork({"primer.example": [PUBLIC]}, {PUBLIC: server.port})
        error = failure(guarded(stub), "http://primer.example/")

    assert error.reason == "blocked_address"
    assert stub.dialled == [PUBLIC]


def test_an_address_in_fancy_digits_is_not_even_a_host() -> None:
    with RawServer(redirect("http://①②⑦.0.0.1/")) as server:
        assert failure(fetcher(), server.url()).reason == "bad_redirect"


def test_the_operators_own_address_is_judged_as_well() -> None:
    with RawServer(reply(FEED)) as canary:
        error = failure(guarded(StubNetwork()), canary.url())

    assert (error.reason, "127.0.0.1" in error.detail) == ("blocked_address", True)
    assert canary.connections == 0


@pytest.mark.parametrize("answers", [[PUBLIC, "10.0.0.1"], ["127.0.0.1", PUBLIC]])
def test_one_private_answer_condemns_them_all(answers: list[str]) -> None:
    stub = StubNetwork({"primer.example": answers})

    error = failure(guarded(stub), "http://primer.example/")

    assert error.reason == "blocked_address"
    assert "primer.example" in error.detail
    assert stub.dialled == []


def test_a_name_that_changes_its_mind_is_judged_each_time_and_asked_once_a_hop() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    with RawServer(reply(FEED)) as canary, RawServer(redirect("/b")) as server:
        stub = StubNetwork({"primer.example": lambda: next(answers)}, {PUBLIC: server.port})
        error = failure(guarded(stub), f"http://primer.example:{canary.port}/a")

    assert error.reason == "blocked_address"
    assert stub.looked_up == ["primer.example"] * 2
    assert stub.dialled == [PUBLIC]
    assert canary.connections == 0


def test_the_connection_goes_to_the_address_that_was_judged() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    with RawServer(reply(FEED)) as server:
        stub = StubNetwork({"primer.example": lambda: next(answers)}, {PUBLIC: server.port})
        found = document(guarded(stub), "http://primer.example/")

    assert found.body == FEED
    assert stub.dialled == [PUBLIC]
    assert b"host: primer.example\r\n" in server.requests[0].lower()


def test_private_networks_are_open_where_the_operator_says_so() -> None:
    with RawServer(reply(FEED)) as target, RawServer(redirect(target.url())) as server:
        assert document(fetcher(), server.url()).body == FEED


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://primer.example/", "http://", "primer.example/rss", "", "a b"],
)
def test_only_web_addresses_are_fetched(url: str) -> None:
    assert failure(fetcher(), url, Validators()).reason == "blocked_address"
