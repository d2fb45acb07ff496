"""What a poll of a thousand feeds costs, by the public command, all processes counted.

`make bench`. The feeds live on loopback addresses of their own, fifty items
each; before each measured poll one in twenty gets a new item. CPU time is that of `monitor poll`
and of every process it started, its start included; the server's is not counted. "hostile": ten
of the worst feeds are polled beside the thousand, turn and turn about with the polls without
them, and what they cost themselves is in the figure. "clocks": every document says when it was
made, so that no body is what it was.
"""

import ctypes
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.feed_server import BODIES, FEEDS, HOSTILE

ROUNDS: Final = 5
BUDGET_MS: Final = 4.0  # a feed
_NOTHING: Final = {"items": {"new": 0}, "feeds": {"failed": 0}}
_SUBREAPER: Final = 36  # prctl: orphans of the program are ours to wait for, and to count


@dataclass(slots=True)
class Measured:
    """One way of polling: CPU milliseconds a feed and what the last poll reported."""

    what: str
    cpu_ms: list[float] = field(default_factory=list)
    wall_s: float = 0.0
    others_s: float = 0.0  # after which the last of the thousand was through
    report: dict[str, dict[str, int]] = field(default_factory=lambda: dict(_NOTHING))


def write_feeds(home: Path, port: int, hostile: Sequence[str] = ()) -> None:
    """Write a list of feeds, a host each, all but the hostile ones healthy."""
    rows = ["version: 1", "defaults: {host_delay: 5s}", "outlets:"]
    for number in range(FEEDS + len(hostile)):
        name = f"f{number}" if number < FEEDS else hostile[number - FEEDS]
        host = f"127.0.{1 + number // 250}.{1 + number % 250}"
        feed = f"{{id: {name}-vesti, url: 'http://{host}:{port}/{name}'}}"
        rows.append(
            f"  - {{id: {name}, name: {name}, country: RS, languages: [sr], kind: private, "
            f"feeds: [{feed}]}}"
        )
    (home / "feeds.yaml").write_text("\n".join(rows) + "\n", encoding="utf-8")


def measure(home: Path, port: int, into: Measured) -> None:
    """Poll once more; before that, some feeds get a new item."""
    tell(port, "!next")
    spent, began = _children_s(), datetime.now(UTC)
    into.report = json.loads(_monitor(home, "poll", "--all", "--json"))
    into.wall_s = (datetime.now(UTC) - began).total_seconds()
    into.cpu_ms.append((_children_s() - spent) / FEEDS * 1000)
    into.others_s = (_last_of_the_thousand(home) - began).total_seconds()


def _last_of_the_thousand(home: Path) -> datetime:
    with closing(sqlite3.connect(home / "monitor.db")) as database:
        (at,) = database.execute(
            "SELECT max(strftime('%Y-%m-%d %H:%M:%f', at, (took_ms / 1000.0) || ' seconds'))"
            " FROM fetch_event"
            " WHERE feed_id GLOB 'f[0-9]*'"
        ).fetchone()
    return datetime.fromisoformat(at).replace(tzinfo=UTC)


def start_s(home: Path) -> float:
    """Return the CPU seconds of a poll of one feed: the program's start, above all."""
    spent = _children_s()
    _monitor(home, "poll", "--feed", "f0-vesti", "--json")
    return _children_s() - spent


def _monitor(home: Path, *arguments: str) -> str:
    environment = {**os.environ, "MONITOR_ALLOW_PRIVATE_NETWORKS": "true"}
    done = subprocess.run(
        [sys.executable, "-m", "monitor", *arguments],
        cwd=home,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout.decode()


def _children_s() -> float:
    """Return the CPU seconds of all that has ended, orphans of the program included.

    They are given a moment to end; the server, which is the one child that stays, is not counted.
    """
    for _ in range(100):
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        children = Path(f"/proc/self/task/{os.getpid()}/children")
        if not children.exists() or len(children.read_text().split()) <= 1:
            break
        time.sleep(0.05)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tell(port: int, what: str) -> None:
    """Make the server change its documents."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{what}") as answer:
        answer.read()


def main() -> None:
    """Print the table, line by line as it is measured."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1)
    serve = [sys.executable, "-m", "bench.feed_server"]
    with (
        tempfile.TemporaryDirectory() as directory,
        subprocess.Popen(serve, stdout=subprocess.PIPE) as server,
    ):
        assert server.stdout
        port = int(server.stdout.readline())
        home = Path(directory)
        headings = ("", "CPU ms a feed", "all rounds", "wall s", "others s", "new", "failed")
        table = Table(*headings)
        try:
            for line in lines(home, port):
                new, failed = line.report["items"]["new"], line.report["feeds"]["failed"]
                rounds = " ".join(f"{cost:.2f}" for cost in line.cpu_ms)
                median = f"{statistics.median(line.cpu_ms):.2f}"
                took = (f"{line.wall_s:.1f}", f"{line.others_s:.1f}")
                row = (line.what, median, rounds, *took, str(new), str(failed))
                print(*row, sep=" | ", file=sys.stderr, flush=True)  # noqa: T201 - progress
                table.add_row(*row)
        finally:
            server.kill()
        Console().print(table)


def lines(home: Path, port: int) -> Iterator[Measured]:
    """Yield each measurement."""
    write_feeds(home, port)
    spent = _children_s()
    _monitor(home, "poll", "--all", "--json")
    yield Measured("first sight", [(_children_s() - spent) / FEEDS * 1000])
    yield Measured("start (a poll of one)", [start_s(home)])
    alone, beside = Measured(f"1 in 20 new (at most {BUDGET_MS})"), Measured("with ten hostile")
    measure(home, port, Measured("the first such poll fills caches"))
    for _ in range(ROUNDS):
        write_feeds(home, port)
        measure(home, port, alone)
        write_feeds(home, port, [*HOSTILE, *BODIES])
        measure(home, port, beside)
    yield alone
    yield beside
    write_feeds(home, port)
    tell(port, "!clocks")
    clocks = Measured("clocks")
    for _ in range(ROUNDS):
        measure(home, port, clocks)
    yield clocks


if __name__ == "__main__":
    main()
