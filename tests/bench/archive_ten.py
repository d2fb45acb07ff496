"""Ten million items in PostgreSQL, three years by month: how soon searches and filters are answered.

`PYTHONPATH=.:tests python -m bench.archive_ten --url URL [--items 10000000] [--months 36]`. An empty
database is filled first, by the server itself (`bench.archive_rows`), whose owner must be a
superuser; a filled one is measured again. Without `--url` a server is started for the while.
Milliseconds are of wall time: run it on a quiet machine.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bench.archive import opened, sampled, searches, weight
from bench.archive_fill import Measured, application
from bench.archive_queries import Question, pages, questions
from bench.archive_rows import Shape, fill_by_server, told
from bench.made_items import UNTIL
from monitor.adapters.asked import Asked
from monitor.adapters.newest import Newest
from monitor.adapters.selections import numbers
from monitor.app import App
from monitor.domain.query import parse_query

GOALS = ("≤ 100", "≤ 300")


def plans(
    connection: Connection, question: Question, limit: int
) -> Iterator[tuple[str, list[str]]]:
    """Yield the plan of each stretch of the archive that a question may have to look at."""
    query = parse_query(question.filters.query) if question.filters.query else None
    asked = Asked(question.filters, query, is_sqlite=False)
    with_hits = not question.of_items
    for part in Newest().parts(connection, asked, None, limit, (), with_hits=with_hits):
        statement, given = numbers(part, limit, None, with_hits=with_hits)
        written = statement.compile(connection.engine).construct_expanded_state(dict(given))
        explained = connection.exec_driver_sql(
            f"EXPLAIN {written.statement}", dict(written.parameters)
        )
        lines = explained.scalars().all()
        assert part.among
        yield ("walk" if part.by_walk else "gather"), list(lines)


def tables_read(plan: list[str], table: str) -> set[str]:
    """Return the parts of a table that a plan reads."""
    words = {word for line in plan for word in line.split()}
    return {
        word
        for word in words
        if word.startswith(f"{table}_2") and word.count("_") == table.count("_") + 2
    }


def pruning(app: App, asked: list[Question]) -> Iterator[Measured]:
    """Yield how many months each stretch of a search looks at."""
    with app.database.reading() as connection:
        parts = sa.text("SELECT count(*) FROM pg_partition_tree('item_fts') WHERE isleaf")
        count = connection.scalar(parts)
        for question in asked:
            read = [
                f"{way} {len(tables_read(plan, 'item_fts') | tables_read(plan, 'item'))}"
                for way, plan in plans(connection, question, 51)
            ]
            yield Measured(f"   months read one after another, of {count}: {question}", "")
            yield Measured(f"      {', '.join(read)}", "")


def measure(url: str, shape: Shape, jobs: int) -> Iterator[Measured]:
    """Yield each line."""
    app = application(url)
    app.init()
    with app.database.reading() as connection:
        is_empty = connection.scalar(sa.text("SELECT NOT EXISTS (SELECT 1 FROM item)"))
    if is_empty:
        told(fill_by_server(app, shape, jobs))
    yield weight(app)
    names = [narrative.id for narrative in app.catalogue.narratives]
    asked = questions(sampled(app), names, UNTIL)
    without = pages(names, UNTIL)
    yield from pruning(app, [asked[0], asked[1], asked[-1], without[2], without[-1]])
    yield from searches(app, asked, f"{len(asked)} searches", GOALS)
    yield from searches(app, without, "a page of a filter", ("", "≤ 300"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=10_000_000)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--pool", type=int, default=100_000, help="items that are repeated")
    parser.add_argument("--url", default="", help="of a PostgreSQL database of its own")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    shape = Shape(given.items, given.months, given.pool)
    with opened("postgresql", given.url, Path()) as url:
        for line in measure(url, shape, given.jobs):
            print(f"{line.what:<72} {line.figure:>10}  {line.goal}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
