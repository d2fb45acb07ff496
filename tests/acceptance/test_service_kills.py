"""`kill -9` of the service, at named points and at any moment: nothing lost, nothing doubled."""

import random
import signal
import time
from collections.abc import Iterator

import pytest

from support.feed_documents import rss
from support.raw_server import RawServer, Step, Wait, reply
from support.service import CLAIM, EMBEDDED, WORKERS, Scene, mail_to
from support.smtp_server import SmtpServer

SEED = 20261127
FEEDS = 6
A_ROUND = 3  # subscribers whose hour has just come
POINTS = ("claimed", "fetched", "recording", "recorded", "committed")
PIECES = [("sqlite", EMBEDDED, piece) for piece in range(4)]
PIECES += [("postgres", EMBEDDED, 4), ("postgres", WORKERS, 5)]


class Outlets:
    """Feeds with one more item a round; unchanged for who has the present validators."""

    def __init__(self) -> None:
        self.round = 1

    def __call__(self, request: bytes) -> Iterator[Step]:
        name, tag = request.split()[1].decode().strip("/"), f'"{self.round}"'
        if f"If-None-Match: {tag}".lower().encode() in request.lower():
            return iter([reply(status="304 Not Modified")])
        titles = [f"{CLAIM} {name} {n}" for n in range(self.round)]
        body = rss(titles).replace("primer.example", f"{name}.example")
        return iter([Wait(0.02), reply(body.encode(), f"ETag: {tag}")])


def is_golden(scene: Scene, items_a_feed: int) -> None:
    count = FEEDS * items_a_feed
    distinct = "SELECT count(*), count(DISTINCT title), count(DISTINCT url) FROM item"
    assert scene.rows(distinct) == [(count, count, count)]
    assert scene.number("SELECT count(*) FROM hit") == count
    assert scene.number("SELECT sum(new) FROM fetch_event") == count


@pytest.mark.parametrize(
    ("database_url", "engine", "point"),
    [
        pytest.param(*where, point, marks=() if first else pytest.mark.soak)
        for where in (("sqlite", EMBEDDED), ("postgres", EMBEDDED), ("postgres", WORKERS))
        for point in POINTS
        for first in [point == "recording" and where != ("postgres", EMBEDDED)]
    ],
    indirect=["database_url"],
)
def test_dying_at_a_named_point_of_a_poll(scene: Scene, point: str) -> None:
    outlets = Outlets()
    with RawServer(outlets) as server:
        scene.monitor.feeds(server, *(f"/f-{n}" for n in range(FEEDS)))
        with scene.service(CRASH_POINT=point) as service:
            assert service.died() == -signal.SIGKILL
        with scene.service() as service:
            polled = "SELECT count(DISTINCT feed_id) FROM fetch_event"
            service.until(lambda: scene.number(polled) == FEEDS)
            assert service.stop()[0] == 0

    is_golden(scene, 1)
    scene.is_sound()


def killed(scene: Scene, times: int, seed: int) -> None:
    moments, outlets = random.Random(seed), Outlets()  # noqa: S311 - repeatable, not secret
    firsts, people = [], set()
    with SmtpServer() as mail, RawServer(outlets) as server:
        scene.monitor.feeds(server, *(f"/f-{n}" for n in range(FEEDS)))
        for number in range(times):
            outlets.round = 1 + number // 4
            people |= scene.people(*(f"s{number}-{one}" for one in range(A_ROUND)))
            scene.everything_is_due()
            before, began = len(server.requests), time.monotonic()
            with scene.service(**mail_to(mail)) as service:
                service.until(lambda before=before: len(server.requests) > before)  # type: ignore[misc]
                firsts.append(time.monotonic() - began)
                time.sleep(moments.uniform(0, 1.5))
            scene.is_sound()
        scene.everything_is_due()
        with scene.service(**mail_to(mail)) as service:
            wanted = FEEDS * outlets.round
            service.until(lambda: scene.number("SELECT count(*) FROM item") == wanted)
            sent = "SELECT count(*) FROM delivery WHERE state = 'sent'"
            service.until(lambda: scene.number(sent) == len(people))
            assert service.stop()[0] == 0
    is_golden(scene, outlets.round)
    scene.is_sound()
    mails = scene.mailed(mail)
    assert mails.keys() == people
    print(  # noqa: T201 - what `make soak` reports
        f"kills {times}, mails {mails.total()}, of them again {mails.total() - len(people)},"
        f" first poll after start: max {max(firsts):.2f} s"
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_few_kills_of_the_service_lose_and_double_nothing(scene: Scene) -> None:
    killed(scene, 3, SEED)


@pytest.mark.soak
@pytest.mark.parametrize(("database_url", "engine", "piece"), PIECES, indirect=["database_url"])
def test_a_hundred_kills_of_the_service_lose_and_double_nothing(scene: Scene, piece: int) -> None:
    killed(scene, 25, SEED + piece)
