"""What reads like an item, of a million others: signs first, then the vectors themselves.

Of each vector the signs of its numbers are held in memory, 48 bytes an item, once the mean of all
is taken off. Three words of them leave some thousands of candidates, all six some hundreds, and
their vectors, read from the database, give the order. Measured on a million vectors made from
real ones: all of the ten nearest are found.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import sqlalchemy as sa

from monitor.adapters import tables
from monitor.adapters.database import Database, batches
from monitor.adapters.opinion_rows import matrix, numbers
from monitor.domain.errors import NotFoundError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from monitor.ports.learning import Vectors

FIRST_WORDS: Final = 3  # of signs, that all items are held against
CANDIDATES: Final = 20_000
LAST: Final = 300  # whose vectors are read
SAMPLED: Final = 1 << 14  # items that tell how near the candidates have to be
CHUNK: Final = 20_000  # vectors in memory at once
OVERLAP: Final = timedelta(seconds=30)  # a slow transaction may bear an earlier time
_ITEM: Final = tables.item.c
_KEPT: Final = tables.embedding.c
_OPINION: Final = tables.opinion.c


class Signs:
    """Items by their number, and the signs of their vectors, a row a word."""

    def __init__(self, mean: "Vectors") -> None:
        self._mean = mean
        self._words = -(-len(mean) // 64)
        self._ids = np.zeros(0, np.int64)
        self._signs = np.zeros((self._words, 0), np.uint64)
        self._count = 0
        self._places: dict[int, int] = {}

    def __len__(self) -> int:
        """Return how many items there are."""
        return self._count

    def put(self, ids: Sequence[int], vectors: "Vectors") -> None:
        """Add items, or give known ones their present vector."""
        if not ids:
            return
        self._make_room(len(ids))
        places = []
        for item_id in ids:
            place = self._places.setdefault(item_id, self._count)
            self._count += place == self._count
            places.append(place)
        self._ids[places] = ids
        self._signs[:, places] = self._of(vectors)

    def near(self, vector: "Vectors") -> list[int]:
        """Return the items whose signs are nearest, in no order."""
        wanted = self._of(vector[None, :])[:, 0]
        signs = self._signs[:, : self._count]
        first = min(FIRST_WORDS, self._words)
        apart = np.bitwise_count(signs[0] ^ wanted[0])
        for word in range(1, first):
            apart += np.bitwise_count(signs[word] ^ wanted[word])
        places = np.flatnonzero(apart <= _limit(apart))
        if len(places) > LAST:
            apart = np.bitwise_count(signs[:, places] ^ wanted[:, None]).sum(0, dtype=np.uint16)
            places = places[np.argpartition(apart, LAST)[:LAST]]
        return [int(one) for one in self._ids[places]]

    def _of(self, vectors: "Vectors") -> "NDArray[np.uint64]":
        packed = np.packbits(vectors > self._mean, axis=1)
        whole = np.zeros((len(vectors), self._words * 8), np.uint8)
        whole[:, : packed.shape[1]] = packed
        return whole.view(np.uint64).T

    def _make_room(self, more: int) -> None:
        room = len(self._ids)
        if self._count + more <= room:
            return
        grown = max(2 * room, self._count + more, 1024)
        ids, signs = np.zeros(grown, np.int64), np.zeros((self._words, grown), np.uint64)
        ids[:room], signs[:, :room] = self._ids, self._signs
        self._ids, self._signs = ids, signs


def _limit(apart: "NDArray[np.uint8]") -> int:
    """Return how far apart a candidate may be, so that there are about as many as wanted."""
    step = max(1, len(apart) // SAMPLED)
    sample = apart[::step]
    below = np.bincount(sample, minlength=256).cumsum()
    return int(np.searchsorted(below, max(CANDIDATES // step, 1)))


@dataclass(slots=True)
class _Held:
    signs: Signs
    seen_until: datetime


class Likeness:
    """Finds items like another, among those that the second opinion has read. Threads may share it.

    The first question reads all vectors, a second for some 100,000; later ones what came since.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: dict[str, _Held] = {}
        self._turn = Lock()

    def nearest(self, item_id: int, limit: int) -> list[tuple[int, float]]:
        """Return other items and their likeness, 0 to 100, the nearest first; one a story.

        Raises NotFoundError for an item that was not read by meaning.
        """
        embedder, vector = self._vector_of(item_id)
        with self._turn:
            signs = self._signs(embedder, len(vector))
            near = signs.near(vector)
        ranked, stories = [], {item_id}
        found = sorted(self._ranked(embedder, vector, [*near, item_id]), reverse=True)
        stories |= {story for _, one, story in found if one == item_id}
        for likeness, one, story in found:
            if story not in stories and one not in stories:
                stories.add(story)
                ranked.append((one, round(100 * likeness, 1)))
        return ranked[:limit]

    def _ranked(
        self, embedder: str, vector: "Vectors", ids: Sequence[int]
    ) -> Iterator[tuple[float, int, int]]:
        """Yield likeness, item and story of these items, as they are kept now."""
        story = sa.func.coalesce(_ITEM.story_id, _ITEM.id).label("story")
        with self._database.reading() as connection:
            for some in batches(ids):
                query = _vectors(embedder).add_columns(story).where(_ITEM.id.in_(some))
                rows = connection.execute(query).all()
                if rows:
                    known = matrix([row.vector for row in rows])
                    for row, likeness in zip(rows, known @ vector, strict=True):
                        yield float(likeness), row.id, row.story

    def _vector_of(self, item_id: int) -> tuple[str, "Vectors"]:
        query = (
            sa.select(_KEPT.embedder, _KEPT.vector)
            .join(tables.item, _ITEM.content_hash == _KEPT.content_hash)
            .where(_ITEM.id == item_id)
            .order_by(_KEPT.embedder.desc())
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            what = "was not read by meaning yet; see `monitor opine`, or MONITOR_MODEL"
            raise NotFoundError(f"item {item_id} {what}")
        return row.embedder, numbers(row.vector)

    def _signs(self, embedder: str, size: int) -> Signs:
        held = self._held.get(embedder)
        since = held.seen_until - OVERLAP if held else None
        signs = held.signs if held else None
        latest = held.seen_until if held else None
        for ids, vectors, at in self._since(embedder, since):
            signs = signs or Signs(vectors.mean(axis=0))
            signs.put(ids, vectors)
            latest = max(at, latest) if latest else at
        signs = signs or Signs(np.zeros(size, np.float32))
        if latest:
            self._held[embedder] = _Held(signs, latest)
        return signs

    def _since(
        self, embedder: str, since: datetime | None
    ) -> "Iterator[tuple[list[int], Vectors, datetime]]":
        """Yield what was read by meaning since then, some thousands at once."""
        query = _vectors(embedder).join(tables.opinion, _OPINION.item_id == _ITEM.id)
        query = query.add_columns(_OPINION.at)
        if since:
            query = query.where(_OPINION.at >= since)
        with self._database.reading() as connection:
            streamed = connection.execution_options(yield_per=CHUNK).execute(query)
            for some in streamed.partitions():
                vectors = matrix([row.vector for row in some])
                yield [row.id for row in some], vectors, max(row.at for row in some)


def _vectors(embedder: str) -> sa.Select[Any]:
    kept = sa.and_(_KEPT.content_hash == _ITEM.content_hash, _KEPT.embedder == embedder)
    return sa.select(_ITEM.id, _KEPT.vector).join_from(tables.item, tables.embedding, kept)
