"""Hits on their way into the database."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.bulk import add_rows
from monitor.adapters.database import insert
from monitor.adapters.rollups import count_anew_of
from monitor.domain.hit import Hit
from monitor.domain.polling import Poll

_COLUMNS: Final = (
    "score",
    "grade",
    "stance_hint",
    "evidence",
    "catalogue_version",
    "matcher_version",
)

BY_RULES: Final = {"source": "rules", "probability": None}  # until the second opinion is asked


def add(connection: Connection, poll: Poll, hits: Sequence[tuple[int, Hit]]) -> None:
    """Store the hits of new items, each with its item's number."""
    rows = [(number, hit.narrative, poll.event.at, *_values(poll, hit)) for number, hit in hits]
    add_rows(connection, tables.hit, ("item_id", "narrative", "created_at", *_COLUMNS), rows)


def renew(connection: Connection, poll: Poll, item_id: int, hits: Sequence[Hit]) -> int:
    """Bring an item's hits to these; return how many are new, while those gone are retired.

    The day of an item that has hits, or had, is counted anew.
    """
    hit = tables.hit
    before = {
        row.narrative
        for row in connection.execute(
            sa.select(hit.c.narrative).where(hit.c.item_id == item_id, hit.c.retired_at.is_(None))
        )
    }
    gone = before - {found.narrative for found in hits}
    if gone:
        connection.execute(
            sa.update(hit)
            .where(hit.c.item_id == item_id, hit.c.narrative.in_(gone))
            .values(retired_at=poll.event.at)
        )
    for found in hits:
        values = dict(zip(_COLUMNS, _values(poll, found), strict=True)) | {"retired_at": None}
        connection.execute(
            insert(connection, hit)
            .values(item_id=item_id, narrative=found.narrative, created_at=poll.event.at, **values)
            .on_conflict_do_update(index_elements=["item_id", "narrative"], set_=values | BY_RULES)
        )
    if before or hits:
        count_anew_of(connection, item_id)
    return len({found.narrative for found in hits} - before)


def _values(poll: Poll, hit: Hit) -> tuple[Any, ...]:
    evidence = [evidence.as_row() for evidence in hit.evidence]
    versions = (poll.catalogue_version, poll.matcher_version)
    return (hit.score, hit.grade, hit.stance_hint, evidence, *versions)
