"""The archive's words, and the items that hold some of them, by the full-text index."""

import json
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.database import Database, batches
from monitor.adapters.engines import by_indexes
from monitor.domain.matching.candidates import AllOf, AnyOf, Near, Need

MANY: Final = 100  # items that hold the words of a phrase somewhere: are they side by side?
_AT_ONCE: Final = 2  # connections that look needs up
_TOGETHER: Final = 8  # needs that one of them takes at a time
_PLACES: Final = 20  # bits of a number for the place of a word in its item
_WORDS: Final = {
    "sqlite": "SELECT group_concat(word, ' ') FROM word",
    "postgresql": "SELECT string_agg(word, ' ') FROM word",
}
# One row each: rows that come one by one would keep other threads from working meanwhile.
_MATCHING: Final = sa.text(
    "SELECT json_group_array(rowid) FROM item_fts WHERE item_fts MATCH :need"
)
# PostgreSQL's index knows no places: asked for them, it takes each word as often as it is named.
# So it is asked for the words; by way of its function, the operator is for no index.
_HELD: Final = sa.text(
    "SELECT rowid FROM item_fts WHERE folded @@ CAST(:need AS tsquery)"
    " AND ts_match_vq(folded, CAST(:near AS tsquery))"
)
_STANDS: Final = f"""SELECT json_group_array(doc << {_PLACES} | offset) FROM item_fts_places
    WHERE term IN (SELECT value FROM json_each(?)) AND doc IN (SELECT value FROM json_each(?))
"""  # noqa: S608 - a constant


def vocabulary(database: Database) -> list[str]:
    """Return every distinct folded word of the archive."""
    with database.reading() as connection:
        words = connection.exec_driver_sql(_WORDS[connection.dialect.name]).scalar()
        return words.split() if words else []


def holding(database: Database, needs: Iterable[Need], many: int = MANY) -> set[int]:
    """Return the items that hold at least one of these.

    Of words that must be near each other this is asked where more than so `many` items have them.
    Two needs are looked up at once, where the machine has a core for each.
    """

    def held(some: Sequence[Need]) -> set[int]:
        found: set[int] = set()
        with database.reading() as connection:
            by_indexes(connection)
            for need in some:
                found.update(_holding(connection, need, many))
        return found

    wanted = list(needs)
    with ThreadPoolExecutor(_AT_ONCE) as pool:  # a database works while other threads do
        return set[int]().union(*pool.map(held, batches(wanted, _TOGETHER)))


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


def _holding(connection: Connection, need: Need, many: int) -> Collection[int]:
    if connection.dialect.name == "postgresql":
        given = {"need": _tsquery(_anywhere(need)), "near": _tsquery(need)}
        return connection.execute(_HELD, given).scalars().all()
    items = connection.execute(_MATCHING, {"need": _fts5(need)}).scalar_one()
    found: list[int] = json.loads(items)
    if isinstance(need, Near) and len(found) > many:
        return _side_by_side(connection, need, items)
    return found


def _side_by_side(connection: Connection, need: Near, items: str) -> set[int]:
    """Return those items in which words of all parts stand near each other."""
    places = [
        (part, set(json.loads(connection.exec_driver_sql(_STANDS, (words, items)).scalar_one())))
        for part, words in enumerate(map(_listed, need.parts))
    ]
    (pivot, left), *others = sorted(places, key=lambda one: len(one[1]))
    for part, own in others:
        ahead, behind = need.within, need.turned  # how far a later part may be after, and before
        if part < pivot:
            ahead, behind = behind, ahead
        steps = [*range(1 - behind, 0), *range(1, ahead)]
        left = {place for step in steps for place in left if place + step in own}
    return {place >> _PLACES for place in left}


def _listed(part: str | AnyOf) -> str:
    return json.dumps([part] if isinstance(part, str) else part.parts)


def _fts5(need: Need) -> str:
    """Write a need for FTS5, that words are near each other left out: it has no way to say so.

    Folded words are letters and digits: quotes suffice.
    """
    if isinstance(need, str):
        return f'"{need}"'
    between = " OR " if isinstance(need, AnyOf) else " AND "
    return f"({between.join(map(_fts5, need.parts))})"


def _anywhere(need: Need) -> Need:
    """Return what an item holds that holds these words near each other."""
    if isinstance(need, str):
        return need
    parts = tuple(map(_anywhere, need.parts))
    return AnyOf(parts) if isinstance(need, AnyOf) else AllOf(parts)


def _tsquery(need: Need) -> str:
    if isinstance(need, str):
        return f"'{need}'"
    if not isinstance(need, Near):
        return f"({(' | ' if isinstance(need, AnyOf) else ' & ').join(map(_tsquery, need.parts))})"
    first, *others = map(_tsquery, need.parts)
    after = [f"{first} <{step}> {{0}}" for step in range(1, need.within)]
    before = [f"{{0}} <{step}> {first}" for step in range(1, need.turned)]
    either = " | ".join(after + before)
    return f"({' & '.join(f'({either.format(other)})' for other in others)})"


def count(database: Database, since: datetime | None) -> int:
    """Return how many items there are, first seen since then."""
    query = sa.select(sa.func.count()).select_from(tables.item)
    if since:
        query = query.where(tables.item.c.first_seen_at >= since)
    with database.reading() as connection:
        return int(connection.execute(query).scalar_one())
