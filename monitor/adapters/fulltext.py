"""The full-text index over folded words: FTS5 in SQLite, a tsvector in PostgreSQL.

Both have the table `item_fts` with the columns `rowid` (the item) and `folded`.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from monitor.domain.matching.fold import tokens
from monitor.domain.query import AnyOf, Query, Term

_FTS: Final = sa.table("item_fts", sa.column("rowid"), sa.column("folded"))
_LONGEST_WORD: Final = 200  # PostgreSQL keeps up to 2,046 bytes, in a vector of up to 1 MiB
_LAST_PLACE: Final = 16_383  # and so many places


def index(connection: Connection, item_id: int, *texts: str) -> None:
    """Add an item."""
    words = tokens("\n".join(texts))
    folded: Any = " ".join(words)
    if connection.dialect.name == "postgresql":
        folded = sa.cast(_vector(words), postgresql.TSVECTOR)
    connection.execute(sa.insert(_FTS).values(rowid=item_id, folded=folded))


def unindex(connection: Connection, item_id: int, *texts: str) -> None:
    """Take an item out; the texts must be those it was added with."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.delete(_FTS).where(_FTS.c.rowid == item_id))
        return
    # A contentless index forgets a row only when told the words that it was given.
    connection.execute(
        sa.text("INSERT INTO item_fts(item_fts, rowid, folded) VALUES ('delete', :id, :folded)"),
        {"id": item_id, "folded": " ".join(tokens("\n".join(texts)))},
    )


def found(query: Query, *, in_sqlite: bool) -> sa.Select[Any]:
    """Return the items that a query finds, as a selection of their ids."""
    if in_sqlite:
        matches: sa.ColumnElement[bool] = sa.literal_column("item_fts").op("MATCH")(_fts5(query))
    else:
        matches = _FTS.c.folded.op("@@")(sa.cast(_tsquery(query), postgresql.TSQUERY))
    return sa.select(_FTS.c.rowid).where(matches)


def _fts5(query: Query) -> str:
    """Write a query for FTS5: inside quotes it knows no operators, and folded words have none."""
    if isinstance(query, Term):
        return f'"{" ".join(query.words)}"{"*" if query.is_prefix else ""}'
    if isinstance(query, AnyOf):
        return f"({' OR '.join(map(_fts5, query.parts))})"
    wanted = f"({' AND '.join(map(_fts5, query.wanted))})"
    if not query.unwanted:
        return wanted
    return f"({wanted} NOT ({' OR '.join(map(_fts5, query.unwanted))}))"


def _tsquery(query: Query) -> str:
    if isinstance(query, Term):
        words = [f"'{word[:_LONGEST_WORD]}'" for word in query.words]
        return f"({' <-> '.join(words)}{':*' if query.is_prefix else ''})"
    if isinstance(query, AnyOf):
        return f"({' | '.join(map(_tsquery, query.parts))})"
    unwanted = [f"!{_tsquery(part)}" for part in query.unwanted]
    return f"({' & '.join([*map(_tsquery, query.wanted), *unwanted])})"


def _vector(words: Iterable[str]) -> str:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(words, start=1):
        if place > _LAST_PLACE:
            break
        places[word[:_LONGEST_WORD]].append(place)
    return " ".join(f"'{word}':{','.join(map(str, at[:255]))}" for word, at in places.items())
