"""More like this, on vectors of our own making."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
import sqlalchemy as sa

import make
from monitor.adapters import tables
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.erasing import erase
from monitor.adapters.learned.likeness import LAST, Likeness, Signs
from monitor.adapters.opinion_rows import SqlOpinions
from monitor.adapters.store import SqlStore
from monitor.domain.errors import NotFoundError
from monitor.domain.opining import Judgement
from monitor.ports import Filters
from support.small_embedder import WordEmbedder

if TYPE_CHECKING:
    from monitor.ports.learning import Vectors

TITLES = (
    "gradi se most preko velike rijeke",
    "novi most preko velike rijeke se gradi",
    "recept za pitu sa višnjama",
)


def read(database: Database, store: SqlStore, *titles: str, hours: int = 0) -> list[int]:
    """Store items and read them by meaning; return their numbers."""
    items = [make.item(title) for title in titles]
    at = make.NOW + timedelta(hours=hours)
    store.record(make.poll(*items, at=at), make.feed())
    book = SqlOpinions(database, ("c1", "m1"))
    hashes = [one.content_hash for one in items]
    book.keep("words/1", dict(zip(hashes, WordEmbedder().embed(titles), strict=True)))
    known = {one.title: one.item_id for one in SqlArchive(database).items(Filters(), 100).rows}
    ids = [known[title] for title in titles]
    judged = [Judgement(i, key, (), {}) for i, key in zip(ids, hashes, strict=True)]
    book.commit("v1", judged, at)
    return ids


def test_the_nearest_come_first_and_an_item_is_not_like_itself(
    database: Database, store: SqlStore
) -> None:
    one, other, cake = read(database, store, *TITLES)

    found = Likeness(database).nearest(one, 10)

    assert [item for item, _ in found] == [other, cake]
    assert found[0][1] > 80 > found[1][1]


def test_what_is_read_later_is_found_and_what_is_erased_is_not(
    database: Database, store: SqlStore
) -> None:
    one, other, _ = read(database, store, *TITLES)
    likeness = Likeness(database)
    likeness.nearest(one, 10)

    (late,) = read(database, store, "most preko velike rijeke gradi se", hours=1)
    erase(database, other, "request", make.NOW)

    assert [item for item, _ in likeness.nearest(one, 1)] == [late]
    with pytest.raises(NotFoundError, match="not read by meaning"):
        likeness.nearest(other, 1)


def test_of_a_story_one_item_is_shown_and_none_of_ones_own(
    database: Database, store: SqlStore
) -> None:
    one, other, cake = read(database, store, *TITLES)
    with database.writing() as connection:
        item = tables.item
        connection.execute(sa.update(item).where(item.c.id == other).values(story_id=one))

    assert [item for item, _ in Likeness(database).nearest(one, 10)] == [cake]


def test_items_come_in_the_order_in_which_they_are_named(
    database: Database, store: SqlStore, archive: SqlArchive
) -> None:
    one, other, cake = read(database, store, *TITLES)

    found = archive.items_named([cake, 7, one, other])

    assert [item.title for item in found] == [TITLES[2], TITLES[0], TITLES[1]]


def normal(count: int, seed: int, size: int = 384) -> "Vectors":
    made = np.random.default_rng(seed).normal(size=(count, size)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def near(signs: Signs, vectors: "Vectors", asked: "Vectors", count: int) -> Sequence[int]:
    found = signs.near(asked)
    return sorted(found, key=lambda place: -float(vectors[place] @ asked))[:count]


def test_signs_leave_the_nearest_of_many_among_the_candidates() -> None:
    centres, rows = normal(300, 1), 30_000
    vectors = centres[np.arange(rows) % 300] + 0.5 * normal(rows, 2)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    signs = Signs(vectors.mean(axis=0))
    signs.put(range(rows // 2), vectors[: rows // 2])
    signs.put(range(rows // 2, rows), vectors[rows // 2 :])

    shares = []
    for place in range(0, rows, 1_500):
        best = np.argsort(-(vectors @ vectors[place]))[:10]
        shares.append(len({*best} & {*near(signs, vectors, vectors[place], 10)}) / 10)

    assert len(signs) == rows
    assert np.mean(shares) > 0.95
    assert len(signs.near(vectors[0])) == LAST


def test_a_vector_that_changed_takes_the_place_of_the_old_one() -> None:
    vectors = normal(50, 3)
    signs = Signs(vectors.mean(axis=0))
    signs.put(range(50), vectors)

    signs.put([7], vectors[:1])

    assert len(signs) == 50
    assert set(signs.near(vectors[0])) == set(range(50))
