"""What a search asks for, parted into what makes its statement and what is only given to it.

A statement is made once for all searches of the same shape and kept: to make one takes longer than
SQLite takes to find a page.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from monitor.adapters import fulltext
from monitor.adapters.tables.kinds import UtcDateTime
from monitor.domain.numbering import PER_SECOND, first_number
from monitor.domain.query import Query, Term
from monitor.ports import Filters

# A number is at most an hour later than its item.
_SPILL: Final = int(timedelta(hours=1).total_seconds()) * PER_SECOND
SHAPES: Final = 1_000  # statements of a kind that are kept

# What is given to a statement.
WORDS: Final[sa.BindParameter[str]] = sa.bindparam("words", type_=sa.Text)
SINCE: Final[sa.BindParameter[datetime]] = sa.bindparam("since", type_=UtcDateTime)
UNTIL: Final[sa.BindParameter[datetime]] = sa.bindparam("until", type_=UtcDateTime)
FIRST: Final[sa.BindParameter[int]] = sa.bindparam("first", type_=sa.BigInteger)  # by `since`
BEYOND: Final[sa.BindParameter[int]] = sa.bindparam("beyond", type_=sa.BigInteger)  # by `until`
LEAST: Final[sa.BindParameter[int]] = sa.bindparam("least", type_=sa.BigInteger)
LARGEST: Final[sa.BindParameter[int]] = sa.bindparam("largest", type_=sa.BigInteger)
LAST: Final[sa.BindParameter[int]] = sa.bindparam("last", type_=sa.BigInteger)
LIMIT: Final[sa.BindParameter[int]] = sa.bindparam("limit", type_=sa.Integer)

_SOME_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)
_SOME_WORD: Final = Term(("word",))


@dataclass(frozen=True, slots=True)
class Asked:
    """A search: its filters, the query as it is to be looked up, and the kind of database.

    `few`: so few items are of the places that all of them may be gathered (`selections.few`).
    `among`: the least and the largest number of the items to look at, where these are not all.
    `by_walk`: each of them is to be looked at, newest first, instead of gathering by an index of
    words.
    """

    filters: Filters
    query: Query | None
    is_sqlite: bool
    few: bool = False
    among: tuple[int, int] | None = None
    by_walk: bool = False

    @property
    def is_about_hits(self) -> bool:
        """Say whether only items with certain hits are wanted."""
        asked = self.filters
        return bool(asked.narratives or asked.stances or asked.reviews or asked.grade)

    @property
    def shape(self) -> "Asked":
        """What its statement depends on: the same, with any words, times and numbers."""
        filters = self.filters
        since, until = (at and _SOME_TIME for at in (filters.since, filters.until))
        return replace(
            self,
            filters=replace(filters, query="", since=since, until=until),
            query=self.query and _SOME_WORD,
            among=self.among and (0, 0),
        )

    @property
    def given(self) -> dict[str, Any]:
        """What is given to its statement."""
        since, until = self.filters.since, self.filters.until
        values: dict[str, Any] = {}
        if self.query:
            values["words"] = fulltext.looked_up(self.query, is_sqlite=self.is_sqlite)
        if since:
            values |= {"since": since, "first": first_number(since)}
        if until:
            values |= {"until": until, "beyond": beyond(until)}
        if self.among:
            values |= {"least": self.among[0], "largest": self.among[1]}
        return values


def beyond(until: datetime) -> int:
    """Return the number from which on no item was first seen before this time, be it the last one."""
    return first_number(until) + _SPILL
