"""The archive's own searches, on a small archive of many months as the bench makes large ones."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bench.archive import sampled
from bench.archive_fill import application
from bench.archive_queries import Question, pages, questions
from bench.archive_rows import Shape, fill_by_server
from bench.archive_ten import plans, tables_read
from bench.made_items import UNTIL
from monitor.adapters.archive import SqlArchive
from monitor.adapters.copying import copy
from monitor.adapters.database import Database
from monitor.app import App
from support.postgres import Cluster

SHAPE = Shape(items=6_000, months=7, pool=600)


@pytest.fixture(scope="module")
def app(postgres: Cluster) -> Iterator[App]:
    """Six thousand items over seven months in PostgreSQL."""
    url = postgres.make()
    made = application(url.render_as_string(hide_password=False))
    made.init()
    list(fill_by_server(made, SHAPE, jobs=1))
    yield made
    made.database.close()
    postgres.drop(url)


@pytest.fixture(scope="module")
def asked(app: App) -> list[Question]:
    """The questions that the bench asks."""
    names = [narrative.id for narrative in app.catalogue.narratives]
    return [*questions(sampled(app), names, UNTIL), *pages(names, UNTIL)]


def found(archive: SqlArchive, question: Question) -> list[object]:
    """Return three pages of what a question finds."""
    search = archive.items if question.of_items else archive.hits
    rows: list[object] = []
    cursor = ""
    for _ in range(3):
        page = search(question.filters, 20, cursor)
        rows += page.rows
        cursor = page.cursor
        if not cursor:
            break
    return rows


def test_months_hold_what_sqlite_holds_in_one_table(
    app: App, asked: list[Question], tmp_path: Path
) -> None:
    sqlite = Database(f"sqlite:///{tmp_path}/copy.db")
    copy(app.database, sqlite, lambda _done, _all: None)
    ours, theirs = SqlArchive(app.database), SqlArchive(sqlite)

    different = [str(one) for one in asked if found(ours, one) != found(theirs, one)]
    counts = [
        str(one)
        for one in asked
        if ours.count(one.filters, 500, with_hits=not one.of_items)
        != theirs.count(one.filters, 500, with_hits=not one.of_items)
    ]
    sqlite.close()

    assert different == []
    assert counts == []
    assert sum(bool(found(ours, one)) for one in asked) > len(asked) / 2


def test_a_search_opens_each_month_once_in_a_few_stretches(app: App, asked: list[Question]) -> None:
    with app.database.reading() as connection:
        for question in (asked[0], asked[2], asked[50]):
            read = [
                tables_read(plan, "item_fts") or tables_read(plan, "item")
                for way, plan in plans(connection, question, 20)
                if way == "gather"
            ]

            assert 1 <= sum(map(bool, read)) <= 3  # those before all items open no month
            assert sum(map(len, read)) <= SHAPE.months + 2


def test_a_window_opens_the_tables_of_its_months_alone(app: App, asked: list[Question]) -> None:
    (dated,) = [one for one in asked if one.filters.since and one.filters.countries == ("MK",)][:1]
    with app.database.reading() as connection:
        for _way, plan in plans(connection, dated, 20):
            assert len(tables_read(plan, "item")) <= 2


def test_words_are_looked_up_in_their_index_or_held_against_single_items(
    app: App, asked: list[Question]
) -> None:
    with_words = [one for one in asked if one.filters.query]
    with app.database.reading(at_most=timedelta(minutes=1)) as connection:
        for question in with_words:
            for way, plan in plans(connection, question, 20):
                told = "\n".join([str(question), way, *plan])
                if way == "gather":
                    assert "Seq Scan on item_fts" not in told, told
                elif not question.of_items:
                    assert "SubPlan" in told or "One-Time Filter: false" in told, told
