"""Rematch and backtest by workers: the same as by processes here, whoever is killed meanwhile."""

import json
import random
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

import pytest
import sqlalchemy as sa

from monitor.adapters.database import Database
from monitor.adapters.invariants import SqlInvariants
from support import catalogues
from support.postgres import Cluster
from support.program import Program, Ran
from support.service import Service

SEED = 20261127
PARTS = 8
WORDS = ("reka", "otrovana", "brana", "tajne", "vlada", "grad", "most", "škola", "pijaca", "zakon")
HITS = (
    "SELECT item_id, narrative, score, grade, stance_hint, CAST(evidence AS text),"
    " catalogue_version, matcher_version, retired_at IS NULL FROM hit ORDER BY 1, 2"
)
LEFT = "SELECT count(*), count(done_at), coalesce(sum(items), 0) FROM sweep_part"


@dataclass(frozen=True, slots=True)
class Scaled:
    """An archive in PostgreSQL, matched with an old catalogue; the present one is another."""

    monitor: Program
    url: str
    items: int
    stack: ExitStack

    def settings(self, **more: str) -> dict[str, str]:
        ours = {"DATABASE_URL": self.url, "NARRATIVES": str(self.monitor.home / "narratives")}
        return ours | {"ENGINE": "procrastinate"} | more

    def worker(self, crash_point: str = "") -> Service:
        ours = {f"MONITOR_{name}": value for name, value in self.settings().items()}
        started = Service(
            self.monitor.home,
            command="worker",
            **ours,
            CRASH_POINT=crash_point,
            ENGINE_DEAD_AFTER_S="3",
        )
        return self.stack.enter_context(started)

    @contextmanager
    def started(self, *arguments: str) -> Iterator["Started"]:
        with TemporaryFile() as out, TemporaryFile() as err:
            process = self.monitor.start(*arguments, into=(out, err), **self.settings())
            assert process.stdin
            process.stdin.close()
            yield Started(process, out, err)
            process.kill()
            process.wait()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        return rows(self.url, query)


@dataclass(frozen=True, slots=True)
class Started:
    """A command that has handed its work out to workers."""

    process: subprocess.Popen[bytes]
    out: IO[bytes]
    err: IO[bytes]

    def ended(self) -> Ran:
        code = self.process.wait(120)
        for file in (self.out, self.err):
            file.seek(0)
        return Ran(code, self.out.read().decode(), self.err.read().decode())


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    database = Database(url)
    with database.reading() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(query))]
    broken = [one for one in SqlInvariants(database).check() if one.broken]
    database.close()
    assert not broken, broken
    return found


def told(ran: Ran) -> dict[str, Any]:
    assert ran.code == 0, ran.err
    return {name: value for name, value in ran.json.items() if name != "seconds"}


def written(monitor: Program, url: str, items: int) -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    lines = [
        {"id": str(n), "title": f"{n} {' '.join(chance.choices(WORDS, k=3))}", "lang": "sr"}
        | {"first_seen_at": f"2026-11-{1 + n % 20:02}"}
        for n in range(items)
    ]
    (monitor.home / "past.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    before = catalogues.write(monitor.home / "narratives", dam="tajne brana", town="grad most")
    ours = {"NARRATIVES": str(before), "DATABASE_URL": url}
    done = monitor("import", "past.jsonl", "--outlet", "primer", **ours)
    assert done.code == 0, done.err
    catalogues.write(before, dam="tajne brana", river="otrovana reka, zakon vlada")


@pytest.fixture
def items() -> int:
    return 1_200


@pytest.fixture
def scaled(monitor: Program, postgres_url: str, items: int) -> Iterator[Scaled]:
    written(monitor, postgres_url, items)
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ENGINE_PART_ITEMS", str(-(-items // PARTS)))
        patch.setenv("ENGINE_DEAD_AFTER_S", "3")
        yield Scaled(monitor, postgres_url, items, stack)


def copy_of(postgres: Cluster, url: str) -> str:
    made = postgres.make(sa.engine.make_url(url))
    return made.render_as_string(hide_password=False)


def done_by(worker: Service) -> int:
    line = re.search(
        r'monitor_tasks_total\{result="done",task="part"\} ([\d.]+)', worker.get("/metrics")[1]
    )
    return int(float(line[1])) if line else 0


@pytest.mark.parametrize(
    ("items", "kills"),
    [(1_200, 1), pytest.param(60_000, 6, marks=pytest.mark.soak)],
)
def test_a_rematch_by_workers_of_which_some_are_killed(
    scaled: Scaled, postgres: Cluster, kills: int
) -> None:
    here = copy_of(postgres, scaled.url)
    ours = scaled.settings(DATABASE_URL=here, ENGINE="embedded")
    calm = told(scaled.monitor("rematch", "--full", "--jobs", "2", "--json", **ours))

    killed = [scaled.worker(point) for point in ("part-writing", "part-written") * kills][:kills]
    killed[0].until(lambda: all(one.health() for one in killed))
    with scaled.started("rematch", "--full", "--json") as command:
        assert [one.process.wait(60) for one in killed] == [-signal.SIGKILL] * kills
        left = scaled.worker()
        by_workers = told(command.ended())

    assert by_workers == calm
    assert rows(here, HITS) == scaled.rows(HITS)
    assert scaled.rows(LEFT) == [(0, 0, 0)]
    assert left.stop()[0] == 0


def test_a_killed_command_goes_on_where_it_was(scaled: Scaled) -> None:
    first = scaled.worker("part-written:4")
    first.until(lambda: bool(first.health()))
    with scaled.started("rematch", "--full", "--json"):
        assert first.process.wait(60) == -signal.SIGKILL
    parts, done, _items = scaled.rows(LEFT)[0]
    hit = scaled.rows("SELECT max(id) FROM hit WHERE narrative = 'town'")[0][0]
    reviewed = scaled.monitor("review", "set", str(hit), "--confirm", **scaled.settings())
    assert reviewed.code == 0
    second = scaled.worker()
    second.until(lambda: bool(second.health()))

    with scaled.started("rematch", "--full", "--json") as command:
        ran = told(command.ended())

    assert (parts, done) == (PARTS, 3)
    second.until(lambda: done_by(second) == PARTS - 3)
    assert ran["items"] == 1_200
    assert scaled.rows("SELECT count(*) FROM rematch") == [(1,)]
    assert scaled.rows(
        "SELECT verdict, retired_at IS NULL FROM standing_review JOIN hit ON id = hit_id"
    ) == [("confirmed", False)]


def test_a_backtest_by_workers_whose_machine_lacks_the_candidate(scaled: Scaled) -> None:
    candidate = catalogues.write(scaled.monitor.home / "candidate", dam="tajne", law="zakon vlada")
    arguments = ("narratives", "backtest", "candidate", "--json", "--allow-lost")
    here = told(scaled.monitor(*arguments, **scaled.settings(ENGINE="embedded")))
    worker = scaled.worker()
    worker.until(lambda: bool(worker.health()))
    with scaled.started(*arguments) as command:
        worker.until(lambda: scaled.rows("SELECT count(*) FROM sweep") == [(1,)])
        shutil.rmtree(candidate)
        by_workers = told(command.ended())

    assert by_workers == here
    assert scaled.rows(LEFT) == [(0, 0, 0)]
    assert {one["narrative"] for one in here["narratives"]} == {"dam", "river", "law"}


def test_without_a_worker_the_command_says_what_to_start(scaled: Scaled) -> None:
    ran = scaled.monitor("rematch", "--full", **scaled.settings())

    assert ran.code == 2
    assert "start `monitor worker`" in ran.err
