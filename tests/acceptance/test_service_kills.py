"""`kill -9` of the service, at named points and at any moment: nothing lost, nothing doubled."""

import random
import signal
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from monitor.adapters.database import Database
from monitor.adapters.invariants import SqlInvariants
from support.feed_documents import rss
from support.program import Program
from support.raw_server import RawServer, Step, Wait, reply
from support.service import CLAIM, Service
from support.smtp_server import SmtpServer

SEED = 20261127
FEEDS = 6
A_ROUND = 3  # subscribers whose hour has just come
POINTS = ("claimed", "fetched", "recording", "recorded", "committed")
FAST_S = 5


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


def execute(monitor: Program, *statements: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(monitor.home / "monitor.db", timeout=30)
    with connection:
        found = [connection.execute(statement).fetchall() for statement in statements][-1]
    connection.close()
    return found


def everything_is_due(monitor: Program) -> None:
    execute(
        monitor,
        "UPDATE feed SET next_poll_at = '2026-01-01 00:00:00.000000'",
        "UPDATE chore SET next_due = '2026-01-01 00:00:00.000000'",
    )


def more_subscribers(monitor: Program, number: int) -> None:
    """Add people like the first one, whose hour came just now."""
    at = f"{datetime.now(UTC):%H:%M}"
    columns = (
        "channel, lang, zone, narratives, countries, quiet_note, reviewer, policy, shape, standing"
    )
    for one in range(A_ROUND):
        execute(
            monitor,
            f"INSERT INTO subscription ({columns}, address, at, started_at)"  # noqa: S608 - ours
            f" SELECT {columns}, 's{number}-{one}@people.example', '{at}',"
            " '2026-01-01 00:00:00.000000' FROM subscription WHERE id = 1",
        )


def is_sound(monitor: Program) -> None:
    database = Database(f"sqlite:///{monitor.home}/monitor.db")
    checked = SqlInvariants(database).check()
    database.close()
    assert [one for one in checked if one.broken] == []


def is_golden(monitor: Program, items_a_feed: int) -> None:
    count = FEEDS * items_a_feed
    distinct = "SELECT count(*), count(DISTINCT title), count(DISTINCT url) FROM item"
    assert execute(monitor, distinct) == [(count, count, count)]
    assert execute(monitor, "SELECT count(*) FROM hit") == [(count,)]
    assert execute(monitor, "SELECT sum(new) FROM fetch_event") == [(count,)]


@pytest.fixture
def prepared(monitor: Program) -> Program:
    assert monitor("init").code == 0
    added = monitor("subscribers", "add", "first@people.example", "--tz", "UTC")
    assert added.code == 0, added.err
    return monitor


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(point, marks=() if point == "recording" else pytest.mark.soak)
        for point in POINTS
    ],
)
def test_dying_at_a_named_point_of_a_poll(monitor: Program, point: str) -> None:
    outlets = Outlets()
    with RawServer(outlets) as server:
        monitor.feeds(server, *(f"/f-{n}" for n in range(FEEDS)))
        with Service(monitor.home, CRASH_POINT=point) as service:
            assert service.process.wait(60) == -signal.SIGKILL
        with Service(monitor.home) as service:
            service.until(lambda: polled(monitor) == FEEDS)
            assert service.stop()[0] == 0

    is_golden(monitor, 1)
    is_sound(monitor)


def polled(monitor: Program) -> int:
    found = execute(monitor, "SELECT count(DISTINCT feed_id) FROM fetch_event")
    return int(str(found[0][0]))


def killed(monitor: Program, times: int) -> None:
    moments, outlets = random.Random(SEED), Outlets()  # noqa: S311 - repeatable, not secret
    firsts: list[float] = []
    with SmtpServer() as mail, RawServer(outlets) as server:
        environment = {
            "MONITOR_SMTP_URL": mail.url(),
            "MONITOR_MAIL_FROM": "digest@monitor.example",
        }
        monitor.feeds(server, *(f"/f-{n}" for n in range(FEEDS)))
        for number in range(times):
            outlets.round = 1 + number // 4
            more_subscribers(monitor, number)
            everything_is_due(monitor)
            before = len(server.requests)
            with Service(monitor.home, **environment) as service:
                began = None
                end = time.monotonic() + 60
                while len(server.requests) == before and time.monotonic() < end:
                    if began is None and "started" in service.log:
                        began = time.monotonic()
                    time.sleep(0.01)
                firsts.append(time.monotonic() - (began or time.monotonic()))
                time.sleep(moments.uniform(0, 1.5))
            assert execute(monitor, "PRAGMA integrity_check") == [("ok",)]
        everything_is_due(monitor)
        with Service(monitor.home, **environment) as service:
            wanted = FEEDS * outlets.round
            service.until(lambda: execute(monitor, "SELECT count(*) FROM item") == [(wanted,)])
            open_ones = "SELECT count(*) FROM subscription s WHERE id > 1 AND NOT EXISTS (SELECT 1 FROM delivery WHERE subscription_id = s.id AND state = 'sent')"
            service.until(lambda: execute(monitor, open_ones) == [(0,)])
            assert service.stop()[0] == 0
        sent: dict[str, Counter[str]] = defaultdict(Counter)
        for who, message in mail.accepted:
            sent[who][str(message["Message-ID"])] += 1
    is_golden(monitor, outlets.round)
    is_sound(monitor)
    people = {
        f"s{number}-{one}@people.example" for number in range(times) for one in range(A_ROUND)
    }
    assert people <= sent.keys()
    assert all(len(sent[who]) == 1 for who in people), "two different mails for one slot"
    # Who dies between the server's yes and our noting it cannot know: the same mail again.
    again = sum(sum(sent[who].values()) - 1 for who in people)
    assert again <= times / 10
    print(  # noqa: T201 - what `make soak` reports
        f"kills {times}, mails {len(people)}, sent again {again}, first poll after start: max {max(firsts):.2f} s"
    )


def test_a_few_kills_of_the_service_lose_and_double_nothing(prepared: Program) -> None:
    killed(prepared, times=3)


@pytest.mark.soak
def test_a_hundred_kills_of_the_service_lose_and_double_nothing(prepared: Program) -> None:
    killed(prepared, times=100)
