from collections.abc import Iterator

import httpx
import pytest

from support.site import HOSTILE, RunningSite

HEADERS = (
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cache-control",
)
ADDRESSES = (
    "/",
    "/search",
    "/nope",
    "/api/v1/hits",
    "/api/v1/nope",
    "/static/site.css",
    "/sign-in",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_tells_the_browser_to_do_nothing_more(
    open_site: RunningSite, address: str
) -> None:
    answer = open_site.client().get(address)

    assert all(name in answer.headers for name in HEADERS)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_each_page_has_a_nonce_of_its_own(open_site: RunningSite) -> None:
    policies = {
        open_site.client().get("/method").headers["content-security-policy"] for _ in range(3)
    }

    assert len(policies) == 3


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil"])
def test_another_name_for_this_site_is_refused(open_site: RunningSite, host: str) -> None:
    assert open_site.client(host=host).get("/").status_code == 400


def test_what_a_proxy_claims_is_not_believed(open_site: RunningSite) -> None:
    claims = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "remote-user": "a"}
    answer = open_site.client(**claims).get("/")

    assert answer.status_code == 200
    assert "evil.example" not in answer.text


# (what a browser or program sends besides the address, whether the change is let through)
ORIGINS = [
    ({}, True),
    ({"sec-fetch-site": "same-origin"}, True),
    ({"sec-fetch-site": "none"}, True),
    ({"sec-fetch-site": "same-site"}, False),
    ({"sec-fetch-site": "cross-site"}, False),
    ({"sec-fetch-site": "cross-site", "cookie": "session=x"}, False),
    ({"sec-fetch-site": "rubbish"}, False),
    ({"origin": "OWN"}, True),
    ({"origin": "https://evil.example"}, False),
    ({"origin": "null"}, False),
    ({"origin": "http://127.0.0.1:1"}, False),
    ({"origin": "https://evil.example", "cookie": "session=x"}, False),
    ({"origin": "https://evil.example", "sec-fetch-site": "same-origin"}, True),
    ({"authorization": "Bearer x", "origin": "https://evil.example"}, True),
    ({"authorization": "Bearer x", "sec-fetch-site": "cross-site"}, True),
    ({"authorization": "Bearer x", "cookie": "s=1", "sec-fetch-site": "cross-site"}, False),
]


@pytest.mark.parametrize(("headers", "passes"), ORIGINS)
def test_changes_come_from_our_own_pages_or_bear_a_token(
    open_site: RunningSite, headers: dict[str, str], *, passes: bool
) -> None:
    sent = {name: open_site.url if value == "OWN" else value for name, value in headers.items()}
    answer = open_site.client(**sent).post("/catalogue", data={"title": "Otvoreni Balkan"})

    assert (answer.status_code != 403) is passes


def test_a_large_body_is_refused_unread(open_site: RunningSite) -> None:
    answer = open_site.client().post("/catalogue", content=b"x" * 2_000_001)

    assert answer.status_code == 413


def test_an_endless_body_ends(open_site: RunningSite) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(400):
            yield b"title=" + b"x" * 10_000

    kind = {"content-type": "application/x-www-form-urlencoded"}
    try:
        answer = open_site.client().post("/catalogue", content=endless(), headers=kind)
    except httpx.TransportError:
        return
    assert answer.status_code >= 400


@pytest.mark.parametrize("address", [f"/{HOSTILE}", f"/feeds/{HOSTILE}", f"/search?day={HOSTILE}"])
def test_error_pages_escape_what_they_were_asked(open_site: RunningSite, address: str) -> None:
    answer = open_site.client(referer=HOSTILE).get(address)

    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text
