from pathlib import Path

import feedparser
import pytest

from monitor.domain.people import ATTEMPTS, Role
from monitor.web.site import own_path
from support.site import PASSWORD, RunningSite, running


def test_nobody_is_shown_the_way_in_and_comes_back_to_where_they_wanted(site: RunningSite) -> None:
    client = site.client()

    asked = client.get("/search?q=balkan")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/sign-in?next=/search%3Fq%3Dbalkan"
    form = {"name": "vera", "password": PASSWORD, "next": "/search?q=balkan"}
    assert client.post("/sign-in", data=form).headers["location"] == "/search?q=balkan"
    assert client.get("/search?q=balkan").status_code == 200


def test_a_session_cannot_be_read_by_scripts_nor_sent_from_other_sites(site: RunningSite) -> None:
    come = site.client().post("/sign-in", data={"name": "vera", "password": PASSWORD})

    cookie = come.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_signing_out_ends_the_session_everywhere(site: RunningSite) -> None:
    client = site.signed_in("vera")
    kept = dict(client.cookies)

    client.post("/sign-out")
    assert site.client(cookie=f"session={kept['session']}").get("/").status_code == 303


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "/%2f%2fevil.example",
        "/%5cevil.example",
        "javascript:alert(1)",
        "/\tevil",
        "\\\\evil",
        "",
    ],
)
def test_nobody_is_sent_elsewhere(site: RunningSite, wanted: str) -> None:
    form = {"name": "vera", "password": PASSWORD, "next": wanted}

    assert site.client().post("/sign-in", data=form).headers["location"] == "/"
    assert own_path(wanted) == "/"


def test_guessing_is_answered_with_wait(tmp_path: Path) -> None:
    with running(tmp_path, ("ana", Role.VIEWER)) as site:
        client = site.client()
        for _ in range(ATTEMPTS):
            wrong = client.post("/sign-in", data={"name": "ana", "password": "wrong"})
            assert wrong.status_code == 401
        waited = client.post("/sign-in", data={"name": "ana", "password": PASSWORD})

        assert waited.status_code == 429
        assert waited.headers["retry-after"] == "60"


# (method, address, the least role that may)
DOORS = [
    ("GET", "/", Role.VIEWER),
    ("GET", "/search", Role.VIEWER),
    ("GET", "/feeds", Role.VIEWER),
    ("GET", "/settings", Role.VIEWER),
    ("GET", "/api/v1/hits", Role.VIEWER),
    ("POST", "/catalogue", Role.VIEWER),
    ("GET", "/quality", Role.VIEWER),
    ("GET", "/review", Role.REVIEWER),
    ("POST", "/review/hits/1/undo", Role.REVIEWER),
    ("POST", "/review/items/999", Role.REVIEWER),
    ("POST", "/feeds/primer-vesti/nothing", Role.VIEWER),
    ("POST", "/feeds/primer-vesti/probe", Role.OPERATOR),
    ("POST", "/settings/people", Role.OPERATOR),
    ("POST", "/settings/people/vera/role", Role.OPERATOR),
    ("POST", "/settings/people/vera/password", Role.OPERATOR),
    ("POST", "/settings/people/nobody/remove", Role.OPERATOR),
]


@pytest.mark.parametrize(("method", "address", "needed"), DOORS)
def test_each_door_opens_to_its_role_alone(
    site: RunningSite, method: str, address: str, needed: Role
) -> None:
    for name, role in (("vera", Role.VIEWER), ("rade", Role.REVIEWER)):
        answer = site.signed_in(name).request(method, address)
        assert (answer.status_code == 403) is not role.may(needed)
    anonymous = site.client().request(method, address)
    known = address != "/feeds/primer-vesti/nothing"
    assert anonymous.status_code in ({401, 303} if known else {404})


def test_tokens_open_the_api_with_their_owners_role(site: RunningSite) -> None:
    secret = site.app.people.new_token("vera", "test", "test")
    client = site.client(authorization=f"Bearer {secret}")

    assert client.get("/api/v1/hits").status_code == 200
    assert client.post("/settings/people", data={"name": "x"}).status_code == 403
    assert site.client(authorization="Bearer wrong").get("/api/v1/hits").status_code == 401


def test_a_token_is_revoked_by_its_owner_and_by_nobody_of_their_rank(site: RunningSite) -> None:
    secret = site.app.people.new_token("vera", "mine", "test")
    token = site.app.people.people.tokens()[0]

    theirs = site.signed_in("rade").post(f"/settings/tokens/{token.id}/revoke")
    assert theirs.status_code == 404
    assert site.signed_in("vera").post(f"/settings/tokens/{token.id}/revoke").status_code == 303
    assert site.client(authorization=f"Bearer {secret}").get("/api/v1/hits").status_code == 401


def test_searches_and_their_removal_are_ones_own(site: RunningSite) -> None:
    vera = site.signed_in("vera")
    vera.post("/searches", data={"name": "moja", "query": "q=balkan"})
    (saved,) = site.app.people.people.searches("vera")

    assert "moja" not in site.signed_in("rade").get("/search").text
    assert site.signed_in("rade").post(f"/searches/{saved.id}/forget").status_code == 404
    assert "moja" in vera.get("/search").text
    feed = site.client().get(f"/searches/{saved.feed_key}.atom")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert len(feedparser.parse(feed.content).entries) == 36
    tag = {"if-none-match": feed.headers["etag"]}
    assert site.client(**tag).get(f"/searches/{saved.feed_key}.atom").status_code == 304
    assert site.client().get("/searches/guess.atom").status_code == 404


def test_health_of_the_machine_is_not_told_to_strangers(site: RunningSite) -> None:
    for address in ("/api/v1/openapi.json", "/feeds", "/method"):
        assert "primer-vesti" not in site.client().get(address).text
