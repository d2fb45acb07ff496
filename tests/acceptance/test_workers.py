"""The service on PostgreSQL with workers of their own, some of which are killed."""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg
import pytest

from support.many_hosts import ManyHosts, everything_is_due
from support.program import Program
from support.service import Service

DEAD_AFTER_S = 4
LEASED = "SELECT count(*) FROM host WHERE leased_until > now()"
POLLS_OF_FEEDS = """
    SELECT polls, count(*)
    FROM (SELECT count(*) AS polls FROM fetch_event WHERE outcome <> 'failed' GROUP BY feed_id) AS f
    GROUP BY polls
"""


@contextmanager
def scheduler(monitor: Program, url: str) -> Iterator[Service]:
    environment = scaled(url)
    assert monitor("init", DATABASE_URL=url).code == 0
    with Service(monitor.home, **environment) as service:
        yield service


def scaled(url: str) -> dict[str, str]:
    return {
        "MONITOR_DATABASE_URL": url,
        "MONITOR_ENGINE": "procrastinate",
        "ENGINE_DEAD_AFTER_S": str(DEAD_AFTER_S),
    }


def worker(home: Path, url: str) -> Service:
    return Service(home, "--concurrency", "20", command="worker", **scaled(url))


def asked(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(query.encode()).fetchall()


def polled(url: str) -> int:
    return len(asked(url, "SELECT id FROM fetch_event WHERE outcome <> 'failed'"))


def asked_for(hosts: ManyHosts, requests: int) -> bool:
    return sum(hosts.asked.values()) >= requests


@dataclass(frozen=True, slots=True)
class Soak:
    """How many feeds are polled by how many workers, and how often in a slot one is killed."""

    feeds: int
    workers: int
    kills: int
    answers_after_s: float
    slots: int = 2


@dataclass
class Crew:
    """Workers, some of which are killed; another takes the place of each."""

    monitor: Program
    url: str
    soak: Soak
    stack: ExitStack

    def __post_init__(self) -> None:
        self.chance = random.Random(self.soak.feeds)  # noqa: S311 - the same victims each time
        self.at_work = [self.one() for _ in range(self.soak.workers)]

    def one(self) -> Service:
        return self.stack.enter_context(worker(self.monitor.home, self.url))

    def poll_all(self, service: Service, hosts: ManyHosts, slot: int) -> None:
        """Wait until every feed is polled in this slot; meanwhile kill."""
        feeds, kills, before = self.soak.feeds, self.soak.kills, sum(hosts.asked.values())
        for kill in range(1, kills + 1):
            wanted = before + feeds * kill // (kills + 1)
            service.until(partial(asked_for, hosts, wanted))
            time.sleep(self.chance.uniform(0, 0.5))
            assert polled(self.url) < feeds * slot, "nothing is left to be killed at"
            victim = self.chance.randrange(len(self.at_work))
            self.at_work[victim].process.kill()
            self.at_work[victim] = self.one()
        service.until(lambda: polled(self.url) >= feeds * slot)
        service.until(lambda: asked(self.url, LEASED) == [(0,)])


@pytest.mark.parametrize(
    "soak",
    [
        pytest.param(Soak(40, 2, 1, 1.0), id="small"),
        pytest.param(Soak(2000, 4, 8, 0.2), id="whole", marks=pytest.mark.soak),
    ],
)
def test_workers_may_be_killed(monitor: Program, postgres_url: str, soak: Soak) -> None:
    with ManyHosts(soak.feeds, soak.answers_after_s) as hosts, ExitStack() as stack:
        monitor.feeds(None, **hosts.feeds())
        service = stack.enter_context(scheduler(monitor, postgres_url))
        crew = Crew(monitor, postgres_url, soak, stack)
        crew.poll_all(service, hosts, 1)
        for slot in range(2, soak.slots + 1):
            hosts.publish()
            everything_is_due(postgres_url)
            crew.poll_all(service, hosts, slot)
        ends = [one.stop()[0] for one in (*crew.at_work, service)]

    assert ends == [0] * (soak.workers + 1)
    assert hosts.most_at_once == 1
    # Once a slot: what a killed worker had not recorded is asked again.
    assert asked(postgres_url, POLLS_OF_FEEDS) == [(soak.slots, soak.feeds)]
    polls = soak.feeds * soak.slots
    assert sum(hosts.asked.values()) - polls <= 20 * soak.kills * soak.slots
    items = "SELECT count(*), count(DISTINCT title) FROM item"
    assert asked(postgres_url, items) == [(2 * polls, 2 * polls)]
    hits = "SELECT count(*), count(DISTINCT item_id) FROM hit"
    assert asked(postgres_url, hits) == [(polls, polls)]


def test_a_worker_without_the_engine_says_what_to_set(monitor: Program) -> None:
    monitor("init")

    ran = monitor("worker")

    assert ran.code == 2
    assert "MONITOR_ENGINE=procrastinate" in ran.err


def test_the_engine_without_postgresql_says_what_to_set(monitor: Program) -> None:
    monitor("init")
    monitor.feeds(primer="https://primer.example/rss")

    ran = monitor("run", ENGINE="procrastinate")

    assert ran.code == 2
    assert "needs PostgreSQL" in ran.err
