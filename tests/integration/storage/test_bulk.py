from itertools import chain

import pytest
import sqlalchemy as sa

from monitor.adapters import tables
from monitor.adapters.bulk import add_rows, copy_numbers
from monitor.adapters.database import Database
from monitor.domain.errors import StorageError

BIG = 2**63 - 1


def test_texts_arrive_letter_by_letter(database: Database) -> None:
    texts = ['"navodnici"', "back\\slash", "{a,b}", "NULL", "", "два\treda\ni", "ç'është"]
    with database.writing() as connection:
        add_rows(connection, tables.word, ("word",), [(text,) for text in texts])
        add_rows(connection, tables.word, ("word",), [(texts[0],), ("novo",)], quietly=True)

    with database.reading() as connection:
        assert set(connection.scalars(sa.select(tables.word.c.word))) == {*texts, "novo"}


def test_numbers_are_copied_as_they_are(database: Database) -> None:
    pairs = [(-BIG, BIG), (0, -1), (0, 1)]
    with database.writing() as connection:
        copy_numbers(connection, tables.story_band, ("band", "item_id"), [*chain(*pairs)])

    with database.reading() as connection:
        rows = connection.execute(sa.select(tables.story_band).order_by(tables.story_band.c.band))
        assert sorted(map(tuple, rows)) == pairs


def test_a_copy_of_numbers_that_are_there_is_refused(database: Database) -> None:
    with pytest.raises(StorageError), database.writing() as connection:
        copy_numbers(connection, tables.story_band, ("band", "item_id"), [1, 1, 1, 1])


@pytest.mark.parametrize("count", [1, 63, 64, 65, 200])
def test_any_number_of_rows_arrives_and_those_that_are_there_stay_out(
    database: Database, count: int
) -> None:
    words = [f"reč{number:03}" for number in range(count)]
    pairs = [(number // 2, -number) for number in range(count)]
    with database.writing() as connection:
        copy_numbers(connection, tables.story_band, ("band", "item_id"), [*chain(*pairs)])
        add_rows(connection, tables.word, ("word",), [(word,) for word in words[::7]])
        twice = [(word,) for word in (*words, *words)]
        add_rows(connection, tables.word, ("word",), twice, quietly=True)

    with database.reading() as connection:
        assert set(map(tuple, connection.execute(sa.select(tables.story_band)))) == set(pairs)
        found = connection.scalars(sa.select(tables.word.c.word)).all()
        assert sorted(found) == words
