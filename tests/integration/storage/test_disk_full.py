"""A disk that fills at any byte: what was acknowledged is there, whole, and writing goes on later."""

import os
import resource
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

import make
from monitor.adapters.database import Database
from monitor.adapters.invariants import SqlInvariants
from monitor.adapters.store import SqlStore
from monitor.domain.errors import StorageError

POLLS = 12
ENOUGH = 320  # pages


def stored(url: str, first: int, acknowledged: Callable[[int], object]) -> None:
    """Store one item after another; tell the number of each that was committed."""
    with closing(Database(url)) as database:
        store = SqlStore(database)
        for number in range(first, first + POLLS):
            title = f"{number} {'duga vest ' * 40}"
            poll = make.poll(make.item(title), at=make.NOW + timedelta(seconds=number))
            try:
                store.record(poll, make.feed())
            except StorageError:
                continue
            acknowledged(number)


def acknowledged_below(url: str, most_bytes: int) -> set[int]:
    """Store in a process whose files cannot grow beyond so many bytes."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        fault = 1
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
            stored(url, 0, lambda number: os.write(writer, f"{number} ".encode()))
            fault = 0
        finally:
            os._exit(fault)
    os.close(writer)
    with os.fdopen(reader) as said:
        numbers = {int(word) for word in said.read().split()}
    assert os.waitpid(child, 0)[1] == 0
    return numbers


@pytest.mark.parametrize("step", [40, pytest.param(2, marks=pytest.mark.soak)])
def test_whatever_was_acknowledged_survives_a_full_disk(
    sqlite_template: Path, tmp_path: Path, step: int
) -> None:
    seen = set()
    for pages in range(0, ENOUGH + 1, step):
        file = tmp_path / f"{pages}.db"
        file.write_bytes(sqlite_template.read_bytes())
        url = f"sqlite:///{file}"

        numbers = acknowledged_below(url, pages * 4096)

        seen.add(len(numbers))
        with closing(Database(url)) as database:
            with database.reading() as connection:
                kept = connection.exec_driver_sql("SELECT title FROM item").scalars()
                assert numbers <= {int(title.partition(" ")[0]) for title in kept}
            assert [one for one in SqlInvariants(database).check() if one.broken] == []
        again: list[int] = []
        stored(url, POLLS, again.append)
        assert len(again) == POLLS
    assert {0, POLLS} <= seen, "the sweep begins where nothing fits and ends where all does"
