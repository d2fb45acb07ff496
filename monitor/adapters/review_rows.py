"""Keep what people decide: a history that only grows, and the decision that stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.database import Database, insert
from monitor.adapters.rollups import count_anew_of
from monitor.domain.review import Decision, Reading, Review, Verdict, standing
from monitor.ports.review import Reviewable

_HIT, _ITEM = tables.hit.c, tables.item.c
_REVIEW, _STANDING = tables.review.c, tables.standing_review.c


class SqlReviews:
    """Keeps the port `Reviews`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hit(self, hit_id: int) -> Reviewable | None:
        """Return a hit, retired ones too: what was decided stays with it."""
        query = (
            sa.select(_HIT.id, _HIT.item_id, _HIT.narrative, _ITEM.lang, _ITEM.title)
            .select_from(tables.hit.join(tables.item))
            .where(_HIT.id == hit_id)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return Reviewable(*row) if row else None

    def item(self, item_id: int) -> Reviewable | None:
        """Return an item."""
        query = sa.select(_ITEM.lang, _ITEM.title).where(_ITEM.id == item_id)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return Reviewable(0, item_id, "", row.lang, row.title) if row else None

    def history(self, hit_id: int) -> Sequence[Review]:
        """Return everything said of a hit, oldest first."""
        with self._database.reading() as connection:
            return _history(connection, hit_id)

    def decide(self, hit_id: int, decision: Decision) -> None:
        """Append a decision, which now stands; a stance said before stays where none is given."""
        with self._database.writing() as connection:
            _decide(connection, hit_id, decision)

    def undo(self, hit_id: int, by: str, at: datetime) -> Review | None:
        """Take back the decision that stands; return the one that stands now."""
        with self._database.writing() as connection:
            _hold(connection, hit_id)
            stood = standing(_history(connection, hit_id))
            if stood is None:
                return None
            values = {"verdict": "", "stance": "", "reason": "", "note": "", "undoes": stood.id}
            connection.execute(
                sa.insert(tables.review).values(hit_id=hit_id, by=by, at=at, **values)
            )
            return _settle(connection, hit_id)

    def read(self, reading: Reading, hits: Mapping[int, Decision]) -> None:
        """Append what somebody found in a whole item, and decisions on its hits."""
        with self._database.writing() as connection:
            connection.execute(
                sa.insert(tables.reading).values(
                    item_id=reading.item_id,
                    by=reading.by,
                    at=reading.at,
                    narratives=list(reading.narratives),
                )
            )
            for hit_id, decision in sorted(hits.items()):
                _decide(connection, hit_id, decision)

    def open_hits(self, item_id: int) -> Mapping[int, str]:
        """Return the hits of an item that nobody has decided on, with their narratives."""
        query = (
            sa.select(_HIT.id, _HIT.narrative)
            .select_from(tables.hit.outerjoin(tables.standing_review))
            .where(_HIT.item_id == item_id, _HIT.retired_at.is_(None), _STANDING.hit_id.is_(None))
        )
        with self._database.reading() as connection:
            return {row.id: row.narrative for row in connection.execute(query)}

    def profiles(self) -> Mapping[str, tuple[str, ...]]:
        """Return the languages that each reviewer with a profile reads."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(tables.reviewer).order_by(tables.reviewer.c.name))
            return {row.name: tuple(row.langs) for row in rows}

    def set_profile(self, name: str, langs: Sequence[str], at: datetime) -> None:
        """Keep which languages a reviewer reads."""
        values = {"langs": list(langs), "changed_at": at}
        with self._database.writing() as connection:
            connection.execute(
                insert(connection, tables.reviewer)
                .values(name=name, **values)
                .on_conflict_do_update(index_elements=["name"], set_=values)
            )


def _decide(connection: Connection, hit_id: int, decision: Decision) -> None:
    _hold(connection, hit_id)
    before = standing(_history(connection, hit_id))
    said = before.decision.stance if before and before.decision else ""
    connection.execute(
        sa.insert(tables.review).values(
            hit_id=hit_id,
            by=decision.by,
            at=decision.at,
            verdict=decision.verdict,
            stance=decision.stance or said,
            reason=decision.reason,
            note=decision.note,
        )
    )
    _settle(connection, hit_id)


def _hold(connection: Connection, hit_id: int) -> None:
    """Let nobody else decide on a hit until this is committed, and its day be counted anew."""
    itself = sa.select(_HIT.item_id).where(_HIT.id == hit_id).with_for_update()
    count_anew_of(connection, connection.scalars(itself).one())


def _settle(connection: Connection, hit_id: int) -> Review | None:
    """Bring the row that joins read to what the history says."""
    kept = tables.standing_review
    stands = standing(_history(connection, hit_id))
    if stands is None or stands.decision is None:
        connection.execute(sa.delete(kept).where(kept.c.hit_id == hit_id))
        return None
    values = {
        "review_id": stands.id,
        "verdict": stands.decision.verdict,
        "stance": stands.decision.stance,
        "reason": stands.decision.reason,
        "by": stands.by,
        "at": stands.at,
    }
    connection.execute(
        insert(connection, kept)
        .values(hit_id=hit_id, **values)
        .on_conflict_do_update(index_elements=["hit_id"], set_=values)
    )
    return stands


def _history(connection: Connection, hit_id: int) -> list[Review]:
    query = sa.select(tables.review).where(_REVIEW.hit_id == hit_id).order_by(_REVIEW.id)
    return [review_of(row) for row in connection.execute(query)]


def review_of(row: sa.Row[Any]) -> Review:
    """Return a row of the history."""
    decision = None
    if row.verdict:
        words = row.stance, row.reason, row.note
        decision = Decision(Verdict(row.verdict), row.by, row.at, *words)
    return Review(row.id, row.by, row.at, decision, row.undoes)
