"""`kill -9` during a rematch: started again it goes on, and ends as if nothing had been."""

import json
import random
import shutil
import signal
import sqlite3
from pathlib import Path

import pytest

from support import catalogues
from support.program import Program

ITEMS = 4_500  # more than one range
SEED = 20261127
WORDS = ("reka", "otrovana", "brana", "tajne", "vlada", "grad", "most", "škola", "pijaca", "zakon")
HITS = "SELECT item_id, narrative, score, evidence, retired_at IS NULL FROM hit ORDER BY 1, 2"


def archive(monitor: Program) -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    rows = [
        {"id": str(n), "title": f"{n} {' '.join(chance.choices(WORDS, k=3))}", "lang": "sr"}
        | {"first_seen_at": f"2026-11-{1 + n % 20:02}"}
        for n in range(ITEMS)
    ]
    (monitor.home / "past.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    before = catalogues.write(monitor.home / "narratives", dam="tajne brana", town="grad most")
    done = monitor("import", "past.jsonl", "--outlet", "primer", NARRATIVES=str(before))
    assert done.code == 0, done.err
    catalogues.write(before, dam="tajne brana", river="otrovana reka")


def rematched(monitor: Program, database: Path, point: str = "") -> int:
    ours = {"NARRATIVES": str(monitor.home / "narratives"), "DATABASE_URL": f"sqlite:///{database}"}
    return monitor("rematch", "--full", "--jobs", "1", crash_point=point, **ours).code


def hits(database: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(database)
    found = connection.execute(HITS).fetchall()
    unfinished = connection.execute("SELECT count(*) FROM rematch WHERE finished_at IS NULL")
    assert unfinished.fetchone() == (0,)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    return found


def check(monitor: Program, *points: str) -> None:
    archive(monitor)
    calm, killed = monitor.home / "calm.db", monitor.home / "killed.db"
    for copy in (calm, killed):
        shutil.copyfile(monitor.home / "monitor.db", copy)

    codes = [rematched(monitor, killed, p) for p in (*points, "")]

    assert codes == [*[-signal.SIGKILL] * len(points), 0]
    assert rematched(monitor, calm) == 0
    assert hits(killed) == hits(calm)
    assert {row[1] for row in hits(calm) if row[-1]} == {"dam", "river"}


def test_a_killed_rematch_goes_on_and_ends_as_an_undisturbed_one(monitor: Program) -> None:
    check(monitor, "rematch-written")


@pytest.mark.soak
def test_so_does_one_that_is_killed_before_and_after_it_writes(monitor: Program) -> None:
    check(monitor, "rematch-written", "rematch-writing", "rematch-writing")
