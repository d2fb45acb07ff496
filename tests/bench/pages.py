"""The pages on a large archive: how long each takes on the server, what it weighs, twenty readers.

`PYTHONPATH=.:tests python -m bench.pages --home DIR`, where DIR holds the archive that
`python -m bench.archive --items 1000000 --home DIR --build` makes. It is brought up to date and
given two weeks of hourly polls of each feed; the clock stands still at the archive's end.
Milliseconds are of wall time between a request and its whole answer (a quiet machine, please), and of
the server's CPU.
"""

import argparse
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import sqlalchemy as sa
import yaml

from bench.archive_queries import quantile
from bench.made_items import UNTIL
from monitor.adapters import tables
from monitor.app import App, build
from monitor.domain.digest import Window
from monitor.ports import Filters
from monitor.settings import load
from monitor.web.run import serve

ROUNDS: Final = 8
READERS: Final = 20
PORT: Final = 8977
POLLED: Final = timedelta(days=14)
MONTH: Final = Window(UNTIL - timedelta(days=30), UNTIL)
GOAL_MS: Final = 300
GOAL_KB: Final = 200


class Stopped:
    """A clock that stands at the archive's end."""

    def now(self) -> datetime:
        return UNTIL

    def sleep(self, span: timedelta) -> None:
        time.sleep(span.total_seconds())


def application(home: Path) -> App:
    """Return the program on the archive, with a feed list of the archive's own feeds."""
    app = build(load({}, {"database_url": f"sqlite:///{home}/archive.db"}), Stopped())
    app.init()
    with app.database.reading() as connection:
        joined = sa.select(tables.feed.c.id.label("feed"), *tables.outlet.c)
        joined = joined.join_from(tables.feed, tables.outlet)
        rows: list[sa.Row[Any]] = list(connection.execute(joined))
    outlets: dict[str, dict[str, object]] = {}
    for row in rows:
        outlet = outlets.setdefault(
            row.id,
            {"id": row.id, "name": row.name, "country": row.country, "languages": ["sr"],
             "kind": row.kind, "feeds": []},
        )  # fmt: skip
        feeds = outlet["feeds"]
        assert isinstance(feeds, list)
        feeds.append({"id": row.feed, "url": f"https://{row.feed}.example/rss"})
    path = home / "feeds.yaml"
    path.write_text(yaml.safe_dump({"version": 1, "outlets": list(outlets.values())}))
    flags = {"database_url": f"sqlite:///{home}/archive.db", "feeds": str(path)}
    return build(load({}, flags), Stopped())


def polled(app: App) -> None:
    """Store polls of every feed, one an hour, unless there are some."""
    event = tables.fetch_event
    with app.database.writing() as connection:
        if connection.scalar(sa.select(sa.func.count()).select_from(event)):
            return
        hours = range(int(POLLED / timedelta(hours=1)))
        rows: list[dict[str, object]] = [
            {"feed_id": feed.id, "at": UNTIL - timedelta(hours=hour, minutes=n % 60),
             "outcome": "failed" if n % 25 == 0 and hour < 30 else "ok",
             "reason": "timeout" if n % 25 == 0 and hour < 30 else "", "detail": "",
             "new": (n + hour) % 3, "known": 40, "skips": [], "notes": [], "took_ms": 40}
            for n, feed in enumerate(app.feeds) for hour in hours
        ]  # fmt: skip
        connection.execute(sa.insert(event), rows)


