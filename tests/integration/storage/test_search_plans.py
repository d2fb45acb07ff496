"""How SQLite looks up what people ask: from an index's end, never through a table."""

import re
from typing import Any, Final

import pytest
from sqlalchemy import event

import make
from bench.archive_queries import Question, pages, questions
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.store import SqlStore
from monitor.ports import Filters

NARRATIVES: Final = ("open-balkan", "rs-secession", "rs-camps")
TEXTS: Final = [("Vlada usvojila zakon", "Novi zakon o budžetu stupa na snagu")] * 19
# What is read in the order of its numbers and left when a page is full; lists that we give; parts
# of a page that are merged.
ORDERED: Final = re.compile(
    r"SCAN (item|hit USING COVERING INDEX ix_hit_standing|anon_\d+|CONSTANT ROW"
    r"|(item_fts|json_each|anon_\d+) VIRTUAL TABLE.*)"
)
FEW: Final = re.compile(r"json_each|UNION")

Asked = tuple[str, Any]


def steps(database: Database, asked: Asked) -> list[str]:
    with database.reading() as connection:
        raw: Any = connection.connection.driver_connection
        return [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {asked[0]}", asked[1])]


def asks(archive: SqlArchive, database: Database, question: Question) -> list[Asked]:
    """Ask a question; return the statements of its search."""
    asked: list[Asked] = []

    def note(_c: object, _cursor: object, statement: str, given: Any, *_: object) -> None:
        if "alembic_version" not in statement:
            asked.append((statement, given))

    with database.reading() as connection:
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        (archive.items if question.of_items else archive.hits)(question.filters, 50, "")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return asked


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("gathered", "common"), [(0, 20_000), (30_000, 20_000), (30_000, 0)])
def test_no_search_goes_through_a_table_or_sorts_more_than_a_page(
    database: Database, store: SqlStore, gathered: int, common: int
) -> None:
    store.record(make.poll(make.item(TEXTS[0][0]), hits=(make.hit(),)), make.feed())
    archive = SqlArchive(database, gathered=gathered, common=common)
    every = [*questions(TEXTS, NARRATIVES, make.NOW), *pages(NARRATIVES, make.NOW)]
    assert len(every) > 80

    for question in every:
        statements = asks(archive, database, question)
        assert statements
        for asked in statements:
            for step in steps(database, asked):
                if step.startswith("SCAN"):
                    assert ORDERED.fullmatch(step), (str(question), asked[0], step)
                if step == "SCAN item":  # by its numbers, where nothing else is asked
                    assert question.filters == Filters(), (str(question), asked[0], step)
                if step.startswith("SCAN hit"):
                    assert "LIMIT" in asked[0], (str(question), asked[0], step)
                if "TEMP B-TREE" in step:
                    assert FEW.search(asked[0]), (str(question), asked[0], step)
