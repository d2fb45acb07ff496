"""The newest items that a search finds, read from PostgreSQL month by month, or from SQLite at once.

PostgreSQL has no index that yields an archive's items of a word in the order of time: it gathers them
and sorts. So it is asked for the newest stretch of the archive first and for ever longer ones
while the page is not full; each is of few months, and the tables of others are not even opened. Where
words are common, looking at the newest items one by one fills the page soonest, so that comes first.
"""

from collections.abc import Iterator, Sized
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import partitions, selections, tables
from monitor.adapters.asked import LARGEST, LEAST, SHAPES, Asked, beyond
from monitor.adapters.few_texts import COMMON, read_through
from monitor.domain.numbering import BEFORE_ALL, first_number, second_of
from monitor.ports import Filters

WALKED: Final = 1_000  # items, or items with hits: some milliseconds
_MONTH: Final = timedelta(days=30)
_LONGEST: Final = 36 * _MONTH  # beyond it the rest is one stretch
_GROWTH: Final = 8  # times as long as the last stretch, at most
_LONG: Final = 12 * _MONTH  # from here on twice as long: all that one question reads may be cold
_SURELY: Final = 1.25  # times what the last stretch lets expect

_OLDEST: Final = BEFORE_ALL + 1
_DAWN: Final = datetime.min.replace(tzinfo=UTC) + 2 * _LONGEST  # time cannot be counted back far

_LAST: Final = sa.select(sa.func.max(tables.item.c.id)).where(tables.item.c.id >= LEAST)

Stretch = tuple[int, int]  # the least number and the largest


class Newest:
    """Picks the newest items. It remembers how far the archive went, not to look for it from its start.

    `common`: as `few_texts.read_through` has it.
    """

    def __init__(self, common: int = COMMON) -> None:
        self._latest, self._common = 0, common

    def pick(
        self, connection: Connection, asked: Asked, limit: int, last: int | None, *, with_hits: bool
    ) -> list[int]:
        """Return the numbers of the newest items up to `last`, as `selections.numbers` has them."""
        if asked.is_sqlite:
            read = read_through(
                connection, asked, limit, last, with_hits=with_hits, common=self._common
            )
            if read is not None:
                return read
            query, given = selections.numbers(asked, limit, last, with_hits=with_hits)
            return list(connection.execute(query, given).scalars().all())
        found: list[int] = []
        for part in self.parts(connection, asked, last, limit, found, with_hits=with_hits):
            query, given = selections.numbers(part, limit - len(found), None, with_hits=with_hits)
            found += connection.execute(query, given).scalars().all()
        return found

    def count(self, connection: Connection, asked: Asked, most: int, *, with_hits: bool) -> int:
        """Return how many items a search finds, `most` at most."""
        if not asked.is_sqlite:
            return len(self.pick(connection, asked, most, None, with_hits=with_hits))
        numbers, given = selections.numbers(asked, most, None, with_hits=with_hits)
        query = sa.select(sa.func.count()).select_from(numbers.subquery())
        return int(connection.execute(query, given).scalar_one())

    def parts(
        self,
        connection: Connection,
        asked: Asked,
        last: int | None,
        limit: int,
        found: Sized,
        *,
        with_hits: bool,
    ) -> Iterator[Asked]:
        """Yield what is asked of each stretch of PostgreSQL's archive, newest first.

        `found` grows meanwhile: of how much of the page is there a stretch's length is told.
        """
        with_hits = with_hits or asked.is_about_hits
        least, largest = self._whole(connection, asked, last)
        length = _MONTH
        if asked.query is not None and least <= largest:
            all_of_them = with_hits and asked.filters.outlets  # hits of an outlet are few
            whole = least, largest
            floor = least if all_of_them else _floor(connection, asked, whole, with_hits=with_hits)
            yield replace(asked, among=(floor, largest), by_walk=True)
            length = second_of(largest) - second_of(floor)
            length = _next_length(length, len(found), limit - len(found))
            largest = floor - 1
        while len(found) < limit and least <= largest:
            before, floor = len(found), _months_back(least, largest, length)
            yield replace(asked, among=(floor, largest))
            length = _next_length(length, len(found) - before, limit - len(found))
            largest = floor - 1

    def _whole(self, connection: Connection, asked: Asked, last: int | None) -> Stretch:
        """Return between which numbers items may be that are asked for."""
        filters = asked.filters
        least = first_number(filters.since) if filters.since else _OLDEST
        largest = self._newest(connection) if last is None else last
        if filters.until:
            largest = min(largest, beyond(filters.until) - 1)
        return least, largest

    def _newest(self, connection: Connection) -> int:
        found = connection.scalar(_LAST, {"least": self._latest})
        if found is None:  # another archive was restored, or nothing was ever stored
            found = connection.scalar(_LAST, {"least": _OLDEST})
        self._latest = _OLDEST if found is None else found
        return self._latest


def _next_length(length: timedelta, found: int, lacking: int) -> timedelta:
    """Return how long the next stretch is to be, by what was found in one of this length."""
    growth = min(_SURELY * lacking / found, _GROWTH) if found else _GROWTH
    return max(_MONTH, min(growth * length, max(_LONG, 2 * length)))


def _months_back(least: int, largest: int, length: timedelta) -> int:
    """Return where a stretch so long begins, with a month, or with all that is left."""
    if length > _LONGEST or second_of(largest) < _DAWN:
        return least
    first = second_of(largest) - length + _MONTH
    return max(least, first_number(partitions.begins((first.year, first.month))))


def _floor(connection: Connection, asked: Asked, whole: Stretch, *, with_hits: bool) -> int:
    """Return the number down to which items, or those with the wanted hits, are walked.

    Items of the last two months at most: the tables of all are many to open.
    """
    least, largest = whole
    if not with_hits:
        least = _months_back(least, largest, 2 * _MONTH)
    query = _walked(asked.shape.filters, with_hits=with_hits)
    found = connection.scalar(query, {"least": least, "largest": largest})
    return least if found is None else int(found)


@lru_cache(SHAPES)
def _walked(filters: Filters, *, with_hits: bool) -> sa.Select[Any]:
    number: sa.ColumnElement[int] = tables.hit.c.item_id if with_hits else tables.item.c.id
    query = sa.select(number).where(number.between(LEAST, LARGEST)).order_by(number.desc())
    if with_hits:
        query = query.where(*selections.hit_conditions(filters))
    return query.offset(WALKED).limit(1)
