"""The service on PostgreSQL with workers of their own, some of which are killed."""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from support.many_hosts import ManyHosts
from support.program import Program
from support.service import Service

DEAD_AFTER_S = 4


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


def polls(url: str) -> int:
    return len(asked(url, "SELECT DISTINCT feed_id FROM fetch_event WHERE outcome <> 'failed'"))


@pytest.mark.parametrize(
    ("feeds", "workers", "kills"),
    [
        pytest.param(40, 2, 1, id="small"),
        pytest.param(2000, 4, 12, id="whole", marks=pytest.mark.soak),
    ],
)
def test_workers_may_be_killed(
    monitor: Program, postgres_url: str, feeds: int, workers: int, kills: int
) -> None:
    chance = random.Random(feeds)  # noqa: S311 - the same kills each time
    with ManyHosts(feeds, answers_after_s=0.2) as hosts, ExitStack() as stack:
        monitor.feeds(None, **hosts.feeds())
        service = stack.enter_context(scheduler(monitor, postgres_url))
        at_work = [stack.enter_context(worker(monitor.home, postgres_url)) for _ in range(workers)]
        service.until(lambda: bool(hosts.asked))
        for _ in range(kills):
            time.sleep(chance.uniform(0.2, 4 if feeds > 100 else 1))
            victim = chance.randrange(workers)
            at_work[victim].process.kill()
            at_work[victim] = stack.enter_context(worker(monitor.home, postgres_url))
        service.until(lambda: polls(postgres_url) == feeds)
        service.until(
            lambda: (
                asked(postgres_url, "SELECT count(*) FROM host WHERE leased_until > now()")
                == [(0,)]
            )
        )
        ends = [one.stop()[0] for one in (*at_work, service)]

    assert ends == [0] * (workers + 1)
    assert hosts.most_at_once == 1
    events = asked(postgres_url, "SELECT count(*) FROM fetch_event WHERE outcome <> 'failed'")
    assert events == [(feeds,)]  # once a slot: what a killed worker had not recorded is asked again
    assert sum(hosts.asked.values()) - feeds <= 20 * kills
    assert asked(postgres_url, "SELECT count(*), count(DISTINCT title) FROM item") == [
        (2 * feeds, 2 * feeds)
    ]
    assert asked(postgres_url, "SELECT count(*) FROM hit") == [(feeds,)]


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
