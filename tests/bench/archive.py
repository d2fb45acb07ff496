"""An archive of many items: how fast it takes them, what they weigh, how soon it answers.

`PYTHONPATH=.:tests python -m bench.archive --items 1000000 --home DIR [--database postgresql]`. The archive is
built once in `--home` and used again; it is measured through the application, as commands and
pages use it. Milliseconds and seconds are of wall time: run it on a quiet machine.
"""

import argparse
import gc
import io
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from bench.archive_fill import Measured, application, fill, imports
from bench.archive_queries import Question, pages, quantile, questions
from bench.archive_readers import read_while_a_poll_writes
from bench.made_items import UNTIL, Press
from monitor.adapters import tables
from monitor.adapters.rollups import refresh
from monitor.app import App
from monitor.domain.feed import OutletKind
from monitor.ports import Filters
from support.postgres import LASTING, cluster

IMPORTED: Final = 60_000
PAGE: Final = 50
ROUNDS: Final = 5
NEW: Final = "bench-new"


def weight(app: App) -> Measured:
    """Return the size of everything, an item."""
    with app.database.reading() as connection:
        count = connection.scalar(sa.text("SELECT count(*) FROM item"))
        if app.database.is_sqlite:
            pages_, size = (
                connection.scalar(sa.text(f"PRAGMA {name}")) for name in ("page_count", "page_size")
            )
            total = pages_ * size
        else:
            total = connection.scalar(sa.text("SELECT pg_database_size(current_database())"))
    return Measured(f"bytes an item, of {count:,}", f"{total / count:,.0f}", "≤ 1,600")


def settle(app: App) -> None:
    """Have PostgreSQL do at once what it does by itself in the minutes after many rows came."""
    if app.database.is_sqlite:
        return
    with app.database.connect("bench") as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
            "VACUUM (ANALYZE)"
        )


def some_check_facts(app: App) -> None:
    """Make fact-checkers of nine of the three hundred outlets: each hit is shown with theirs."""
    outlet = tables.outlet.c
    with app.database.writing() as connection:
        ids = connection.scalars(sa.select(outlet.id).order_by(outlet.id)).all()
        few = sa.update(tables.outlet).where(outlet.id.in_(ids[5::33]))
        connection.execute(few.values(kind=OutletKind.FACT_CHECKER))


def ask(app: App, question: Question, cursor: str = "") -> str:
    """Ask for a page as the commands do; return the cursor of the next one."""
    search = app.search_items if question.of_items else app.search_hits
    return search(question.filters, PAGE, cursor).cursor


