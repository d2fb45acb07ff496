import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

import make
from monitor.adapters import tables
from monitor.adapters.archive import SqlArchive
from monitor.adapters.catalogue_uses import CatalogueUses
from monitor.adapters.database import Database
from monitor.adapters.rematch_rows import RematchBook
from monitor.adapters.store import SqlStore
from monitor.app import narrowing
from monitor.app.keeping import Keeping
from monitor.domain.rematch import Run
from monitor.ports import Filters
from support.typing_errors import two_phrases, typos

Kept = Callable[..., Keeping]
DAM = "rušenje brane, tajna brana"
RIVER = "otrovana reka"


@pytest.fixture(autouse=True)
def stored(store: SqlStore) -> None:
    titles = ["Tajne brane na Drini", "Отрована река у долини", "Otrovane rijeke", "Vreme sutra"]
    store.record(make.poll(*map(make.item, titles)), make.feed())


def found(archive: SqlArchive) -> set[tuple[str, str]]:
    return {(hit.hit.narrative, hit.title.split()[0]) for hit in archive.hits(Filters(), 50).rows}


def rematched(keeping: Keeping, *, full: bool = False) -> Run:
    return keeping.rematch(None, 1, lambda _done, _total: None, full=full)


def test_the_whole_archive_gets_the_hits_of_the_present_catalogue(
    keeping: Kept, archive: SqlArchive
) -> None:
    run = rematched(keeping(brana=DAM, reka=RIVER))

    assert (run.items, run.gained, run.lost) == (4, 3, 0)
    assert found(archive) == {("brana", "Tajne"), ("reka", "Отрована"), ("reka", "Otrovane")}


def test_nothing_is_read_again_where_nothing_changed(keeping: Kept) -> None:
    rematched(keeping(brana=DAM))

    run = rematched(keeping(brana=DAM))

    assert (run.items, run.plan.narratives) == (0, frozenset())


def test_a_new_narrative_is_looked_for_by_the_index_alone(
    keeping: Kept, archive: SqlArchive, store: SqlStore
) -> None:
    others = [make.item(f"Naslov broj {number}") for number in range(12)]
    store.record(make.poll(*others, at=make.NOW.replace(hour=7)), make.feed())
    rematched(keeping(brana=DAM))

    run = rematched(keeping(brana=DAM, reka=RIVER))

    assert (run.items, run.gained, run.plan.narratives) == (2, 2, frozenset({"reka"}))
    assert found(archive) == {("brana", "Tajne"), ("reka", "Отрована"), ("reka", "Otrovane")}
    versions = {hit.catalogue_version for hit in archive.hits(Filters(), 50).rows}
    assert versions == {run.plan.catalogue_version}


def test_the_index_leaves_out_no_item_that_reading_all_of_them_would_hit(
    keeping: Kept, archive: SqlArchive, store: SqlStore
) -> None:
    titles = [
        "Reka otrovana",
        "Otrovana i mutna reka",
        "Otrovana velika mutna reka",
        "Otrovne reke",
        "Reka nije otrovana",
    ]
    others = [f"Naslov broj {number}" for number in range(30)]
    store.record(
        make.poll(*map(make.item, titles + others), at=make.NOW.replace(hour=7)), make.feed()
    )
    rematched(keeping(brana=DAM))
    rematched(keeping(brana=DAM, reka=RIVER))
    by_index = found(archive)

    run = rematched(keeping(brana=DAM, reka=RIVER), full=True)

    assert (run.gained, run.lost, found(archive)) == (0, 0, by_index)
    assert ("reka", "Reka") in by_index


def test_a_hit_that_is_lost_is_retired_and_comes_back_as_the_same_hit(
    keeping: Kept, archive: SqlArchive
) -> None:
    rematched(keeping(brana=DAM, reka=RIVER))
    before = {hit.hit_id for hit in archive.hits(Filters(narratives=("reka",)), 50).rows}

    gone = rematched(keeping(brana=DAM))
    without = found(archive)
    back = rematched(keeping(brana=DAM, reka=RIVER))

    assert (gone.lost, without) == (2, {("brana", "Tajne")})
    assert back.gained == 2
    assert {h.hit_id for h in archive.hits(Filters(narratives=("reka",)), 50).rows} == before


def test_items_that_a_poll_matched_with_another_catalogue_are_looked_at_again(
    keeping: Kept, archive: SqlArchive, store: SqlStore
) -> None:
    rematched(keeping(brana=DAM, reka=RIVER))
    with_less = keeping(brana=DAM)
    version = with_less.catalogue().version
    item = make.item("Otrovana reka opet")
    poll = make.poll(item, at=make.NOW.replace(hour=8), catalogue_version=version)
    with_less.noting(store).record(poll, make.feed())

    rematched(keeping(brana=DAM, reka=RIVER))

    assert ("reka", "Otrovana") in found(archive)


