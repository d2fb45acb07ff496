"""Events kept in memory are those of the database, whatever is asked for and when they came."""

from datetime import datetime, timedelta

import make
from monitor.adapters.database import Database
from monitor.adapters.event_rows import EventMemory
from monitor.adapters.store import SqlStore
from monitor.domain.digest import Window
from monitor.ports import Store

HOUR = timedelta(hours=1)


def poll(store: Store, at: datetime) -> None:
    store.record(make.poll(at=at), make.feed())


def hours(memory: EventMemory, since: int, until: int) -> list[int]:
    window = Window(make.NOW + since * HOUR, make.NOW + until * HOUR)
    return [(event.at - make.NOW) // HOUR for event in memory.events(window)]


def test_what_comes_later_what_came_late_and_what_lies_before_is_read(
    store: SqlStore, database: Database
) -> None:
    memory = EventMemory(database)
    for hour in (0, 3, 6, 9):
        poll(store, make.NOW + hour * HOUR)

    assert hours(memory, 3, 9) == [3, 6]
    poll(store, make.NOW + 10 * HOUR)
    assert hours(memory, 3, 24) == [3, 6, 9, 10]
    poll(store, make.NOW + 9.5 * HOUR)  # stored after one that is later
    assert hours(memory, 3, 24) == [3, 6, 9, 9, 10]
    assert hours(memory, -1, 7) == [0, 3, 6]
    assert hours(memory, -50, -40) == []
    assert hours(memory, 0, 24) == [0, 3, 6, 9, 9, 10]


def test_what_is_long_past_is_read_and_not_kept(store: SqlStore, database: Database) -> None:
    memory = EventMemory(database)
    poll(store, make.NOW)
    poll(store, make.NOW + 1000 * HOUR)

    assert hours(memory, -1, 1) == [0]
    assert hours(memory, 999, 1001) == [1000]
    assert hours(memory, -1, 1) == [0]
