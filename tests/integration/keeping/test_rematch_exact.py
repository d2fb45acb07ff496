"""A rematch that reads few items leaves the hits that reading all of them would."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

import make
from monitor.adapters import tables
from monitor.adapters.catalogue_uses import VOCABULARIES, CatalogueUses
from monitor.adapters.database import Database
from monitor.adapters.store import SqlStore
from monitor.app.keeping import Keeping
from monitor.domain.matching import Vocabulary
from monitor.domain.rematch import CatalogueNote, Run
from support import catalogues

Kept = Callable[..., Keeping]
Row = tuple[object, ...]
DAM = "otrovana reka"
TYPO = "Otrovanna reka"  # it is one until a narrative has this very word
WORDS = "otrovana otrovano otrovna granicari granicara secesija secesionist izdajnici reka most"
CONCEPT = "spare:\n  hbs: [{}]\n"


def stored(store: SqlStore, *titles: str, more: int = 200) -> None:
    """Keep these items, and so many others that reading all would take longer."""
    others = [f"Naslov broj {number}" for number in range(more)]
    store.record(make.poll(*map(make.item, [*titles, *others])), make.feed())


def rematched(keeping: Keeping, *, full: bool = False) -> Run:
    return keeping.rematch(None, 1, lambda _done, _total: None, full=full)


def rows(database: Database) -> list[Row]:
    hit = tables.hit.c
    said = (hit.item_id, hit.narrative, hit.score, hit.grade, hit.stance_hint)
    by = (hit.catalogue_version, hit.matcher_version)
    query = sa.select(*said, *by, sa.cast(hit.evidence, sa.Text)).where(hit.retired_at.is_(None))
    with database.reading() as connection:
        return sorted(tuple(row) for row in connection.execute(query))


def narratives(database: Database) -> set[object]:
    return {row[1] for row in rows(database)}


def test_a_typo_is_none_any_more_where_a_new_narrative_has_that_word(
    keeping: Kept, store: SqlStore, database: Database
) -> None:
    stored(store, TYPO, "Reka")
    rematched(keeping(brana=DAM))
    with_typo = rows(database)

    run = rematched(keeping(brana=DAM, ptica="=otrovanna ptica"))
    without = rows(database)
    back = rematched(keeping(brana=DAM))

    assert [row[1] for row in with_typo] == ["brana"]
    assert (run.plan.narratives, run.items, run.lost) == (frozenset({"ptica"}), 1, 1)
    assert without == []
    assert (back.items, back.gained, rows(database)) == (1, 1, with_typo)


def test_words_that_no_narrative_uses_are_words_all_the_same(
    keeping: Kept, store: SqlStore
) -> None:
    stored(store, TYPO)
    kept = keeping(brana=DAM)
    shared = kept.narratives / "concepts.yaml"
    rematched(kept)

    shared.write_text(CONCEPT.format("=otrovanna"))
    run = rematched(kept)

    assert (run.plan.narratives, run.items, run.lost) == (frozenset(), 1, 1)
    shared.write_text(CONCEPT.format("most"))
    assert rematched(kept).gained == 1


def test_a_backtest_shows_what_else_a_new_word_changes(
    keeping: Kept, store: SqlStore, tmp_path: Path
) -> None:
    stored(store, TYPO)
    kept = keeping(brana=DAM)
    rematched(kept)
    candidate = catalogues.write(tmp_path / "new", brana=DAM, ptica="=otrovanna ptica")

    compared = kept.backtest(candidate, None, 1, lambda _done, _total: None)

    assert [(one.narrative, one.lost) for one in compared.result.effects] == [("brana", 1)]
    assert compared.items == 1


def misspelt(chance: random.Random, word: str) -> str:
    at = chance.randrange(1, len(word))
    return chance.choice(
        (word[:at] + word[at + 1 :], word[:at] + chance.choice("aeinrst") + word[at:], word)
    )


def phrases(chance: random.Random, words: list[str]) -> str:
    some = dict.fromkeys(chance.choices(words, k=3))
    return ", ".join(f"{chance.choice('= ')}{word}".strip() for word in some)


@pytest.mark.parametrize("seed", range(4))
def test_hits_are_those_of_a_full_rematch_whatever_changed(
    keeping: Kept, store: SqlStore, database: Database, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    words = WORDS.split() + [misspelt(chance, chance.choice(WORDS.split())) for _ in range(20)]
    titles = [f"{misspelt(chance, chance.choice(words))} {chance.choice(words)}" for _ in range(40)]
    stored(store, *dict.fromkeys(titles))
    names = {name: phrases(chance, words) for name in ("brana", "reka", "most")}
    rematched(keeping(**names))

    for _ in range(3):
        name = chance.choice(("brana", "reka", "most", "anew"))
        names = {known: own for known, own in names.items() if known != name or len(names) < 3}
        if chance.random() < 0.7:
            names[name] = phrases(chance, words)
        kept = keeping(**names)
        in_part = rematched(kept)
        found = rows(database)
        run = rematched(kept, full=True)

        assert in_part.plan.narratives is not None
        assert (run.gained, run.changed, run.lost, rows(database)) == (0, 0, 0, found)


def test_everything_is_read_where_it_is_not_known_what_other_words_there_were(
    keeping: Kept, store: SqlStore, database: Database
) -> None:
    stored(store, TYPO)
    rematched(keeping(brana=DAM, grad="grad"))
    with database.writing() as connection:
        connection.execute(sa.update(tables.catalogue_use).values(vocabulary=None))

    run = rematched(keeping(brana=DAM, grad="grad", ptica="=otrovanna ptica"))

    assert (run.plan.narratives, run.lost) == (None, 1)


def test_vocabularies_are_kept_as_they_are_and_only_of_the_last_catalogues(
    database: Database,
) -> None:
    uses, words = CatalogueUses(database), Vocabulary({"hbs": frozenset({"reka", "most"})}, {}, {})

    def note(number: int) -> None:
        about = CatalogueNote(f"c{number}", {"brana": "a"}, words)
        uses.note(about.version, "m", lambda: about, make.NOW.replace(minute=number))

    for number in range(VOCABULARIES + 1):
        note(number)

    assert uses.vocabularies({"c1", "c2"}, "m") == [words, words]
    assert uses.vocabularies({"c0", "c2"}, "m") is None
    assert not uses.knows("c0", "m")


def test_nothing_is_known_of_a_catalogue_whose_files_are_others_by_now(database: Database) -> None:
    uses = CatalogueUses(database)

    uses.note("c1", "m", lambda: make.catalogue_note("c2", {"brana": "a"}), make.NOW)

    assert (uses.in_play(), uses.vocabularies({"c1"}, "m")) == ([("c1", {})], None)
