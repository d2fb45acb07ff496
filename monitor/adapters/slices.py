"""The archive in ranges of items, or the named ones among them, each small enough for memory."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from monitor.adapters import tables
from monitor.adapters.database import Database, batches
from monitor.domain.numbering import BEFORE_ALL, first_number
from monitor.domain.rematch import Slice

SLICE: Final = 4_000  # items of a range
IDS: Final = 500  # items that are named one by one, at once

_ITEM: Final = tables.item.c


def slices(
    database: Database,
    candidates: Iterable[int] | None,
    since: datetime | None,
    after: int = BEFORE_ALL,
) -> Iterator[Slice]:
    """Yield the candidates in order of their ids, or all items, those included that come now."""
    if candidates is not None:
        for some in batches((item for item in candidates if item > after), IDS):
            yield Slice(some[0], some[-1], tuple(some))
        return
    for part, _items in ranges(database, since, after):
        yield part


def ranges(
    database: Database,
    since: datetime | None,
    after: int,
    until: int | None = None,
    items: int = SLICE,
) -> Iterator[tuple[Slice, int]]:
    """Yield the next so many items, and how many these are, up to the item `until`."""
    while True:
        # Their numbers may be far apart.
        ids = sa.select(_ITEM.id).where(_ITEM.id > after).order_by(_ITEM.id).limit(items)
        if since:
            ids = ids.where(_ITEM.first_seen_at >= since, _ITEM.id >= first_number(since))
        if until is not None:
            ids = ids.where(_ITEM.id <= until)
        some = ids.subquery()
        query = sa.select(sa.func.min(some.c.id), sa.func.max(some.c.id), sa.func.count())
        with database.reading() as connection:
            first, last, count = connection.execute(query).one()
        if first is None:
            return
        yield Slice(first, last), count
        after = last


def within(column: sa.ColumnElement[int], part: Slice) -> sa.ColumnElement[bool]:
    """Say that an item is of a slice."""
    return column.in_(part.ids) if part.ids else column.between(part.first, part.last)
