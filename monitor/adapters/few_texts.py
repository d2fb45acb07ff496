"""The few items that filters leave of an archive, read through for a query of common words.

SQLite's index of words gives a word's items one after another. Where few of these are wanted, it
goes through all of them: through a hundred thousand, to find fifty.
"""

from dataclasses import replace
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import fulltext, selections
from monitor.adapters.asked import LIMIT, WORDS, Asked
from monitor.adapters.page_rows import rows_of_items
from monitor.domain.imprint import folded
from monitor.domain.query import finds

COMMON: Final = 20_000  # items of a query: some milliseconds of the index
READ: Final = 500  # texts: as long, or twice where they are long


def read_through(
    connection: Connection,
    asked: Asked,
    limit: int,
    last: int | None,
    *,
    with_hits: bool,
    common: int = COMMON,
) -> list[int] | None:
    """Return the newest items that are found, as `selections.numbers` has them.

    None where the index of words finds them as soon: without a query, where its words are in no
    more than `common` items, or where filters leave many.
    """
    if asked.query is None or not asked.few:
        return None
    met = connection.scalar(_met(), asked.given | {"limit": common + 1})
    if met <= common:
        return None
    rest = replace(asked, query=None)
    query, given = selections.numbers(rest, READ + 1, last, with_hits=with_hits)
    left = connection.execute(query, given).scalars().all()
    if len(left) > READ:
        return None
    rows = rows_of_items(connection, left, with_text=True)
    found = [row.id for row in rows if finds(asked.query, folded(row.title, row.summary, row.text))]
    return sorted(found, reverse=True)[:limit]


@cache
def _met() -> sa.Select[Any]:
    some = sa.select(fulltext.found(WORDS).c.rowid).limit(LIMIT)
    return sa.select(sa.func.count()).select_from(some.subquery())
