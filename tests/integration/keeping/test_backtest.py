import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

import make
from monitor.adapters import catalogue
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.review_rows import SqlReviews
from monitor.adapters.store import SqlStore
from monitor.app import narrowing
from monitor.app.keeping import Compared, Keeping
from monitor.domain.review import Decision, Verdict
from monitor.ports import Filters
from support import catalogues
from support.program import Program
from support.typing_errors import two_phrases, typos

Kept = Callable[..., Keeping]
DAM = "rušenje brane, tajna brana"


@pytest.fixture
def kept(keeping: Kept, store: SqlStore) -> Keeping:
    titles = ["Tajne brane na Drini", "Отрована река у долини", "Rušenje brane", "Vreme sutra"]
    for hour, title in enumerate(titles):
        at = make.NOW.replace(hour=hour)
        store.record(make.poll(make.item(title), at=at), make.feed())
    wired = keeping(brana=DAM)
    wired.rematch(None, 1, lambda _done, _total: None, full=False)
    return wired


def weighed(kept: Keeping, tmp_path: Path, **narratives: str) -> Compared:
    candidate = catalogues.write(tmp_path / "candidate", **narratives)
    return kept.backtest(candidate, None, 1, lambda _done, _total: None)


def test_what_is_gained_and_lost_is_counted_with_examples(kept: Keeping, tmp_path: Path) -> None:
    result = weighed(kept, tmp_path, brana="rušenje brane", reka="otrovana reka").result

    dam, river = result.effects
    assert (dam.gained, dam.lost, river.gained, river.lost) == (0, 1, 1, 0)
    assert dam.examples["lost"][0].title == "Tajne brane na Drini"
    assert river.langs["sr-Latn"]["gained"] == 1
    assert river.outlets["primer"]["gained"] == 1
    assert list(result.digests.values()) == [(1, 1)]


def test_items_of_the_last_century_count_too(
    kept: Keeping, store: SqlStore, tmp_path: Path
) -> None:
    at = make.NOW.replace(year=1998)
    store.record(make.poll(make.item("Otrovane reke"), at=at), make.feed())

    result = weighed(kept, tmp_path, brana=DAM, reka="otrovana reka").result

    assert [(one.narrative, one.gained, one.lost) for one in result.effects] == [("reka", 2, 0)]


def test_nothing_is_stored(kept: Keeping, archive: SqlArchive, tmp_path: Path) -> None:
    before = archive.hits(Filters(), 10).rows

    weighed(kept, tmp_path, reka="otrovana reka")

    assert archive.hits(Filters(), 10).rows == before


def test_the_same_catalogue_changes_nothing(kept: Keeping, tmp_path: Path) -> None:
    same = weighed(kept, tmp_path, brana=DAM)

    assert (same.items, same.result.effects) == (0, ())


def test_a_confirmed_hit_that_would_be_lost_is_named(
    kept: Keeping, archive: SqlArchive, database: Database, tmp_path: Path
) -> None:
    hits = archive.hits(Filters(query="tajne"), 10).rows
    SqlReviews(database).decide(hits[0].hit_id, Decision(Verdict.CONFIRMED, "ana", make.NOW))

    result = weighed(kept, tmp_path, brana="rušenje brane").result

    assert [one.title for one in result.confirmed_lost] == ["Tajne brane na Drini"]
    assert dict(result.reviewed) == {("confirmed", "lost"): 1}


def test_the_command_fails_only_where_a_confirmed_hit_would_be_lost(tmp_path: Path) -> None:
    monitor = Program(tmp_path)
    present = str(catalogues.write(tmp_path / "present", brana=DAM))
    candidate = str(catalogues.write(tmp_path / "candidate", brana="rušenje brane"))
    database = Database(f"sqlite:///{tmp_path}/monitor.db")
    database.upgrade()
    SqlStore(database).record(make.poll(make.item("Tajne brane na Drini")), make.feed())
    database.close()
    monitor("rematch", NARRATIVES=present)
    (hit,) = monitor("search", "--format", "jsonl").lines

    fine = monitor("narratives", "backtest", candidate, "--json", NARRATIVES=present)
    database = Database(f"sqlite:///{tmp_path}/monitor.db")
    SqlReviews(database).decide(int(hit["id"]), Decision(Verdict.CONFIRMED, "ana", make.NOW))
    database.close()
    lost = monitor("narratives", "backtest", candidate, "--json", NARRATIVES=present)
    accepted = monitor("narratives", "backtest", candidate, "--allow-lost", NARRATIVES=present)

    assert (fine.code, lost.code, accepted.code) == (0, 2, 0)
    assert json.loads(lost.out)["confirmed_lost"][0]["item_id"] == hit["item_id"]
    assert "marked confirmed would be lost" in accepted.out


def test_few_items_tell_what_all_of_them_would(
    keeping: Kept, store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrowing, "INDEXED_MOST", 0)
    chance = random.Random(11)  # noqa: S311 - no secret
    words, titles = typos(chance)
    store.record(make.poll(*map(make.item, titles)), make.feed())
    present = {name: two_phrases(words, chance) for name in "abcd"}
    taken = fewer = 0
    for _ in range(6):
        changed = chance.choice("abcd")
        candidate = present | {changed: two_phrases(words, chance)}
        kept = keeping(**present)

        few = weighed(kept, tmp_path, **candidate)

        other = catalogue.load(tmp_path / "candidate")
        all_items = (None, 1), lambda _done, _total: None
        whole = kept.weigh(tmp_path / "candidate", other, None, *all_items)
        assert few.result == whole.result
        fewer += few.items < whole.items
        taken += {effect.narrative for effect in few.result.effects} > {changed}
        present = candidate

    assert taken
    assert fewer
