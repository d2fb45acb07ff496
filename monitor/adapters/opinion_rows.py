"""The second opinion in the database: which items wait for it, their vectors, what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.database import Database, batches, insert
from monitor.domain.feed import OutletKind
from monitor.domain.hit import Grade, Hit, Passage, Source
from monitor.domain.identity import ERASED
from monitor.domain.numbering import first_number
from monitor.domain.opining import Judgement, Waiting

if TYPE_CHECKING:
    from monitor.ports.learning import Vectors

_HIT: Final = tables.hit.c
_ITEM: Final = tables.item.c
_KEPT: Final = tables.embedding.c
_OPINION: Final = tables.opinion.c
_LEARNED: Final = Source.LEARNED.value
_NUMBERS: Final = np.dtype("<f2")  # of a vector: half the room, and the likeness is the same


class SqlOpinions:
    """Keeps the port `OpinionBook`. The versions are those of the rules beside the model."""

    def __init__(self, database: Database, versions: tuple[str, str]) -> None:
        self._database, self._versions = database, versions

    def waiting(self, model: str, since: datetime, limit: int) -> Sequence[Waiting]:
        """Return items that this version of a model has not looked at, the newest first."""
        looked_at = sa.exists().where(
            _OPINION.item_id == _ITEM.id,
            _OPINION.model == model,
            _OPINION.content_hash == _ITEM.content_hash,
        )
        names = ("id", "title", "summary", "text", "lang", "country", "content_hash")
        query = (
            sa.select(*(_ITEM[name] for name in names), tables.outlet.c.kind)
            .join_from(tables.item, tables.outlet, tables.outlet.c.id == _ITEM.outlet_id)
            .where(_ITEM.id >= first_number(since), ~looked_at, _ITEM.content_hash != ERASED)
            .order_by(_ITEM.id.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            grades = _grades(connection, [row.id for row in rows])
        return [
            Waiting(
                row.id,
                row.content_hash,
                Passage(
                    title=row.title,
                    summary=row.summary,
                    text=row.text,
                    lang=row.lang,
                    country=row.country,
                    outlet_kind=OutletKind(row.kind) if row.kind else None,
                ),
                grades.get(row.id, {}),
            )
            for row in rows
        ]

    def vectors(self, embedder: str, hashes: Sequence[str]) -> Mapping[str, "Vectors"]:
        """Return the vectors that are kept, by the hash of an item's words."""
        found: dict[str, Vectors] = {}
        with self._database.reading() as connection:
            for some in batches(hashes):
                query = sa.select(_KEPT.content_hash, _KEPT.vector)
                query = query.where(_KEPT.embedder == embedder, _KEPT.content_hash.in_(some))
                for row in connection.execute(query):
                    found[row.content_hash] = numbers(row.vector)
        return found

    def keep(self, embedder: str, vectors: Mapping[str, "Vectors"]) -> None:
        """Keep vectors."""
        rows = [
            {"content_hash": key, "embedder": embedder, "vector": packed(vector)}
            for key, vector in vectors.items()
        ]
        if rows:
            with self._database.writing() as connection:
                adding = insert(connection, tables.embedding).on_conflict_do_nothing()
                connection.execute(adding, rows)

    def commit(self, model: str, judged: Sequence[Judgement], now: datetime) -> int:
        """Write what the model says; return the number of new hits."""
        with self._database.writing() as connection:
            hashes = _hashes(connection, [one.item_id for one in judged])
            same = [one for one in judged if hashes.get(one.item_id) == one.content_hash]
            by_rules = _grades(connection, [one.item_id for one in same])
            new = 0
            for one in same:
                new += self._write(connection, one, by_rules.get(one.item_id, {}), now)
            _note(connection, model, same, now)
        return new

    def _write(
        self, connection: Connection, one: Judgement, by_rules: Mapping[str, Grade], now: datetime
    ) -> int:
        own = sa.and_(_HIT.item_id == one.item_id, _HIT.retired_at.is_(None))
        for name, value in one.probabilities.items():
            known = sa.update(tables.hit).where(own, _HIT.narrative == name)
            connection.execute(
                known.where(_HIT.source != _LEARNED).values(
                    source=Source.BOTH.value, probability=value
                )
            )
        wanted = [hit for hit in one.proposed if hit.narrative not in by_rules]
        before = set(
            connection.execute(
                sa.select(_HIT.narrative).where(own, _HIT.source == _LEARNED)
            ).scalars()
        )
        gone = before - {hit.narrative for hit in wanted}
        if gone:
            over = sa.update(tables.hit).where(own, _HIT.narrative.in_(gone))
            connection.execute(over.values(retired_at=now))
        if wanted:
            self._propose(connection, one.item_id, wanted, now)
        return len({hit.narrative for hit in wanted} - before)

    def _propose(
        self, connection: Connection, item_id: int, hits: Sequence[Hit], now: datetime
    ) -> None:
        catalogue, matcher = self._versions
        rows = [
            {
                "item_id": item_id,
                "narrative": hit.narrative,
                "score": hit.score,
                "grade": hit.grade.value,
                "stance_hint": hit.stance_hint.value,
                "evidence": [asdict(piece) for piece in hit.evidence],
                "catalogue_version": catalogue,
                "matcher_version": matcher,
                "created_at": now,
                "retired_at": None,
                "source": hit.source.value,
                "probability": hit.probability,
            }
            for hit in hits
        ]
        adding = insert(connection, tables.hit)
        kept = {"item_id", "narrative", "created_at"}
        renewed = {name: adding.excluded[name] for name in rows[0] if name not in kept}
        connection.execute(
            adding.on_conflict_do_update(index_elements=["item_id", "narrative"], set_=renewed),
            rows,
        )


def numbers(packed_vector: bytes) -> "Vectors":
    """Return a vector as it was kept."""
    return np.frombuffer(packed_vector, _NUMBERS).astype(np.float32)


def matrix(packed_vectors: Sequence[bytes]) -> "Vectors":
    """Return vectors of one size as they were kept, a row each."""
    rows = np.frombuffer(b"".join(packed_vectors), _NUMBERS).reshape(len(packed_vectors), -1)
    return rows.astype(np.float32)


def packed(vector: "Vectors") -> bytes:
    """Return a vector as it is kept."""
    return bytes(vector.astype(_NUMBERS).tobytes())


def _grades(connection: Connection, item_ids: Iterable[int]) -> dict[int, dict[str, Grade]]:
    """Return the standing hits of the rules, by item."""
    found: dict[int, dict[str, Grade]] = {}
    for some in batches(item_ids):
        query = sa.select(_HIT.item_id, _HIT.narrative, _HIT.grade).where(
            _HIT.item_id.in_(some), _HIT.retired_at.is_(None), _HIT.source != _LEARNED
        )
        for row in connection.execute(query):
            found.setdefault(row.item_id, {})[row.narrative] = Grade(row.grade)
    return found


def _hashes(connection: Connection, item_ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in batches(item_ids):
        query = sa.select(_ITEM.id, _ITEM.content_hash).where(_ITEM.id.in_(some))
        found |= {row.id: row.content_hash for row in connection.execute(query)}
    return found


def _note(connection: Connection, model: str, judged: Sequence[Judgement], now: datetime) -> None:
    rows = [
        {"item_id": one.item_id, "model": model, "content_hash": one.content_hash, "at": now}
        for one in judged
    ]
    if not rows:
        return
    adding = insert(connection, tables.opinion)
    renewed = {name: adding.excluded[name] for name in ("model", "content_hash", "at")}
    connection.execute(adding.on_conflict_do_update(index_elements=["item_id"], set_=renewed), rows)
