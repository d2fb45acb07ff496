"""What 10,000 feeds cost the service: through leases, jobs, HTTP on loopback and SQLite.

`PYTHONPATH=.:tests python -m bench.service [FEEDS]` runs `monitor run`'s own code on feeds of
loopback, a fifth of them unless told otherwise, four a host, five seconds between two requests to
one. The first cycle finds every feed new, with ten entries each; before each later one, one feed in
twenty publishes something, and the service's clock is set on by the cycle's length. CPU and memory
are those of the service and its processes for parsing; the servers' are not counted. With `--told`
each further cycle waits for a word on standard input: `next`, `all`, `ten`, `none`, `idle` or
`plan`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from bench.processes import cpu_s, memory_mb, tree
from monitor import logs
from monitor.adapters import leases
from monitor.adapters.clock import SystemClock
from monitor.adapters.store import SqlStore
from monitor.app import App, build
from monitor.app.service import Signals
from monitor.services.roster import Parts, Roster
from monitor.settings import load

FEEDS: Final = 10_000
A_HOST: Final = 4
CYCLE: Final = timedelta(minutes=15)
CYCLES: Final = ("all new", "1 in 20 new")
MAX_MB: Final = 600
IDLE_S: Final = 15
LOOK_EVERY_S: Final = 0.5
HOSTS_A_NET: Final = 250


class Shifted(SystemClock):
    """The machine's clock, set on by what the bench leaves out."""

    ahead = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.ahead


@dataclass(frozen=True, slots=True)
class Used:
    """What the processes of the service have used up to a moment."""

    wall_s: float
    cpu_s: float


@dataclass
class Watch:
    """Measures one cycle after the other, then stops the service."""

    app: App
    clock: Shifted
    port: int
    feeds: int
    signals: Signals
    peak_mb: float = 0

    def run(self) -> None:
        """Print a line a cycle."""
        for number, name in enumerate(CYCLES):
            spent = self.cycle("next" if number else "")
            print(line(name, spent, self.feeds, self.peak_mb), flush=True)  # noqa: T201
        self.signals.stop.set()

    def obey(self) -> None:
        """Print what the first cycle cost, and each that is asked for, as JSON."""
        for word in chain([""], map(str.strip, iter(sys.stdin.readline, ""))):
            print(json.dumps(asdict(self.cycle(word))), flush=True)  # noqa: T201
        self.signals.stop.set()

    def cycle(self, word: str) -> Used:
        """Have every feed polled once more, look on for a while, or plan; return what that took."""
        if word == "plan":
            return self._plan()
        if word not in {"", "idle"}:
            tell(self.port, f"!{word}")
            self.clock.ahead += CYCLE * 2  # beyond the pace that any feed has learned
        looks, before = time.thread_time(), Used(time.monotonic(), cpu_s(ours()))
        if word == "idle":
            time.sleep(IDLE_S)
        else:
            self._until_polled(self.clock.now())
        looks = time.thread_time() - looks  # what it takes to watch is no cost of the service
        return Used(time.monotonic() - before.wall_s, cpu_s(ours()) - before.cpu_s - looks)

    def _plan(self) -> Used:
        """Say when each host is due, as the service does every ten minutes."""
        hosts, began = leases.hosts(self.app.database), Used(time.monotonic(), time.thread_time())
        with self.app.poller() as poller:
            Roster(Parts(self.app.feeds, poller), SqlStore(self.app.database), hosts).plan(
                self.clock.now()
            )
        return Used(time.monotonic() - began.wall_s, time.thread_time() - began.cpu_s)

    def _until_polled(self, since: datetime) -> None:
        query = sa.text("SELECT count(DISTINCT feed_id) FROM fetch_event WHERE at >= :since")
        polled = 0
        while polled < self.feeds:
            time.sleep(LOOK_EVERY_S)
            self.peak_mb = max(self.peak_mb, memory_mb(ours()))
            with self.app.database.reading() as connection:
                since_ = since.replace(tzinfo=None).isoformat(" ")
                polled = connection.scalar(query, {"since": since_}) or 0


def line(name: str, spent: Used, feeds: int, peak_mb: float) -> str:
    """Return what a cycle has cost, and what it says of 10,000 feeds."""
    share = spent.cpu_s / feeds * FEEDS / CYCLE.total_seconds()
    return (
        f"{name:<12} {feeds:>7,} feeds in {spent.wall_s:6.1f} s, {feeds / spent.wall_s:5.0f}/s;"
        f" CPU a feed {1000 * spent.cpu_s / feeds:5.1f} ms: {FEEDS:,} in 15 min take {share:.2f}"
        f" of a core; peak {peak_mb:.0f} MB (at most {MAX_MB})"
    )


def feed_list(port: int, count: int) -> str:
    """Return the list, an outlet a feed."""
    rows = ["version: 1", "defaults: {interval: 15m}", "outlets:"]
    for n in range(count):
        net, host = divmod(n // A_HOST, HOSTS_A_NET)
        url = f"http://127.1.{net}.{host + 1}:{port}/{n}"
        rows.append(
            f"  - {{id: o{n}, name: O{n}, country: RS, languages: [sr], kind: private,"
            f" feeds: [{{id: f{n}, url: '{url}'}}]}}"
        )
    return "\n".join(rows) + "\n"


def tell(port: int, what: str) -> None:
    """Make the outlets publish."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{what}") as answer:
        answer.read()


def ours() -> list[int]:
    """Return the processes of the service: this one and its descendants that are still there."""
    return tree([os.getpid()], but=["bench.outlets"])


@contextmanager
def outlets() -> Iterator[int]:
    """Serve the feeds from a process of their own; yield its port."""
    command = [sys.executable, "-m", "bench.outlets"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def main(count: int, *, is_told: bool) -> None:
    """Measure and print."""
    logs.configure(verbose=False)
    with tempfile.TemporaryDirectory() as home, outlets() as port:
        list_, clock = Path(home, "feeds.yaml"), Shifted()
        list_.write_text(feed_list(port, count), encoding="utf-8")
        given = {
            "database_url": f"sqlite:///{home}/monitor.db",
            "feeds": str(list_),
            "allow_private_networks": "true",
            "metrics_listen": "off",
        }
        app = build(load({}, given), clock)
        app.init()  # before anybody counts what was polled
        signals = Signals()
        watch = Watch(app, clock, port, count, signals)
        threading.Thread(target=watch.obey if is_told else watch.run, daemon=True).start()
        app.serve(signals, force=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("feeds", type=int, nargs="?", default=FEEDS // 5)
    parser.add_argument("--told", action="store_true")
    given = parser.parse_args()
    main(given.feeds, is_told=given.told)