def addresses(app: App) -> Mapping[str, str]:
    """Return an address of every page, of what there is most of."""
    hits = app.search_hits(Filters(), 200, "").rows
    item = hits[0].item_id
    story = max(hits, key=lambda one: one.story_size).story_id
    narrative = max(app.catalogue.narratives, key=lambda one: len(app.reading.days(
        one.id, MONTH))).id  # fmt: skip
    feed, day = app.feeds[0].id, f"{UNTIL - timedelta(days=1):%Y-%m-%d}"
    return {
        "today": "/",
        "today of a country": "/?country=RS",
        "a past day": f"/?day={day}",
        "search": "/search",
        "search, words": "/search?q=otvoreni+balkan",
        "search, all items": "/search?q=vlada&items=true",
        "search, filters": "/search?country=BA&lang=bs&stance=asserts&since=90d",
        "search, rare": "/search?q=sankcije&country=XK&review=confirmed",
        "narratives": "/narratives",
        "narrative": f"/narratives/{narrative}",
        "narrative, a year": f"/narratives/{narrative}?days=365",
        "story": f"/stories/{story}",
        "item": f"/items/{item}",
        "review": "/review",
        "quality": "/quality",
        "feeds": "/feeds",
        "feed": f"/feeds/{feed}",
        "digests": "/digests",
        "digest": f"/digests/{day}?lang=sr-Cyrl",
        "catalogue": f"/catalogue?narrative={narrative}",
        "candidate": "/catalogue/candidate",
        "settings": "/settings",
        "subscribers": "/settings/subscribers",
        "method": "/method",
    }


def cpu_ms(process: int) -> float:
    """Return the CPU time of a process so far."""
    parts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def one_reader(
    base: str, pages: Mapping[str, str], server: int
) -> Iterator[tuple[str, float, float, float, int]]:
    """Yield (page; first, p95 of the other rounds and CPU of one of these in ms; bytes)."""
    with httpx.Client(base_url=base, timeout=60, trust_env=False) as client:
        for page, address in pages.items():
            times, size, used = [], 0, 0.0
            for number in range(ROUNDS + 1):
                used = cpu_ms(server) if number == 1 else used
                began = time.perf_counter()
                answer = client.get(address)
                times.append((time.perf_counter() - began) * 1000)
                assert answer.status_code == 200, (page, answer.status_code, answer.text[:300])
                size = len(answer.content)
            first, *rest = times
            yield page, first, quantile(rest, 0.95), (cpu_ms(server) - used) / ROUNDS, size


def many_readers(base: str, pages: Mapping[str, str]) -> tuple[int, list[str], float]:
    """Let twenty people read every page at once; return answers, faults and seconds."""
    faults: list[str] = []
    done: list[int] = []

    def read(seed: int) -> None:
        order = list(pages.values())
        random.Random(seed).shuffle(order)  # noqa: S311
        with httpx.Client(base_url=base, timeout=120, trust_env=False) as client:
            for address in order:
                try:
                    answer = client.get(address)
                except httpx.HTTPError as error:
                    faults.append(f"{address}: {error!r}")
                    continue
                done.append(answer.status_code)
                if answer.status_code != 200:
                    faults.append(f"{address}: {answer.status_code}")

    began = time.perf_counter()
    readers = [threading.Thread(target=read, args=(seed,)) for seed in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return len(done), faults, time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--serve", action="store_true")
    asked = parser.parse_args()
    app = application(asked.home)
    if asked.serve:
        serve(app, "127.0.0.1", PORT)
        return
    polled(app)
    pages, base = addresses(app), f"http://127.0.0.1:{PORT}"
    command = [sys.executable, "-m", "bench.pages", "--home", str(asked.home), "--serve"]
    with subprocess.Popen(command) as server:
        try:
            while not _answers(base):
                time.sleep(0.2)
            for page, first, late, cpu, size in one_reader(base, pages, server.pid):
                marks = "  slow" * (late > GOAL_MS) + "  heavy" * (size > GOAL_KB * 1000)
                told = f"{first:>7.0f} ms first{late:>7.0f} ms p95{cpu:>7.0f} ms of CPU"
                told += f"{size / 1000:>7.0f} kB{marks}"
                print(f"{page:<22}{told}", flush=True)  # noqa: T201
            answers, faults, spent = many_readers(base, pages)
            told = f"{answers} answers in {spent:.1f} s, {len(faults)} faults"
            print(f"{READERS} readers: {told}", *faults[:5], sep="\n")  # noqa: T201
        finally:
            server.terminate()


def _answers(base: str) -> bool:
    try:
        return httpx.get(f"{base}/method", timeout=5, trust_env=False).status_code > 0
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    main()