def test_polls_side_by_side_read_the_catalogue_once_to_note_it(database: Database) -> None:
    uses, reads, begin = CatalogueUses(database), [], Barrier(6)

    def read() -> dict[str, str]:
        reads.append(1)
        return {"brana": "a"}

    def note(_poll: int) -> None:
        begin.wait()
        uses.keep_noted("c1", "m1", read, make.NOW)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(note, range(6)))

    assert len(reads) == 1
    assert uses.knows("c1", "m1")


def test_a_run_that_was_stopped_goes_on_where_it_was(
    keeping: Kept, archive: SqlArchive, database: Database
) -> None:
    kept = keeping(brana=DAM, reka=RIVER)
    first = rematched(kept, full=True)
    with database.writing() as connection:
        connection.execute(sa.delete(tables.hit))
        numbers = connection.execute(sa.select(tables.item.c.id).order_by(tables.item.c.id))
        second = numbers.scalars().all()[1]
        stopped = {"position": second, "items": 2, "finished_at": None}
        connection.execute(sa.update(tables.rematch).values(**stopped))

    again = rematched(kept, full=True)

    assert again.id == first.id
    assert again.items == 4
    assert found(archive) == {("reka", "Otrovane")}


def test_an_item_edited_while_it_was_matched_is_not_written_from_its_old_text(
    keeping: Kept, database: Database
) -> None:
    kept = keeping(brana=DAM)
    run = rematched(kept)
    book = RematchBook(database, None)
    hire = kept.hire(None)
    done = hire()(next(iter(book.slices(Run(run.id, run.plan)))))
    with database.writing() as connection:
        connection.execute(sa.delete(tables.hit))
    fresh = hire()(done.slice)
    with database.writing() as connection:
        connection.execute(sa.update(tables.item).values(content_hash="edited"))

    _, refused = book.commit(run, fresh, make.NOW)

    assert refused == tuple(change.item_id for change in fresh.changes)
    assert refused


@pytest.mark.parametrize("full", [True, False])
def test_items_of_before_the_numbers_began_to_be_above_zero_are_looked_at_too(
    keeping: Kept, archive: SqlArchive, store: SqlStore, *, full: bool
) -> None:
    rematched(keeping(brana=DAM))
    item = make.item("Trovačnica reka: otrovana reka")
    store.record(make.poll(item, at=make.NOW.replace(year=1998)), make.feed())
    assert archive.items(Filters(), 50).rows[-1].item_id < 0

    run = rematched(keeping(brana=DAM, reka=RIVER), full=full)

    assert ("reka", "Trovačnica") in found(archive)
    assert run.gained == 3


def test_what_others_may_gain_in_too_many_items_is_told(
    keeping: Kept,
    store: SqlStore,
    archive: SqlArchive,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(narrowing, "INDEXED_MOST", 0)
    monkeypatch.setattr(narrowing, "FURTHER_MOST", 1)
    titles = [f"Kamarasten gradi broj {number}" for number in "abc"]
    store.record(make.poll(*map(make.item, titles), at=make.NOW.replace(hour=7)), make.feed())
    rematched(keeping(stara="kamarastan gradi", nova="kamarasten virokelsad"))

    rematched(keeping(stara="kamarastan gradi", nova="virokelsad"))

    assert "hits of stara may be missing" in caplog.text
    assert found(archive) == set()
    assert rematched(keeping(stara="kamarastan gradi", nova="virokelsad"), full=True).gained == 3


def test_narratives_that_did_not_change_are_looked_for_where_typos_are_read_otherwise(
    keeping: Kept,
    store: SqlStore,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # others would have the last ones forgotten
    monkeypatch.setattr(narrowing, "INDEXED_MOST", 0)
    chance = random.Random(7)  # noqa: S311 - no secret
    words, titles = typos(chance)
    store.record(make.poll(*map(make.item, titles), at=make.NOW.replace(hour=7)), make.feed())
    present = {name: two_phrases(words, chance) for name in "abcd"}
    rematched(keeping(**present))

    taken = 0
    for _ in range(8):
        changed = chance.choice("abcd")
        if changed in present and chance.random() < 0.3:
            del present[changed]
        else:
            present[changed] = two_phrases(words, chance)
        run = rematched(keeping(**present))
        assert run.plan.narratives is not None
        taken += len(run.plan.narratives) > 1
        again = rematched(keeping(**present), full=True)
        assert (again.gained, again.changed, again.lost) == (0, 0, 0)

    assert taken
