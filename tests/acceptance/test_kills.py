"""`kill -9` at any moment of polling: nothing lost, nothing doubled, no repair."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from support.feed_documents import SERBIAN, many, rss
from support.program import Program
from support.raw_server import RawServer, Step, Wait, reply

FEEDS = 8
ITEMS = 20
CLAIM = "Otvoreni Balkan sluzi Beogradu, tvrdi opozicija"
SEED = 20261123


def answer(request: bytes) -> Iterator[Step]:
    number = int(request.split()[1].rpartition(b"-")[2])
    titles = [f"{number}: {title}" for title in [CLAIM, *many(SERBIAN, ITEMS - 1)]]
    body = rss(titles).replace("primer.example", f"o{number}.example").encode()
    if b"If-None-Match" in request:
        return iter([reply(status="304 Not Modified")])
    return iter([Wait(0.02), reply(body, f'ETag: "{number}"')])


def start(monitor: Program) -> subprocess.Popen[bytes]:
    environment = os.environ | {"MONITOR_ALLOW_PRIVATE_NETWORKS": "true"}
    command = [sys.executable, "-m", "monitor", "poll", "--all"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=monitor.home, env=environment, stdout=quiet, stderr=quiet)


def rows(monitor: Program, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(monitor.home / "monitor.db")
    found = connection.execute(query).fetchall()
    connection.close()
    return found


def killed(monitor: Program, times: int) -> None:
    """Poll over and over, each time killed at a random moment."""
    moments = random.Random(SEED)  # noqa: S311 # repeatable, not secret
    for _ in range(times):
        poll = start(monitor)
        time.sleep(moments.uniform(0.3, 2.5))
        poll.kill()
        poll.wait()
        if (monitor.home / "monitor.db").exists():
            assert rows(monitor, "PRAGMA integrity_check") == [("ok",)]


def check(monitor: Program, times: int) -> None:
    paths = [f"/f-{number}" for number in range(FEEDS)]
    with RawServer(answer) as server:
        monitor.feeds(server, *paths)
        killed(monitor, times)
        last = monitor("poll", "--all", "--json")

    assert last.code == 0, last.err
    assert last.json["feeds"]["failed"] == 0
    assert rows(monitor, "SELECT count(*), count(DISTINCT title) FROM item") == [
        (FEEDS * ITEMS, FEEDS * ITEMS)
    ]
    carried = (
        "SELECT count(*) FROM hit JOIN item ON item.id = item_id WHERE narrative = 'open-balkan'"
    )
    assert rows(monitor, carried) == [(FEEDS,)]
    orphans = "SELECT count(*) FROM item WHERE id NOT IN (SELECT item_id FROM item_key)"
    assert rows(monitor, orphans) == [(0,)]
    counted = "SELECT sum(new) FROM fetch_event"
    assert rows(monitor, counted) == [(FEEDS * ITEMS,)]


def test_a_few_kills_lose_and_double_nothing(monitor: Program) -> None:
    check(monitor, times=4)


@pytest.mark.soak
def test_a_hundred_kills_lose_and_double_nothing(monitor: Program) -> None:
    check(monitor, times=100)
