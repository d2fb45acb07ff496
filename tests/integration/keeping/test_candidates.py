import random
from itertools import combinations

import pytest

import make
from monitor.adapters.archive import SqlArchive
from monitor.adapters.candidates import holding, vocabulary
from monitor.adapters.database import Database
from monitor.adapters.store import SqlStore
from monitor.domain.matching.candidates import AllOf, AnyOf, Near, Need
from monitor.ports import Filters

WORDS = ["reka", "reke", "most", "brana", "grad", "selo", "polje"]


def is_met(need: Need, words: list[str]) -> bool:
    if isinstance(need, str):
        return need in words
    if isinstance(need, AnyOf):
        return any(is_met(part, words) for part in need.parts)
    if isinstance(need, AllOf):
        return all(is_met(part, words) for part in need.parts)
    places = [[at for at, word in enumerate(words) if is_met(part, [word])] for part in need.parts]
    pivot = min(range(len(places)), key=lambda part: len(places[part]))
    return any(
        all(
            any(is_near(need, pivot, at, part, other) for other in own)
            for part, own in enumerate(places)
            if part != pivot
        )
        for at in places[pivot]
    )


def is_near(need: Near, pivot: int, at: int, part: int, other: int) -> bool:
    step = other - at if part > pivot else at - other
    return 0 < step < need.within or 0 < -step < need.turned


@pytest.mark.parametrize(
    "need",
    [
        "most",
        AnyOf(("most", "grad")),
        AllOf(("most", AnyOf(("reka", "reke")))),
        Near((AnyOf(("reka", "reke")), "most"), 4, 2),
        Near(("most", AnyOf(("reka", "reke"))), 3, 0),
        AnyOf((Near(("selo", "brana"), 2, 2), "polje")),
    ],
)
def test_items_that_hold_words_near_each_other_are_found_by_the_index(
    database: Database, store: SqlStore, archive: SqlArchive, need: Need
) -> None:
    chance = random.Random(1)  # noqa: S311 - no secret
    texts = [" ".join(chance.choices(WORDS, k=7)) for _ in range(60)]
    store.record(make.poll(*map(make.item, dict.fromkeys(texts))), make.feed())
    words = {row.item_id: row.title.split() for row in archive.items(Filters(), 100).rows}

    found = holding(database, [need], many=0)

    met = {number for number, text in words.items() if is_met(need, text)}
    assert met <= found
    assert found == met or not isinstance(need, Near)
    assert sorted(vocabulary(database)) == sorted(
        {word for text in words.values() for word in text}
    )


def test_a_word_that_no_item_has_is_held_by_none(database: Database, store: SqlStore) -> None:
    store.record(make.poll(make.item("reka most")), make.feed())

    for one, other in combinations(("reka", "most", "nigde"), 2):
        expected = 0 if other == "nigde" else 1
        assert len(holding(database, [Near((one, other), 3, 3)], many=0)) == expected
