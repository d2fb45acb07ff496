"""The sample outlets answer over HTTP as real servers do."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
import pytest
import yaml

from monitor.demo.documents import render
from monitor.demo.server import feed_list, serving
from monitor.demo.week import day, load_week

WEEK = load_week()


@dataclass
class Hands:
    """A clock that stands where it is put."""

    at: datetime = field(default_factory=lambda: day(1).until)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def client(clock: Hands) -> Iterator[httpx.Client]:
    with serving(WEEK, clock.now) as base_url, httpx.Client(base_url=base_url) as client:
        yield client


def test_every_living_feed_is_served_as_rendered(client: httpx.Client, clock: Hands) -> None:
    for sample in WEEK:
        answer = client.get(f"/{sample.outlet.id}/feed")

        document = render(sample, clock.now())
        if sample.feed.dead_from is None:
            assert answer.status_code == 200
            assert answer.content == document.body
            assert answer.headers["Content-Type"] == document.content_type


@pytest.mark.parametrize(
    ("validator", "header"), [("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")]
)
def test_an_unchanged_feed_answers_304(client: httpx.Client, validator: str, header: str) -> None:
    first = client.get("/dunavski-glasnik/feed")

    second = client.get("/dunavski-glasnik/feed", headers={header: first.headers[validator]})

    assert second.status_code == 304
    assert second.content == b""
    assert second.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize(
    ("validator", "header"), [("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")]
)
def test_a_feed_with_news_answers_in_full(
    client: httpx.Client, clock: Hands, validator: str, header: str
) -> None:
    first = client.get("/dunavski-glasnik/feed")
    clock.at += timedelta(days=1)

    second = client.get("/dunavski-glasnik/feed", headers={header: first.headers[validator]})

    assert second.status_code == 200
    assert second.headers["ETag"] != first.headers["ETag"]


def test_an_edit_alone_makes_the_feed_new(client: httpx.Client, clock: Hands) -> None:
    (edit,) = (p.edit for sample in WEEK for p in sample.publications if p.edit)
    clock.at = edit.at - timedelta(seconds=1)
    first = client.get("/zetski-portal/feed")
    clock.at = edit.at

    second = client.get("/zetski-portal/feed", headers={"If-None-Match": first.headers["ETag"]})

    assert second.status_code == 200


def test_the_dead_feed_answered_before_it_died(client: httpx.Client, clock: Hands) -> None:
    clock.at = day(2).since - timedelta(seconds=1)
    alive = client.get("/radio-stari-grad/feed")
    clock.at = day(2).since
    dead = client.get("/radio-stari-grad/feed")

    assert (alive.status_code, dead.status_code) == (200, 404)


@pytest.mark.parametrize("path", ["/", "/nobody/feed", "/dunavski-glasnik", "/../feed"])
def test_anything_else_is_not_found(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_unreadable_date_is_answered_in_full(client: httpx.Client) -> None:
    answer = client.get("/dunavski-glasnik/feed", headers={"If-Modified-Since": "yesterday"})

    assert answer.status_code == 200


def test_the_feed_list_names_every_outlet_with_its_facts() -> None:
    document = yaml.safe_load(feed_list(WEEK, "http://127.0.0.1:4711"))

    assert document["version"] == 1
    assert document["defaults"] == {
        "interval": "30m",
        "timezone": "Europe/Belgrade",
        "host_delay": "0s",
    }
    assert [outlet["name"] for outlet in document["outlets"]] == [s.outlet.name for s in WEEK]
    assert document["outlets"][0]["feeds"] == [
        {
            "id": WEEK[0].feed.id,
            "url": f"http://127.0.0.1:4711/{WEEK[0].outlet.id}/feed",
            "type": "feed",
        }
    ]
