"""The second opinion on stored items, with a small model and both real databases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

import make
from fakes import FakeClock
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.erasing import erase
from monitor.adapters.learned.model import LinearModel
from monitor.adapters.learned.training import LinearTrainer
from monitor.adapters.opinion_rows import SqlOpinions, numbers, packed
from monitor.adapters.rematch_rows import StoredItems
from monitor.adapters.review_cases import SqlCases
from monitor.adapters.review_rows import SqlReviews
from monitor.adapters.store import SqlStore
from monitor.domain.cases import LEARNED
from monitor.domain.digest import Window
from monitor.domain.hit import ArchivedHit, Grade, Source
from monitor.domain.learning import read_by_model
from monitor.domain.polling import EditedItem
from monitor.domain.rematch import Slice, compare
from monitor.domain.review import Decision, Verdict
from monitor.ports import Filters
from monitor.services.opine import Opine
from support.bridges import Rules, lessons
from support.small_embedder import WordEmbedder

if TYPE_CHECKING:
    from monitor.ports.learning import Vectors

BRIDGE, OTHER = "gradi se most preko velike rijeke", "recept za pitu sa višnjama"
SINCE = make.NOW - timedelta(days=28)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def model() -> LinearModel:
    some = lessons()
    vectors = WordEmbedder().embed([read_by_model(one.passage) for one in some])
    return LinearTrainer("words/1").train(some, vectors, "c1")


@pytest.fixture
def opine(database: Database, model: LinearModel) -> Opine:
    book = SqlOpinions(database, ("c1", "m1"))
    return Opine(Rules(), WordEmbedder(), model, book, FakeClock())


def stored(store: SqlStore, title: str, *narratives: str) -> None:
    hits = tuple(make.hit(name) for name in narratives)
    store.record(make.poll(make.item(title), hits=hits), make.feed())


def hits(archive: SqlArchive) -> dict[tuple[str, str], ArchivedHit]:
    return {(one.title, one.hit.narrative): one for one in archive.window_hits(Filters())}


def test_what_no_rule_found_is_proposed_to_reviewers_with_the_nearest_confirmed_texts(
    opine: Opine, store: SqlStore, archive: SqlArchive
) -> None:
    stored(store, BRIDGE)
    stored(store, OTHER)

    done = opine.run(SINCE, HOUR)

    (found,) = hits(archive).values()
    assert (done.items, done.embedded, done.proposed, done.left) == (2, 2, 1, False)
    assert (found.title, found.hit.narrative, found.hit.grade) == (BRIDGE, "bridges", Grade.REVIEW)
    assert found.hit.source is Source.LEARNED
    assert found.hit.probability
    assert all(piece.phrase.startswith("nearest: most preko") for piece in found.hit.evidence)
    assert (found.catalogue_version, found.matcher_version) == ("c1", "m1")


def test_a_rule_hit_keeps_its_grade_and_learns_how_likely_it_is(
    opine: Opine, store: SqlStore, archive: SqlArchive
) -> None:
    stored(store, OTHER, "bridges", "unserved")

    opine.run(SINCE, HOUR)

    known = hits(archive)
    sure, other = known[OTHER, "bridges"], known[OTHER, "unserved"]
    assert (sure.hit.source, sure.hit.grade) == (Source.BOTH, Grade.DIGEST)
    assert sure.hit.probability is not None
    assert (other.hit.source, other.hit.probability) == (Source.RULES, None)
    assert sure.hit.evidence == make.hit().evidence


def test_nothing_is_looked_at_or_embedded_twice(opine: Opine, store: SqlStore) -> None:
    stored(store, BRIDGE)
    opine.run(SINCE, HOUR)
    again = opine.run(SINCE, HOUR)

    other = replace(opine.model.facts, data_hash="x")  # type: ignore[attr-defined] # ours
    newer = LinearModel(other, opine.model.fit, opine.model.examples, opine.model.vectors, "v2")  # type: ignore[attr-defined]
    after = replace(opine, model=newer).run(SINCE, HOUR)

    assert (again.items, after.items, after.embedded, after.proposed) == (0, 1, 0, 0)


def test_a_run_ends_with_its_box_and_goes_on_where_it_was(opine: Opine, store: SqlStore) -> None:
    for number in range(20):
        stored(store, f"{OTHER} {number}")

    class Slow(WordEmbedder):
        def embed(self, texts: Sequence[str]) -> "Vectors":
            opine.clock.sleep(timedelta(seconds=50))
            return super().embed(texts)

    first = replace(opine, embedder=Slow()).run(SINCE, timedelta(seconds=40))
    second = opine.run(SINCE, HOUR)

    assert (first.items, first.left, second.items, second.left) == (16, True, 4, False)


def test_an_edit_ends_what_was_proposed_and_asks_again(
    opine: Opine, store: SqlStore, archive: SqlArchive
) -> None:
    stored(store, BRIDGE)
    opine.run(SINCE, HOUR)
    (before,) = hits(archive).values()
    item = replace(make.item(OTHER), keys=make.item(BRIDGE).keys)
    change = make.poll(at=make.NOW + HOUR)

    store.record(replace(change, edited=(EditedItem(before.item_id, 2, item, ()),)), make.feed())

    assert hits(archive) == {}
    assert opine.run(SINCE, HOUR).items == 1
    assert hits(archive) == {}


def test_a_proposal_is_reviewed_searched_and_queued_as_any_hit(
    opine: Opine, store: SqlStore, archive: SqlArchive, database: Database
) -> None:
    stored(store, BRIDGE)
    opine.run(SINCE, HOUR)
    (found,) = hits(archive).values()
    window = Window(SINCE, make.NOW + HOUR)

    SqlReviews(database).decide(found.hit_id, Decision(Verdict.CONFIRMED, "ana", make.NOW))
    (case,) = SqlCases(database).cases(window)

    assert (case.rules, case.probability) == ((LEARNED,), found.hit.probability)
    assert [one.hit_id for one in archive.window_hits(Filters(reviews=("confirmed",)))]
    assert not list(archive.window_hits(Filters(grade=Grade.DIGEST)))


def test_a_rematch_neither_ends_a_proposal_nor_forgets_that_a_rule_found_it_since(
    opine: Opine, store: SqlStore, database_url: str
) -> None:
    stored(store, BRIDGE)
    opine.run(SINCE, HOUR)

    (item,) = StoredItems(database_url, None).stored(Slice(0, 2**60))

    assert item.hits == ()
    assert compare(item.item_id, item.content_hash, item.hits, ()) is None


def test_erasing_an_item_takes_its_vector_along(
    opine: Opine, store: SqlStore, archive: SqlArchive, database: Database
) -> None:
    stored(store, BRIDGE)
    opine.run(SINCE, HOUR)
    (found,) = hits(archive).values()
    key = make.item(BRIDGE).content_hash
    assert opine.book.vectors("words/1", [key])

    erase(database, found.item_id, "request", make.NOW)

    assert not opine.book.vectors("words/1", [key])
    assert opine.run(SINCE, HOUR).items == 0


def test_a_kept_vector_is_as_near_to_others_as_it_was() -> None:
    vector = np.random.default_rng(1).normal(size=384).astype(np.float32)
    vector /= np.linalg.norm(vector)

    kept = numbers(packed(vector))

    assert float(kept @ vector) == pytest.approx(1.0, abs=1e-4)
