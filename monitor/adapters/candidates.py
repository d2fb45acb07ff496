"""The archive's words, and the items that hold some of them, by the full-text index."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.database import Database, batches
from monitor.domain.matching.candidates import AnyOf, Need

_WORDS: Final = {
    "sqlite": "SELECT term, doc FROM item_fts_words",
    "postgresql": "SELECT word, ndoc FROM ts_stat('SELECT folded FROM item_fts')",
}


def vocabulary(database: Database) -> Mapping[str, int]:
    """Return every distinct folded word of the archive, and in how many items it stands."""
    with database.reading() as connection:
        query = _WORDS[connection.dialect.name]
        return {word: items for word, items in connection.exec_driver_sql(query)}  # noqa: C416 - a dict() of rows has no type


def holding(database: Database, needs: Iterable[Need]) -> set[int]:
    """Return the items that hold at least one of these."""
    found: set[int] = set()
    with database.reading() as connection:
        for need in needs:
            found.update(_holding(connection, need))
    return found


def bearing(database: Database, narratives: Iterable[str]) -> set[int]:
    """Return the items that have a hit of these narratives which is not retired."""
    hit = tables.hit.c
    found: set[int] = set()
    with database.reading() as connection:
        for some in batches(sorted(narratives)):
            query = sa.select(hit.item_id).where(hit.narrative.in_(some), hit.retired_at.is_(None))
            found.update(connection.execute(query).scalars())
    return found


def verdicts(database: Database) -> dict[tuple[int, str], str]:
    """Return what reviewers decided, by item and narrative."""
    review, hit = tables.standing_review, tables.hit.c
    query = sa.select(hit.item_id, hit.narrative, review.c.verdict).join_from(tables.hit, review)
    with database.reading() as connection:
        return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def _holding(connection: Connection, need: Need) -> Iterable[int]:
    if connection.dialect.name == "sqlite":
        query = sa.text("SELECT rowid FROM item_fts WHERE item_fts MATCH :need")
        return connection.execute(query, {"need": _written(need, '"', " OR ", " AND ")}).scalars()
    query = sa.text("SELECT rowid FROM item_fts WHERE folded @@ CAST(:need AS tsquery)")
    return connection.execute(query, {"need": _written(need, "'", " | ", " & ")}).scalars()


def _written(need: Need, quote: str, any_of: str, all_of: str) -> str:
    """Write a need as the index reads it. Folded words are letters and digits: quotes suffice."""
    if isinstance(need, str):
        return f"{quote}{need}{quote}"
    between = any_of if isinstance(need, AnyOf) else all_of
    return f"({between.join(_written(part, quote, any_of, all_of) for part in need.parts)})"


def count(database: Database, since: datetime | None) -> int:
    """Return how many items there are, first seen since then."""
    query = sa.select(sa.func.count()).select_from(tables.item)
    if since:
        query = query.where(tables.item.c.first_seen_at >= since)
    with database.reading() as connection:
        return int(connection.execute(query).scalar_one())