def timed(work: Callable[[], object]) -> float:
    """Return milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def searches(
    app: App, asked: Sequence[Question], what: str, goals: Sequence[str]
) -> Iterator[Measured]:
    """Yield the quantiles of all rounds, the first (nothing cached by us) apart, and the slowest."""
    rounds = [[timed(partial(ask, app, one)) for one in asked] for _ in range(ROUNDS + 1)]
    first, *rest = rounds
    times = [each for some in rest for each in some]
    yield Measured(f"{what}, p50 ms", f"{quantile(times, 0.5):.1f}", goals[0])
    yield Measured(f"{what}, p95 ms", f"{quantile(times, 0.95):.1f}", goals[1])
    yield Measured(f"{what}, first time, p95 ms", f"{quantile(first, 0.95):.1f}")
    slow = sorted(
        zip((min(some) for some in zip(*rest, strict=True)), map(str, asked), strict=True)
    )
    for spent, question in reversed(slow[-5:]):
        yield Measured(f"   slow: {question}", f"{spent:.1f}")


def deep(app: App) -> Measured:
    """Return what a page costs after two hundred others."""
    question = Question(Filters("vlada"), of_items=True)
    cursor, spent = "", []
    for _ in range(200):
        began = time.perf_counter()
        cursor = ask(app, question, cursor)
        spent.append((time.perf_counter() - began) * 1000)
        if not cursor:
            break
    return Measured(f"page {len(spent)} of a search, ms", f"{quantile(spent[-10:], 0.5):.1f}")


def exports(app: App) -> Iterator[Measured]:
    """Yield rows a second of each form."""
    for form in ("jsonl", "csv", "parquet", "xlsx"):
        sink = io.BytesIO()
        began = time.perf_counter()
        count = app.exporting.hits(Filters(), form, sink, lambda _: None, bom=False)
        rate = count / (time.perf_counter() - began)
        yield Measured(f"rows exported a second, {form}, of {count:,}", f"{rate:,.0f}")


def rematches(url: str, app: App, home: Path, jobs: int) -> Iterator[Measured]:
    """Yield a full rematch, then that of one new narrative, which is taken out again."""
    began = time.perf_counter()
    run = app.keeping.rematch(None, jobs, lambda _done, _all: None, full=True)
    rate = run.items / (time.perf_counter() - began)
    what = f"items rematched a second, {jobs} processes ({run.gained} new, {run.changed} changed)"
    yield Measured(what, f"{rate:,.0f}", "≥ 15,000")
    more = application(url, with_one_more(app, home))
    assert (
        more.matcher.catalogue_version
    )  # compiled before: that is the catalogue's cost, not the archive's
    began = time.perf_counter()
    run = more.keeping.rematch(None, jobs, lambda _done, _all: None, full=False)
    spent = time.perf_counter() - began
    yield Measured(
        f"seconds for a new narrative, {run.items:,} items read, {run.gained} hits",
        f"{spent:.1f}",
        "≤ 5",
    )
    app.keeping.rematch(None, jobs, lambda _done, _all: None, full=False)


def with_one_more(app: App, home: Path) -> Path:
    """Return a catalogue with a narrative of sixty phrases more, made of the archive's words."""
    directory = home / "narratives"
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(app.narratives_directory, directory, ignore=shutil.ignore_patterns("compiled"))
    words = Press({}).words
    lines = [f"id: {NEW}", "title: x", "summary: x", "paragraphs: []", "rationale: x", "phrases:"]
    for family, count in (("hbs", 30), ("sq", 12), ("mk", 12), ("en", 3), ("ru", 3)):
        forms = [form for form in words[family].forms[600:9_000] if len(form) > 5]
        some = [f"{one} {two}" for one, two in zip(forms[::7], forms[3::5], strict=False)][:count]
        lines.append(f"  {family}: [{', '.join(some)}]")
    (directory / f"{NEW}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return directory


def sampled(app: App) -> list[tuple[str, str]]:
    """Return the titles and summaries of nineteen items, evenly over the archive's time."""
    query = sa.text("SELECT title, summary FROM item WHERE id >= :first ORDER BY id LIMIT 1")
    with app.database.reading() as connection:
        first, last = connection.execute(sa.text("SELECT min(id), max(id) FROM item")).one()
        steps = (first + (last - first) * n // 20 for n in range(1, 20))
        rows = [connection.execute(query, {"first": step}).one() for step in steps]
    return [(row.title, row.summary) for row in rows]


def trends(app: App) -> Iterator[Measured]:
    """Yield counting nine days, and reading them."""
    with app.database.writing() as connection:
        connection.execute(sa.text("DELETE FROM rollup_day"))
    day = (UNTIL - timedelta(days=1)).date()
    yield Measured("trends, nine days to count, ms", f"{timed(lambda: app.upkeep.trends(day)):.0f}")
    refresh(app.database, day - timedelta(weeks=8), day, UNTIL)
    yield Measured("trends, counted, ms", f"{timed(lambda: app.upkeep.trends(day)):.0f}")


def measure(url: str, count: int, home: Path, jobs: int, *, only_build: bool) -> Iterator[Measured]:
    """Yield each line."""
    app = application(url)
    app.init()
    with app.database.reading() as connection:
        stored = connection.scalar(sa.text("SELECT count(*) FROM item"))
    if stored < count:
        yield from fill(app, count)
        settle(app)
    yield weight(app)
    if only_build:
        return
    some_check_facts(app)
    yield from imports(app, home, min(count, IMPORTED), jobs)
    names = [narrative.id for narrative in app.catalogue.narratives]
    texts = sampled(app)
    gc.freeze()
    asked = questions(texts, names, UNTIL)
    yield from searches(app, asked, f"{len(asked)} searches", ("≤ 10", "≤ 50"))
    yield from searches(app, pages(names, UNTIL), "a page of a filter", ("", "≤ 10"))
    yield deep(app)
    yield from exports(app)
    yield from trends(app)
    for line in read_while_a_poll_writes(url, asked, lambda one: ask(app, one)):
        yield Measured(*line)
    yield from rematches(url, app, home, jobs)


@contextmanager
def opened(kind: str, url: str, home: Path) -> Iterator[str]:
    """Give the address of the archive, of a server that is started for it if none is given."""
    if url or kind == "sqlite":
        yield url or f"sqlite:///{home}/archive.db"
        return
    with cluster(LASTING) as server:
        yield server.make().render_as_string(hide_password=False)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--home", type=Path, help="where the archive is kept [default: nowhere]")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--url", default="", help="of a PostgreSQL database of its own")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--build", action="store_true", help="only build it")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as nowhere:
        home = asked.home or Path(nowhere)
        home.mkdir(parents=True, exist_ok=True)
        with opened(asked.database, asked.url, home) as url:
            for line in measure(url, asked.items, home, asked.jobs, only_build=asked.build):
                print(f"{line.what:<72} {line.figure:>10}  {line.goal}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
